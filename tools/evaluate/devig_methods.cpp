#include "tools/evaluate/devig_methods.hpp"

#include <array>
#include <optional>
#include <utility>

#include "libs/evaluation/evaluation.hpp"

namespace fairline::evaluate {
namespace {

using domain::DevigMethod;

std::optional<std::vector<domain::DecimalOdds>> BookOf(const features::Line& line) {
  std::vector<domain::DecimalOdds> prices;
  for (const float price : line) {
    const auto odds = domain::PrintedOdds(price);
    if (!odds.ok()) return std::nullopt;
    prices.push_back(*odds);
  }
  return prices;
}

}  // namespace

std::string_view NameOf(DevigMethod method) {
  switch (method) {
    case DevigMethod::kMultiplicative:
      return "multiplicative";
    case DevigMethod::kAdditive:
      return "additive";
    case DevigMethod::kPower:
      return "power";
    case DevigMethod::kShin:
      return "Shin";
    case DevigMethod::kOddsRatio:
      return "odds ratio";
    case DevigMethod::kLogarithmic:
      break;
  }
  return "logarithmic";
}

absl::StatusOr<DevigBoard> CompareDevigMethods(std::string book, const models::MatchTable& table,
                                               const std::vector<features::Line>& lines,
                                               const models::Rows& rows, std::uint64_t seed) {
  constexpr std::array kMethods = {DevigMethod::kPower, DevigMethod::kShin, DevigMethod::kOddsRatio,
                                   DevigMethod::kAdditive, DevigMethod::kMultiplicative};
  DevigBoard board{.book = std::move(book), .matches = 0, .underround = 0, .entries = {}};
  models::Rows quoted;
  std::vector<std::vector<domain::DecimalOdds>> books;
  std::vector<Day> days;
  for (const std::uint32_t row : rows) {
    auto prices = BookOf(lines[row]);
    if (!prices) continue;
    if (domain::Overround(*prices) <= 0.0) ++board.underround;
    books.push_back(*std::move(prices));
    quoted.push_back(row);
    days.push_back(table.days[row]);
  }
  board.matches = static_cast<std::int64_t>(quoted.size());
  if (quoted.empty()) return board;
  const std::vector<models::OutcomeIndex> results = models::ResultsOf(table, quoted);
  ASSIGN_OR_RETURN(const auto bootstrap, statistics::BlockBootstrap::Make(days, seed));
  std::vector<double> of_power;
  for (const DevigMethod method : kMethods) {
    models::Forecasts forecasts(table.outcomes);
    for (const auto& prices : books) {
      ASSIGN_OR_RETURN(const domain::FairBook fair, domain::Devig(prices, method));
      for (const domain::Probability probability : fair.probabilities) {
        forecasts.Append(std::array{probability.value()});
      }
    }
    ASSIGN_OR_RETURN(const evaluation::Evaluation scores, evaluation::Evaluate(forecasts, results));
    std::vector<double> losses =
        evaluation::ScoreEach(evaluation::Score::kLogLoss, forecasts, results);
    if (of_power.empty()) of_power = losses;
    for (std::size_t i = 0; i < losses.size(); ++i) losses[i] -= of_power[i];
    board.entries.push_back({.method = std::string(NameOf(method)),
                             .log_loss = scores.log_loss,
                             .rps = scores.rps,
                             .ece = scores.ece,
                             .slope = scores.calibration_slope,
                             .against_power = bootstrap.Mean(losses)});
  }
  return board;
}

}  // namespace fairline::evaluate
