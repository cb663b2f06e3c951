#include "tools/evaluate/goal_markets.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "libs/domain/devig.hpp"
#include "libs/domain/goal_markets.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/evaluation/scoreboard.hpp"

namespace fairline::evaluate {
namespace {

using domain::Market;
using domain::ScoreGrid;
using season_files::LineBook;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kBaseRateSeasons = 5;

double GoalsOf(const LineBook& book) { return book.line_quarters / 4.0; }

// The first side's power-de-vigged probability; nothing when it is not a book.
std::optional<double> FairProbability(const LineBook& book) {
  const auto first = domain::PrintedOdds(book.prices[0]);
  const auto second = domain::PrintedOdds(book.prices[1]);
  if (!first.ok() || !second.ok()) return std::nullopt;
  const auto fair = domain::Devig(std::array{*first, *second});
  if (!fair.ok()) return std::nullopt;
  return fair->probabilities[0].value();
}

std::optional<ScoreGrid> GridOf(const GridForecaster& forecaster, std::uint32_t row,
                                const LineBook& total) {
  const ScoreRates& rates = (*forecaster.rates)[row];
  auto grid = ScoreGrid::DixonColes(rates.home, rates.away, rates.rho);
  if (!grid.ok()) return std::nullopt;
  if (forecaster.result == nullptr) return *std::move(grid);
  const auto wanted = forecaster.result->row(row);
  if (!models::IsForecast(wanted)) return std::nullopt;
  const std::array result = {wanted[0], wanted[1], wanted[2]};
  if (const auto over = FairProbability(total); forecaster.meets_total && over) {
    auto agreeing = grid->WithResultAndTotal(result, {GoalsOf(total), *over});
    if (agreeing.ok()) return *std::move(agreeing);
  }
  auto agreeing = grid->WithResult(result);
  if (!agreeing.ok()) return std::nullopt;
  return *std::move(agreeing);
}

// One market at one of its lines.
struct Question {
  std::string market;
  std::string line;
  Market kind;
  // Where its odds are; null for a market without, which is asked at `line_quarters`.
  const season_files::MatchPrices::Lines season_files::MatchPrices::*books;
  bool closing = false;
  std::int16_t line_quarters = 0;

  // The book whose line is scored: closing prices are Pinnacle's where there are any. Without odds
  // on the market the matches are those with odds on the total.
  [[nodiscard]] const LineBook& Book(const season_files::MatchPrices& prices) const {
    if (books == nullptr) return prices.total.average;
    const auto& lines = prices.*books;
    if (!closing) return lines.average;
    return FairProbability(lines.pinnacle_closing) ? lines.pinnacle_closing : lines.average_closing;
  }
  [[nodiscard]] int LineOf(const LineBook& book) const {
    return books == nullptr ? line_quarters : book.line_quarters;
  }
};

absl::StatusOr<double> Probability(const Question& question, const ScoreGrid& grid, int line) {
  ASSIGN_OR_RETURN(const std::vector<domain::PricedBet> bets,
                   domain::PriceMarket(grid, question.kind, line));
  return TwoWayProbability(bets.front().settlement);
}

// How a bet on the first side of the market ended.
domain::BetResult FirstSide(Market kind, const features::Match& match, int line) {
  return domain::ResultOf({kind, domain::OutcomesOf(kind).front(), line}, match.home_score,
                          match.away_score);
}

// How often the first side won in the same competition in the seasons before each season.
class PastRates {
 public:
  PastRates(const FootballMatches& football, Market kind, int line) {
    for (const features::Match& match : football.matches) {
      Count& count = counts_[{match.competition, match.season}];
      ++count.matches;
      if (Decide(FirstSide(kind, match, line)).won) ++count.won;
    }
  }

  [[nodiscard]] double Before(const features::Match& match) const {
    Count sum;
    for (int season = match.season - kBaseRateSeasons; season < match.season; ++season) {
      const auto found = counts_.find({match.competition, season});
      if (found == counts_.end()) continue;
      sum.matches += found->second.matches;
      sum.won += found->second.won;
    }
    return sum.matches == 0.0 ? kNan : sum.won / sum.matches;
  }

