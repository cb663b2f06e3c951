#include "tools/challenge/challenge_matches.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "libs/features/replay.hpp"

namespace fairline::challenge {
namespace {

using features::Fixture;
using features::Match;
using sources::ChallengeFixture;
using sources::ChallengeResult;
using std::chrono::days;
using std::chrono::year_month_day;

// Clubs are known by their names within a country, leagues by their codes.
class Names {
 public:
  [[nodiscard]] Fixture FixtureOf(const ChallengeFixture& match) {
    const sources::LeagueCode code = sources::ParseLeagueCode(match.league);
    Fixture fixture;
    fixture.id = {++matches_};
    fixture.competition = {IdOf(leagues_, match.league)};
    fixture.home = {IdOf(clubs_, {code.country, match.home})};
    fixture.away = {IdOf(clubs_, {code.country, match.away})};
    fixture.tier = code.tier;
    fixture.season = static_cast<std::int16_t>(match.season_start);
    fixture.day = match.date;
    return fixture;
  }

 private:
  template <typename Name>
  static std::int64_t IdOf(std::map<Name, std::int64_t>& ids, const Name& name) {
    return ids.try_emplace(name, static_cast<std::int64_t>(ids.size()) + 1).first->second;
  }

  std::int64_t matches_ = 0;
  std::map<std::string, std::int64_t> leagues_;
  std::map<std::pair<std::string, std::string>, std::int64_t> clubs_;
};

bool EarlierDay(const Fixture& a, const Fixture& b) { return a.day < b.day; }

// The year whose season, begun on `begin`, the day falls in.
int SeasonOf(Day day, std::chrono::month_day begin) {
  const year_month_day date{day};
  const auto year = static_cast<int>(date.year());
  return std::chrono::month_day{date.month(), date.day()} < begin ? year - 1 : year;
}

models::OutcomeIndex ResultOf(const Match& match) {
  if (match.home_score == match.away_score) return 1;
  return match.home_score > match.away_score ? 0 : 2;
}

}  // namespace

absl::StatusOr<ChallengeMatches> MakeChallengeMatches(
    const std::vector<ChallengeResult>& results, const std::vector<ChallengeFixture>& fixtures) {
  std::vector<std::size_t> by_day(fixtures.size());
  std::iota(by_day.begin(), by_day.end(), 0);
  std::stable_sort(by_day.begin(), by_day.end(), [&](std::size_t a, std::size_t b) {
    return fixtures[a].date < fixtures[b].date;
  });

  Names names;
  std::vector<Match> known;
  for (const ChallengeResult& result : results) {
    if (!fixtures.empty() && result.date >= fixtures[by_day.front()].date) continue;
    Match& match = known.emplace_back();
    static_cast<Fixture&>(match) = names.FixtureOf(result);
    match.home_score = result.home_goals;
    match.away_score = result.away_goals;
  }
  if (known.empty()) return InvalidField("train", "holds no result before the first fixture");
  std::stable_sort(known.begin(), known.end(), EarlierDay);
  const Day last_known = known.back().day;

  ChallengeMatches made;
  made.results = known.size();
  if (!fixtures.empty()) {
    made.horizon = {.first = fixtures[by_day.front()].date - last_known,
                    .middle = fixtures[by_day[by_day.size() / 2]].date - last_known,
                    .last = fixtures[by_day.back()].date - last_known};
  }
  const year_month_day begin{last_known + days{1}};
  made.season_begin = {begin.month(), begin.day()};
  made.last_season = static_cast<int>(begin.year());
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  made.catalogue = replay->catalogue().features();
  models::MatchTable& table = made.table;
  table.feature_count = made.catalogue.size();
  table.features.reserve((known.size() + fixtures.size()) * table.feature_count);
  const auto keep = [&](const Fixture& fixture, std::span<const float> row, int season,
                        models::OutcomeIndex result) {
    table.features.insert(table.features.end(), row.begin(), row.end());
    table.days.push_back(fixture.day);
    table.seasons.push_back(season);
    table.competitions.push_back(static_cast<std::int32_t>(fixture.competition.value));
    table.results.push_back(result);
  };

  // Results become known so many days late that each match is forecast from as stale a state as
  // the middle one of the fixtures.
  const days late = made.horizon.middle - days{1};
  std::vector<Match> learned = known;
  for (Match& match : learned) match.day += late;
  const std::vector<Fixture> coming(known.begin(), known.end());
  RETURN_IF_ERROR(
      features::RunReplay(*replay, learned, coming,
                          [&](const Fixture& fixture, bool finished, std::span<const float> row) {
                            if (!finished) {
                              keep(fixture, row, SeasonOf(fixture.day, made.season_begin),
                                   ResultOf(known[table.size()]));
                            }
                            return absl::OkStatus();
                          }));

  made.fixture_rows.resize(fixtures.size());
  std::vector<float> row(table.feature_count);
  for (const std::size_t i : by_day) {
    const Fixture fixture = names.FixtureOf(fixtures[i]);
    replay->Emit(fixture, row);
    made.fixture_rows[i] = table.size();
    keep(fixture, row, made.last_season, 0);
  }
  return made;
}

models::Rows RowsWithinHorizon(const ChallengeMatches& matches, int season) {
  // The 29th of February begins its season on the first of March in most years.
  const year_month_day date = std::chrono::year{season} / matches.season_begin;
  const Day last_known = Day{date} - days{1};
  models::Rows rows;
  for (std::uint32_t i = 0; i < matches.results; ++i) {
    const days after = matches.table.days[i] - last_known;
    if (after >= matches.horizon.first && after <= matches.horizon.last) rows.push_back(i);
  }
  return rows;
}

}  // namespace fairline::challenge
