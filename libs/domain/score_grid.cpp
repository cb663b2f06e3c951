#include "libs/domain/score_grid.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace fairline::domain {
namespace {

constexpr double kLargestLine = 2.0 * ScoreGrid::kMaxGoals;
// Odds between neighbouring totals change by exp of it at most.
constexpr double kLargestTilt = 50.0;

// What becomes of a bet that ends `quarters` of a goal on the right side of its line.
double SettlementProbabilities::*OutcomeOf(int quarters) {
  if (quarters >= 2) return &SettlementProbabilities::win;
  if (quarters == 1) return &SettlementProbabilities::half_win;
  if (quarters == 0) return &SettlementProbabilities::push;
  if (quarters == -1) return &SettlementProbabilities::half_loss;
  return &SettlementProbabilities::loss;
}

absl::StatusOr<int> QuartersOf(double line) {
  const double quarters = 4.0 * line;
  if (!(std::abs(line) <= kLargestLine) || quarters != std::round(quarters)) {
    return InvalidField("line", "must be a whole number of quarter goals from -40 to 40");
  }
  return static_cast<int>(quarters);
}

// Of one unit on over, per unit that can be won or lost, at its fair odds.
double ProfitOfOver(int goals, int line_quarters, double over) {
  SettlementProbabilities ended;
  ended.*OutcomeOf(4 * goals - line_quarters) = 1.0;
  return (ended.win + 0.5 * ended.half_win) * (1.0 - over) -
         (ended.loss + 0.5 * ended.half_loss) * over;
}

std::size_t ResultOf(int home, int away) { return home > away ? 0 : home == away ? 1 : 2; }

std::array<double, ScoreGrid::kMaxGoals + 1> Poisson(double rate) {
  std::array<double, ScoreGrid::kMaxGoals + 1> probabilities{};
  double probability = std::exp(-rate);
  for (int goals = 0; goals <= ScoreGrid::kMaxGoals; ++goals) {
    probabilities[static_cast<std::size_t>(goals)] = probability;
    probability *= rate / (goals + 1);
  }
  return probabilities;
}

}  // namespace

double SettlementProbabilities::Edge(DecimalOdds odds) const {
  return (win + 0.5 * half_win) * (odds.value() - 1.0) - loss - 0.5 * half_loss;
}

std::optional<DecimalOdds> SettlementProbabilities::FairOdds() const {
  const auto odds = DecimalOdds::Make(1.0 + (loss + 0.5 * half_loss) / (win + 0.5 * half_win));
  return odds.ok() ? std::optional(*odds) : std::nullopt;
}

absl::StatusOr<ScoreGrid> ScoreGrid::DixonColes(double home_rate, double away_rate, double rho) {
  const auto valid = [](double rate) { return rate > 0.0 && rate <= kMaxRate; };
  if (!valid(home_rate)) return InvalidField("home_rate", "must be above 0 and at most 10 goals");
  if (!valid(away_rate)) return InvalidField("away_rate", "must be above 0 and at most 10 goals");
  if (!(rho >= -1.0 && rho <= 1.0)) return InvalidField("rho", "must be in [-1, 1]");
  rho = std::clamp(rho, -1.0 / std::max({home_rate, away_rate, 1.0}),
                   1.0 / std::max(home_rate * away_rate, 1.0));
  const auto home = Poisson(home_rate);
  const auto away = Poisson(away_rate);
  ScoreGrid grid;
  double total = 0.0;
  for (std::size_t h = 0; h < home.size(); ++h) {
    for (std::size_t a = 0; a < away.size(); ++a) {
      grid.probabilities_[h * away.size() + a] = home[h] * away[a];
    }
  }
  grid.At(0, 0) *= 1.0 - home_rate * away_rate * rho;
  grid.At(0, 1) *= 1.0 + home_rate * rho;
  grid.At(1, 0) *= 1.0 + away_rate * rho;
  grid.At(1, 1) *= 1.0 - rho;
  for (const double probability : grid.probabilities_) total += probability;
  for (double& probability : grid.probabilities_) probability /= total;
  return grid;
}

double ScoreGrid::Score(int home, int away) const {
  if (home < 0 || away < 0 || home > kMaxGoals || away > kMaxGoals) return 0.0;
  return probabilities_[static_cast<std::size_t>(home * (kMaxGoals + 1) + away)];
}

template <typename Goals>
absl::StatusOr<SettlementProbabilities> ScoreGrid::Settle(double line, Goals&& goals) const {
  ASSIGN_OR_RETURN(const int quarters, QuartersOf(line));
  SettlementProbabilities settlement;
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      const int excess = 4 * goals(home, away) + quarters;
      settlement.*OutcomeOf(excess) += Score(home, away);
    }
  }
  return settlement;
}

