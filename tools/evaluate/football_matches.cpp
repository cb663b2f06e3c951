#include "tools/evaluate/football_matches.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libs/domain/score_grid.hpp"
#include "libs/features/football/market.hpp"
#include "libs/features/football/poisson_rating.hpp"
#include "libs/features/replay.hpp"
#include "libs/models/scoreboard.hpp"

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

absl::StatusOr<FootballMatches> ReadFootballMatches(const std::filesystem::path& data,
                                                    const std::filesystem::path& seeds) {
  ASSIGN_OR_RETURN(bench::SeasonMatches read, bench::ReadSeasonMatches(data, seeds));
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  FootballMatches football;
  football.catalogue = replay->catalogue().features();
  football.competitions = std::move(read.competitions);
  football.matches = std::move(read.matches);
  football.totals = std::move(read.totals);

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
  football.lines.emplace(models::kMarketColumn, Devigged(football.matches, [](const Match& m) {
                           return Lines{m.average};
                         }));
  football.lines.emplace(models::kPinnacleColumn, Devigged(football.matches, [](const Match& m) {
                           return Lines{m.pinnacle};
                         }));
  football.lines.emplace(models::kClosingColumn, Devigged(football.matches, [](const Match& m) {
                           return Lines{m.pinnacle_closing, m.average_closing};
                         }));
  return football;
}

std::vector<DixonColesVariant> DixonColesVariants() {
  // Shots tell more per match than goals, so the second model needs fewer of them; chosen on
  // 2012-13 to 2018-19.
  return {{.column = kDixonColesColumn, .shots_share = 0.0, .parameters = {}},
          {.column = kShotsDixonColesColumn,
           .shots_share = 0.6,
           .parameters = {.half_life_days = 200.0, .prior_goals = 5.0}}};
}

absl::StatusOr<std::vector<models::GoalRates>> DixonColesRates(const FootballMatches& football,
                                                               const DixonColesVariant& variant) {
  std::map<std::string, std::int32_t> country_ids;
  std::map<CompetitionId, std::int32_t> country_of;
  for (const bench::Competition& competition : football.competitions) {
    const auto next = static_cast<std::int32_t>(country_ids.size());
    country_of[competition.id] = country_ids.try_emplace(competition.country, next).first->second;
  }
  std::map<CompetitionId, features::football::ShotConversion> conversions;
  std::vector<models::GoalMatch> matches;
  std::vector<std::int32_t> countries;
  const auto credit = [&](int goals, const features::Statistics& side,
                          const features::football::ShotConversion& conversion) {
    const double share = variant.shots_share;
    return share == 0.0 ? goals : (1.0 - share) * goals + share * conversion.ExpectedGoalsOf(side);
  };
  for (const Match& match : football.matches) {
    features::football::ShotConversion& conversion = conversions[match.competition];
    matches.push_back({.day = match.day,
                       .competition = match.competition,
                       .home = match.home,
                       .away = match.away,
                       .home_goals = match.home_score,
                       .away_goals = match.away_score,
                       .home_credit = credit(match.home_score, match.home_statistics, conversion),
                       .away_credit = credit(match.away_score, match.away_statistics, conversion)});
    conversion.Update(match);
    countries.push_back(country_of.at(match.competition));
  }
  return models::WeeklyDixonColes(matches, countries, variant.parameters);
}

models::Forecasts ResultForecasts(const std::vector<models::GoalRates>& rates) {
  models::Forecasts forecasts(3);
  for (const models::GoalRates& each : rates) {
    // WeeklyDixonColes keeps its rates within what a grid takes.
    forecasts.Append(
        domain::ScoreGrid::DixonColes(each.home, each.away, each.rho).value().Result());
  }
  return forecasts;
}

std::vector<std::uint32_t> ColumnsOf(const std::vector<features::Feature>& catalogue,
                                     const std::vector<features::Block>& blocks) {
  std::vector<std::uint32_t> columns;
  for (std::uint32_t i = 0; i < catalogue.size(); ++i) {
    if (std::find(blocks.begin(), blocks.end(), catalogue[i].block) != blocks.end()) {
      columns.push_back(i);
    }
  }
  return columns;
}

models::Rows RowsToJudge(const FootballMatches& football, const models::Forecasts& market,
                         int first, int last, const std::vector<std::string>& codes) {
  std::set<std::int64_t> chosen;
  for (const bench::Competition& competition : football.competitions) {
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
