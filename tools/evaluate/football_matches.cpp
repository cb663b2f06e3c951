#include "tools/evaluate/football_matches.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/domain/score_grid.hpp"
#include "libs/evaluation/scoreboard.hpp"
#include "libs/features/football/market.hpp"
#include "libs/features/replay.hpp"

namespace fairline::evaluate {
namespace {

using features::Match;

models::OutcomeIndex ResultOf(const Match& match) {
  if (match.home_score == match.away_score) return 1;
  return match.home_score > match.away_score ? 0 : 2;
}

template <typename LinesOf>
models::Forecasts Devigged(const std::vector<Match>& matches, LinesOf&& lines_of) {
  models::Forecasts column = models::NoForecasts(matches.size(), 3);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    for (const features::Line& line : lines_of(matches[i])) {
      const auto view = features::football::ViewOf(line);
      if (!view) continue;
      std::copy(view->probabilities.begin(), view->probabilities.end(), column.row(i).begin());
      break;
    }
  }
  return column;
}

}  // namespace

absl::StatusOr<FootballMatches> MakeFootballMatches(season_files::SeasonMatches read) {
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  FootballMatches football;
  football.catalogue = replay->catalogue().features();
  football.competitions = std::move(read.competitions);
  football.matches = std::move(read.matches);
  football.prices = std::move(read.prices);

  models::MatchTable& table = football.table;
  table.feature_count = replay->catalogue().size();
  table.features.reserve(football.matches.size() * table.feature_count);
  for (const Match& match : football.matches) {
    table.days.push_back(match.day);
    table.seasons.push_back(match.season);
    table.competitions.push_back(static_cast<std::int32_t>(match.competition.value));
    table.results.push_back(ResultOf(match));
  }
  RETURN_IF_ERROR(
      features::RunReplay(*replay, football.matches, {},
                          [&](const features::Fixture&, bool, std::span<const float> row) {
                            table.features.insert(table.features.end(), row.begin(), row.end());
                            return absl::OkStatus();
                          }));

  using Lines = std::vector<features::Line>;
  football.lines.emplace(evaluation::kMarketColumn, Devigged(football.matches, [](const Match& m) {
                           return Lines{m.average};
                         }));
  football.lines.emplace(
      evaluation::kPinnacleColumn,
      Devigged(football.matches, [](const Match& m) { return Lines{m.pinnacle}; }));
  football.lines.emplace(evaluation::kClosingColumn, Devigged(football.matches, [](const Match& m) {
                           return Lines{m.pinnacle_closing, m.average_closing};
                         }));
  return football;
}

models::Rows RowsToEvaluate(const FootballMatches& football, const models::Forecasts& market,
                            int first, int last, const std::vector<std::string>& codes) {
  std::set<std::int64_t> chosen;
  for (const season_files::Competition& competition : football.competitions) {
    if (codes.empty() || std::find(codes.begin(), codes.end(), competition.code) != codes.end()) {
      chosen.insert(competition.id.value);
    }
  }
  models::Rows rows;
  for (std::uint32_t i = 0; i < football.table.size(); ++i) {
    const int season = football.table.seasons[i];
    if (season >= first && season <= last && chosen.contains(football.table.competitions[i]) &&
        models::IsForecast(market.row(i))) {
      rows.push_back(i);
    }
  }
  return rows;
}

}  // namespace fairline::evaluate