std::array<double, 3> ScoreGrid::Result() const {
  std::array<double, 3> result{};
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      result[ResultOf(home, away)] += Score(home, away);
    }
  }
  return result;
}

absl::StatusOr<ScoreGrid> ScoreGrid::WithResult(const std::array<double, 3>& result) const {
  std::vector<Probability> wanted;
  for (const double value : result) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(value, "result"));
    wanted.push_back(probability);
  }
  RETURN_IF_ERROR(CheckCompleteEvent(wanted));
  const std::array<double, 3> present = Result();
  std::array<double, 3> factor{};
  for (std::size_t i = 0; i < factor.size(); ++i) {
    if (present[i] > 0.0) {
      factor[i] = result[i] / present[i];
    } else if (result[i] > 0.0) {
      return InvalidField("result", "no score of the grid ends so");
    }
  }
  ScoreGrid tilted = *this;
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      tilted.At(home, away) *= factor[ResultOf(home, away)];
    }
  }
  return tilted;
}

absl::StatusOr<double> ScoreGrid::TiltToTotal(const std::array<double, 3>& result,
                                              const FairTotal& total) const {
  ASSIGN_OR_RETURN(const int line, QuartersOf(total.line));
  // The bet's expected profit, winner by winner in the proportions of `result`, grows with the
  // power: its derivative is a variance.
  std::map<std::pair<std::size_t, double>, double> masses;
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      masses[{ResultOf(home, away), ProfitOfOver(home + away, line, total.over)}] +=
          Score(home, away);
    }
  }
  const auto profit = [&](double power) {
    std::array<double, 3> mass{};
    std::array<double, 3> moment{};
    for (const auto& [cell, probability] : masses) {
      const double tilted = probability * std::exp(power * cell.second);
      mass[cell.first] += tilted;
      moment[cell.first] += tilted * cell.second;
    }
    double mean = 0.0;
    for (std::size_t i = 0; i < mass.size(); ++i) {
      if (mass[i] > 0.0) mean += result[i] * moment[i] / mass[i];
    }
    return mean;
  };
  double low = -kLargestTilt;
  double high = kLargestTilt;
  if (!(profit(low) < 0.0 && profit(high) > 0.0)) {
    return InvalidField("total", "no score grid agrees with it and the result");
  }
  while (high - low > 1e-13) {
    const double middle = 0.5 * (low + high);
    if (!(low < middle && middle < high)) break;
    (profit(middle) < 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

absl::StatusOr<ScoreGrid> ScoreGrid::WithResultAndTotal(const std::array<double, 3>& result,
                                                        const FairTotal& total) const {
  if (!(total.over > 0.0 && total.over < 1.0)) {
    return InvalidField("total", "over must be above 0 and below 1");
  }
  ASSIGN_OR_RETURN(ScoreGrid tilted, WithResult(result));
  ASSIGN_OR_RETURN(const double power, tilted.TiltToTotal(result, total));
  ASSIGN_OR_RETURN(const int line, QuartersOf(total.line));
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      tilted.At(home, away) *= std::exp(power * ProfitOfOver(home + away, line, total.over));
    }
  }
  return tilted.WithResult(result);
}

double ScoreGrid::ExpectedGoals(Side side) const {
  double mean = 0.0;
  for (int home = 0; home <= kMaxGoals; ++home) {
    for (int away = 0; away <= kMaxGoals; ++away) {
      mean += (side == Side::kHome ? home : away) * Score(home, away);
    }
  }
  return mean;
}

std::array<double, 3> ScoreGrid::DoubleChance() const {
  const auto [home, draw, away] = Result();
  return {home + draw, home + away, draw + away};
}

SettlementProbabilities ScoreGrid::DrawNoBet(Side side) const {
  const auto [home, draw, away] = Result();
  const SettlementProbabilities on_home{.win = home, .push = draw, .loss = away};
  return side == Side::kHome ? on_home : Opposite(on_home);
}

double ScoreGrid::BothToScore() const {
  double yes = 0.0;
  for (int home = 1; home <= kMaxGoals; ++home) {
    for (int away = 1; away <= kMaxGoals; ++away) yes += Score(home, away);
  }
  return yes;
}

absl::StatusOr<SettlementProbabilities> ScoreGrid::AsianHandicap(Side side, double line) const {
  ASSIGN_OR_RETURN(const SettlementProbabilities on_home,
                   Settle(line, [](int home, int away) { return home - away; }));
  return side == Side::kHome ? on_home : Opposite(on_home);
}

absl::StatusOr<SettlementProbabilities> ScoreGrid::Over(double line) const {
  return Settle(-line, [](int home, int away) { return home + away; });
}

absl::StatusOr<SettlementProbabilities> ScoreGrid::TeamOver(Side side, double line) const {
  return Settle(-line, [side](int home, int away) { return side == Side::kHome ? home : away; });
}

}  // namespace fairline::domain
