#include "tools/evaluate/totals.hpp"

#include <array>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>

#include "libs/domain/devig.hpp"
#include "libs/domain/score_grid.hpp"
#include "libs/models/forecasters.hpp"
#include "libs/models/log_pool.hpp"
#include "libs/models/scoreboard.hpp"

namespace fairline::evaluate {
namespace {

constexpr double kLine = 2.5;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The first of `lines` that is a book of two prices; NaN when none is.
std::array<double, 2> FirstOf(std::initializer_list<features::Line> lines) {
  for (const features::Line& line : lines) {
    const auto over = domain::DecimalOdds::Make(line[0]);
    const auto under = domain::DecimalOdds::Make(line[1]);
    if (!over.ok() || !under.ok()) continue;
    const auto book = domain::Devig(std::array{*over, *under});
    if (book.ok()) return {book->probabilities[0].value(), book->probabilities[1].value()};
  }
  return {features::kMissing, features::kMissing};
}

}  // namespace

absl::StatusOr<TotalsMatches> ForecastTotals(
    const FootballMatches& football,
    const std::map<std::string_view, std::vector<ScoreRates>>& rates, int first, int last) {
  TotalsMatches totals;
  totals.table.outcomes = 2;
  totals.table.days = football.table.days;
  totals.table.seasons = football.table.seasons;
  totals.table.competitions = football.table.competitions;
  models::Forecasts market(2);
  models::Forecasts closing(2);
  for (std::size_t i = 0; i < football.matches.size(); ++i) {
    const int goals = football.matches[i].home_score + football.matches[i].away_score;
    totals.table.results.push_back(goals > kLine ? 0 : 1);
    const bench::TotalLines& lines = football.totals[i];
    market.Append(FirstOf({lines.average}));
    closing.Append(FirstOf({lines.pinnacle_closing, lines.average_closing}));
  }
  totals.columns.emplace(models::kMarketColumn, std::move(market));
  totals.columns.emplace(models::kClosingColumn, std::move(closing));

  std::vector<std::string> members;
  for (const auto& [column, of_matches] : rates) {
    models::Forecasts forecasts(2);
    for (const ScoreRates& each : of_matches) {
      const auto grid = domain::ScoreGrid::DixonColes(each.home, each.away, each.rho);
      if (!grid.ok()) {  // a model without rates has nothing to say
        forecasts.Append(std::array{kNan, kNan});
        continue;
      }
      ASSIGN_OR_RETURN(const domain::Settlement over, grid->Over(kLine));
      forecasts.Append(std::array{over.win, over.loss});
    }
    totals.columns.emplace(column, std::move(forecasts));
    members.emplace_back(column);
  }
  RETURN_IF_ERROR(models::WalkForward(
      totals.table,
      {{std::string(models::kBaseRateColumn), std::make_shared<models::BaseRateForecaster>(),
        first},
       {"goals", std::make_shared<models::PoolForecaster>(members, models::LogPoolPrior{}), first}},
      last, totals.columns));
  return totals;
}

}  // namespace fairline::evaluate
