#include "tools/evaluate/goal_markets.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "libs/domain/devig.hpp"
#include "libs/models/scoreboard.hpp"

namespace fairline::evaluate {
namespace {

using domain::ScoreGrid;
using domain::Settlement;
using domain::Side;
using season_files::LineBook;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kBaseRateSeasons = 5;

double GoalsOf(const LineBook& book) { return book.line_quarters / 4.0; }

// The first side's power-de-vigged probability; nothing when it is not a book.
std::optional<double> FairProbability(const LineBook& book) {
  const auto first = domain::DecimalOdds::Make(book.prices[0]);
  const auto second = domain::DecimalOdds::Make(book.prices[1]);
  if (!first.ok() || !second.ok()) return std::nullopt;
  const auto fair = domain::Devig(std::array{*first, *second});
  if (!fair.ok()) return std::nullopt;
  return fair->probabilities[0].value();
}

std::optional<ScoreGrid> GridOf(const GridForecaster& forecaster, std::uint32_t row) {
  const ScoreRates& rates = (*forecaster.rates)[row];
  auto grid = ScoreGrid::DixonColes(rates.home, rates.away, rates.rho);
  if (!grid.ok()) return std::nullopt;
  if (forecaster.result == nullptr) return *std::move(grid);
  const auto wanted = forecaster.result->row(row);
  if (!models::IsForecast(wanted)) return std::nullopt;
  auto agreeing = grid->WithResult({wanted[0], wanted[1], wanted[2]});
  if (!agreeing.ok()) return std::nullopt;
  return *std::move(agreeing);
}

// One market at one of its lines.
struct Question {
  std::string market;
  std::string line;
  const season_files::MatchPrices::Lines season_files::MatchPrices::*books;
  bool closing = false;

  // The book whose line is scored: closing prices are Pinnacle's where there are any.
  [[nodiscard]] const LineBook& Book(const season_files::MatchPrices& prices) const {
    const auto& lines = prices.*books;
    if (!closing) return lines.average;
    return FairProbability(lines.pinnacle_closing) ? lines.pinnacle_closing : lines.average_closing;
  }
  [[nodiscard]] bool is_total() const { return books == &season_files::MatchPrices::total; }
};

absl::StatusOr<double> Probability(const Question& question, const ScoreGrid& grid, double line) {
  ASSIGN_OR_RETURN(const Settlement bet,
                   question.is_total() ? grid.Over(line) : grid.AsianHandicap(Side::kHome, line));
  return TwoWayProbability(bet);
}

int QuartersAhead(const Question& question, const features::Match& match, const LineBook& book) {
  return question.is_total() ? 4 * (match.home_score + match.away_score) - book.line_quarters
                             : 4 * (match.home_score - match.away_score) + book.line_quarters;
}

// How often over 2.5 happened in the same competition in the seasons before each season.
class OverRates {
 public:
  explicit OverRates(const FootballMatches& football) {
    for (const features::Match& match : football.matches) {
      Count& count = counts_[{match.competition, match.season}];
      ++count.matches;
      if (match.home_score + match.away_score > 2) ++count.over;
    }
  }

  [[nodiscard]] double Before(const features::Match& match) const {
    Count sum;
    for (int season = match.season - kBaseRateSeasons; season < match.season; ++season) {
      const auto found = counts_.find({match.competition, season});
      if (found == counts_.end()) continue;
      sum.matches += found->second.matches;
      sum.over += found->second.over;
    }
    return sum.matches == 0.0 ? kNan : sum.over / sum.matches;
  }

 private:
  struct Count {
    double matches = 0.0;
    double over = 0.0;
  };
  std::map<std::pair<CompetitionId, int>, Count> counts_;
};

void Add(LineColumns& columns, std::string_view name, double probability) {
  columns.try_emplace(std::string(name)).first->second.push_back(probability);
}

absl::StatusOr<LineBoard> Judge(const Question& question, const FootballMatches& football,
                                const std::vector<GridForecaster>& forecasters,
                                const models::Rows& rows, std::uint64_t seed) {
  const OverRates over_rates(football);
  LineOutcomes outcomes;
  LineColumns columns;
  for (const std::uint32_t row : rows) {
    const features::Match& match = football.matches[row];
    const LineBook& book = question.Book(football.prices[row]);
    const auto line = FairProbability(book);
    outcomes.days.push_back(match.day);
    outcomes.decisions.push_back(line ? Decide(QuartersAhead(question, match, book)) : Decision{});
    Add(columns, question.closing ? models::kClosingColumn : models::kMarketColumn,
        line.value_or(kNan));
    if (!question.closing) {
      // Pinnacle's prices are for the line that the whole row shares.
      const auto pinnacle = FairProbability((football.prices[row].*question.books).pinnacle);
      Add(columns, models::kPinnacleColumn, line ? pinnacle.value_or(kNan) : kNan);
    }
    Add(columns, models::kBaseRateColumn, question.is_total() ? over_rates.Before(match) : 0.5);
    for (const GridForecaster& forecaster : forecasters) {
      double probability = kNan;
      const auto grid = line ? GridOf(forecaster, row) : std::nullopt;
      if (grid) {
        ASSIGN_OR_RETURN(probability, Probability(question, *grid, GoalsOf(book)));
      }
      Add(columns, forecaster.name, probability);
    }
  }
  LineBoard board{.market = question.market, .line = question.line, .entries = {}};
  ASSIGN_OR_RETURN(
      board.entries,
      ScoreLines(outcomes, columns,
                 {std::string(models::kBaseRateColumn), std::string(models::kMarketColumn),
                  std::string(models::kPinnacleColumn), std::string(models::kClosingColumn)},
                 seed));
  return board;
}

}  // namespace

absl::StatusOr<std::vector<LineBoard>> JudgeGoalMarkets(
    const FootballMatches& football, const std::vector<GridForecaster>& forecasters,
    const models::Rows& rows, std::uint64_t seed) {
  const std::array questions = {
      Question{"over 2.5 goals", "before the match", &season_files::MatchPrices::total, false},
      Question{"over 2.5 goals", "closing", &season_files::MatchPrices::total, true},
      Question{"Asian handicap", "before the match", &season_files::MatchPrices::handicap, false},
      Question{"Asian handicap", "closing", &season_files::MatchPrices::handicap, true}};
  std::vector<LineBoard> boards;
  for (const Question& question : questions) {
    ASSIGN_OR_RETURN(LineBoard board, Judge(question, football, forecasters, rows, seed));
    if (!board.entries.empty()) boards.push_back(std::move(board));
  }
  return boards;
}

}  // namespace fairline::evaluate