 private:
  struct Count {
    double matches = 0.0;
    double won = 0.0;
  };
  std::map<std::pair<CompetitionId, int>, Count> counts_;
};

void Add(LineColumns& columns, std::string_view name, double probability) {
  columns.try_emplace(std::string(name)).first->second.push_back(probability);
}

absl::StatusOr<LineBoard> Evaluate(const Question& question, const FootballMatches& football,
                                   const std::vector<GridForecaster>& forecasters,
                                   const models::Rows& rows, std::uint64_t seed) {
  constexpr int kUsualTotal = 10;  // 2.5 goals
  const bool has_odds = question.books != nullptr;
  const PastRates past(football, question.kind, has_odds ? kUsualTotal : question.line_quarters);
  std::vector<std::string> references = {
      std::string(evaluation::kBaseRateColumn), std::string(evaluation::kMarketColumn),
      std::string(evaluation::kPinnacleColumn), std::string(evaluation::kClosingColumn)};
  for (const GridForecaster& forecaster : forecasters) {
    if (forecaster.name.ends_with(kWinnerAlone)) references.push_back(forecaster.name);
  }
  LineOutcomes outcomes;
  LineColumns columns;
  for (const std::uint32_t row : rows) {
    const features::Match& match = football.matches[row];
    const LineBook& book = question.Book(football.prices[row]);
    const auto line = FairProbability(book);
    outcomes.days.push_back(match.day);
    const int quarters = question.LineOf(book);
    outcomes.decisions.push_back(line ? Decide(FirstSide(question.kind, match, quarters))
                                      : Decision{});
    if (has_odds) {
      Add(columns, question.closing ? evaluation::kClosingColumn : evaluation::kMarketColumn,
          line.value_or(kNan));
    }
    if (has_odds && !question.closing) {
      // Pinnacle's prices are for the line that the whole row shares.
      const auto pinnacle = FairProbability((football.prices[row].*question.books).pinnacle);
      Add(columns, evaluation::kPinnacleColumn, line ? pinnacle.value_or(kNan) : kNan);
    }
    const bool even = question.kind == Market::kAsianHandicap;
    Add(columns, evaluation::kBaseRateColumn, even ? 0.5 : past.Before(match));
    for (const GridForecaster& forecaster : forecasters) {
      double probability = kNan;
      const auto grid =
          line ? GridOf(forecaster, row, football.prices[row].total.average) : std::nullopt;
      if (grid) {
        ASSIGN_OR_RETURN(probability, Probability(question, *grid, quarters));
      }
      Add(columns, forecaster.name, probability);
    }
  }
  LineBoard board{.market = question.market, .line = question.line, .entries = {}};
  ASSIGN_OR_RETURN(board.entries, ScoreLines(outcomes, columns, references, seed));
  return board;
}

}  // namespace

absl::StatusOr<std::vector<LineBoard>> EvaluateGoalMarkets(
    const FootballMatches& football, const std::vector<GridForecaster>& forecasters,
    const models::Rows& rows, std::uint64_t seed) {
  constexpr auto kTotals = &season_files::MatchPrices::total;
  constexpr auto kHandicaps = &season_files::MatchPrices::handicap;
  const std::array questions = {
      Question{"over 2.5 goals", "before the match", Market::kTotal, kTotals},
      Question{"over 2.5 goals", "closing", Market::kTotal, kTotals, true},
      Question{"Asian handicap", "before the match", Market::kAsianHandicap, kHandicaps},
      Question{"Asian handicap", "closing", Market::kAsianHandicap, kHandicaps, true},
      Question{"over 3.5 goals", "without odds", Market::kTotal, nullptr, false, 14},
      Question{"both to score", "without odds", Market::kBothToScore, nullptr}};
  std::vector<LineBoard> boards;
  for (const Question& question : questions) {
    ASSIGN_OR_RETURN(LineBoard board, Evaluate(question, football, forecasters, rows, seed));
    if (!board.entries.empty()) boards.push_back(std::move(board));
  }
  return boards;
}

}  // namespace fairline::evaluate
