#include "tools/evaluate/line_scores.hpp"

#include <cmath>
#include <limits>

#include "libs/domain/scores.hpp"

namespace fairline::evaluate {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Of one column on the matches that it and `also`, where given, have forecast.
struct Scored {
  std::vector<Day> days;
  std::vector<double> weights;
  std::vector<double> log_losses;
  std::vector<double> briers;
};

double LogLossOf(double probability, const Decision& decision) {
  const double said = decision.won ? probability : 1.0 - probability;
  return -std::log(std::max(said, domain::kLogLossFloor));
}

Scored ScoreColumn(const LineOutcomes& outcomes, const std::vector<double>& column,
                   const std::vector<double>* minus) {
  Scored scored;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const Decision& decision = outcomes.decisions[i];
    if (decision.weight == 0.0 || std::isnan(column[i])) continue;
    if (minus != nullptr && std::isnan((*minus)[i])) continue;
    const double error = (decision.won ? 1.0 : 0.0) - column[i];
    double log_loss = LogLossOf(column[i], decision);
    if (minus != nullptr) log_loss -= LogLossOf((*minus)[i], decision);
    scored.days.push_back(outcomes.days[i]);
    scored.weights.push_back(decision.weight);
    scored.log_losses.push_back(log_loss);
    scored.briers.push_back(error * error);
  }
  return scored;
}

}  // namespace

double TwoWayProbability(const domain::SettlementProbabilities& bet) {
  const double won = bet.win + 0.5 * bet.half_win;
  const double lost = bet.loss + 0.5 * bet.half_loss;
  return won + lost > 0.0 ? won / (won + lost) : kNan;
}

Decision Decide(domain::BetResult result) {
  using domain::BetResult;
  if (result == BetResult::kVoid || result == BetResult::kCancelled) return {};
  const bool half = result == BetResult::kHalfWin || result == BetResult::kHalfLoss;
  return {.won = result == BetResult::kWin || result == BetResult::kHalfWin,
          .weight = half ? 0.5 : 1.0};
}

absl::StatusOr<std::vector<LineEntry>> ScoreLines(const LineOutcomes& outcomes,
                                                  const LineColumns& columns,
                                                  const std::vector<std::string>& references,
                                                  std::uint64_t seed) {
  if (outcomes.days.size() != outcomes.decisions.size()) {
    return InvalidField("outcomes", "a day is needed for each decision");
  }
  for (const auto& [name, column] : columns) {
    if (column.size() != outcomes.decisions.size()) {
      return InvalidField("columns", name + " does not have a row for every match");
    }
  }
  std::vector<LineEntry> entries;
  for (const auto& [name, column] : columns) {
    const Scored own = ScoreColumn(outcomes, column, nullptr);
    if (own.days.empty()) continue;
    ASSIGN_OR_RETURN(const auto bootstrap, statistics::BlockBootstrap::Make(own.days, seed));
    LineEntry entry{.forecaster = name,
                    .matches = static_cast<std::int64_t>(own.days.size()),
                    .log_loss = bootstrap.Mean(own.log_losses, own.weights),
                    .brier = bootstrap.Mean(own.briers, own.weights),
                    .against = {}};
    for (const std::string& reference : references) {
      const auto found = columns.find(reference);
      if (found == columns.end() || reference == name) continue;
      const Scored paired = ScoreColumn(outcomes, column, &found->second);
      if (paired.days.empty()) continue;
      ASSIGN_OR_RETURN(const auto resamples, statistics::BlockBootstrap::Make(paired.days, seed));
      entry.against.emplace(reference, resamples.Mean(paired.log_losses, paired.weights));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace fairline::evaluate
