#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "tools/challenge/challenge_matches.hpp"
#include "tools/challenge/forecast.hpp"
#include "tools/challenge/submission.hpp"

namespace fairline::challenge {
namespace {

using sources::ChallengeFixture;
using sources::ChallengeResult;
using std::chrono::days;

// Leagues of two countries, ten clubs each, every weekend of `years` years up to 8 February 2023;
// clubs of a higher number score more.
std::vector<ChallengeResult> MadeUpResults(int years) {
  std::mt19937 random(5);
  std::vector<ChallengeResult> results;
  const Day last{std::chrono::year{2023} / 2 / 8};
  for (Day day = last - days{364 * years}; day <= last; day += days{7}) {
    for (const std::string league : {"AAA1", "BBB1"}) {
      for (int home = 0; home < 10; home += 2) {
        const int away = (home + 1 + 2 * static_cast<int>(random() % 5)) % 10;
        ChallengeResult& result = results.emplace_back();
        result.league = league;
        result.home = "Club " + std::to_string(home);
        result.away = "Club " + std::to_string(away);
        result.date = day;
        const std::chrono::year_month_day date{day};
        const int year = static_cast<int>(date.year());
        result.season_start = date.month() < std::chrono::July ? year - 1 : year;
        result.home_goals =
            static_cast<std::int16_t>(std::poisson_distribution<int>(0.5 + 0.35 * home)(random));
        result.away_goals =
            static_cast<std::int16_t>(std::poisson_distribution<int>(0.3 + 0.35 * away)(random));
      }
    }
  }
  return results;
}

ChallengeFixture MadeUpFixture(const std::string& league, const std::string& home,
                               const std::string& away, int day_of_april) {
  ChallengeFixture fixture;
  fixture.league = league;
  fixture.home = home;
  fixture.away = away;
  fixture.season = "22-23";
  fixture.season_start = 2022;
  fixture.date = Day{std::chrono::year{2023} / 4 / day_of_april};
  fixture.date_text = std::to_string(day_of_april) + "/04/2023";
  return fixture;
}

bool SameRow(const models::MatchTable& a, const models::MatchTable& b, std::size_t row) {
  for (std::size_t f = 0; f < a.feature_count; ++f) {
    const float x = a.features[row * a.feature_count + f];
    const float y = b.features[row * b.feature_count + f];
    if (std::isnan(x) ? !std::isnan(y) : x != y) return false;
  }
  return true;
}

models::Recipe SmallRecipe() {
  const auto recipe = models::ParseRecipe(R"({
      "format": 2, "name": "test", "sport": "football", "outcomes": ["home", "draw", "away"],
      "seed": 1, "least_training_matches": 50, "least_held_out_matches": 1,
      "models": [{"name": "base_rate", "kind": "base_rate"},
                 {"name": "no_odds", "kind": "logistic", "serve": "no_odds",
                  "features": ["elo_difference"], "parameters": {"ridge": 10}}]})");
  INFO(recipe.status().ToString());
  REQUIRE(recipe.ok());
  return *recipe;
}

TEST_CASE("training rows are as stale as the fixtures", "[challenge][leak]") {
  const std::vector<ChallengeFixture> fixtures = {MadeUpFixture("AAA1", "Club 1", "Club 2", 19)};
  std::vector<ChallengeResult> results = MadeUpResults(2);
  const auto before = MakeChallengeMatches(results, fixtures);
  REQUIRE(before.ok());
  CHECK(before->horizon.middle == days{70});
  CHECK(before->results == results.size());
  CHECK(before->table.size() == results.size() + 1);

  const Day changed_day = results[results.size() / 2].date;
  for (ChallengeResult& result : results) {
    if (result.date == changed_day) std::swap(result.home_goals, ++result.away_goals);
  }
  const auto after = MakeChallengeMatches(results, fixtures);
  REQUIRE(after.ok());
  bool later_rows_changed = false;
  for (std::size_t row = 0; row < before->results; ++row) {
    const bool same = SameRow(before->table, after->table, row);
    if (before->table.days[row] < changed_day + days{70}) CHECK(same);
    later_rows_changed = later_rows_changed || !same;
  }
  CHECK(later_rows_changed);
  CHECK_FALSE(SameRow(before->table, after->table, before->fixture_rows[0]));
}

TEST_CASE("results from the first fixture's day on are never looked at", "[challenge][leak]") {
  const std::vector<ChallengeFixture> fixtures = {MadeUpFixture("AAA1", "Club 1", "Club 2", 14)};
  std::vector<ChallengeResult> results = MadeUpResults(1);
  const auto before = MakeChallengeMatches(results, fixtures);
  ChallengeResult own = results.back();
  static_cast<ChallengeFixture&>(own) = fixtures[0];
  own.home_goals = 9;
  results.push_back(own);
  const auto after = MakeChallengeMatches(results, fixtures);
  REQUIRE(before.ok());
  REQUIRE(after.ok());
  CHECK(after->results == before->results);
  CHECK(before->table.features.size() == after->table.features.size());
  CHECK(SameRow(before->table, after->table, after->fixture_rows[0]));
  CHECK_FALSE(MakeChallengeMatches({own}, fixtures).ok());
}

TEST_CASE("fixtures are forecast in their order, unknown clubs and leagues too", "[challenge]") {
  const std::vector<ChallengeFixture> fixtures = {
      MadeUpFixture("AAA1", "Club 9", "Club 0", 26), MadeUpFixture("AAA1", "Club 0", "Club 9", 14),
      MadeUpFixture("AAA1", "Nobody", "Club 9", 20), MadeUpFixture("ZZZ", "Nobody", "No one", 20)};
  const auto matches = MakeChallengeMatches(MadeUpResults(6), fixtures);
  REQUIRE(matches.ok());
  const auto forecasts = ForecastFixtures(*matches, SmallRecipe(), {});
  INFO(forecasts.status().ToString());
  REQUIRE(forecasts.ok());
  REQUIRE(forecasts->size() == 4);
  for (const Probabilities& each : *forecasts) {
    CHECK(each[0] + each[1] + each[2] == Approx(1.0));
  }
  CHECK((*forecasts)[0][0] > 0.5);
  CHECK((*forecasts)[1][0] < (*forecasts)[0][0]);

  const std::string text = WriteSubmission(fixtures, *forecasts);
  CHECK(text.find("ID,Sea,Lge,Date,HT,AT,prd_H,prd_D,prd_A\n1,22-23,AAA1,26/04/2023,Club 9,") == 0);
  CHECK(text.find("\n4,22-23,ZZZ,") != std::string::npos);
}

TEST_CASE("years are judged on the days that the fixtures have", "[challenge]") {
  const auto matches = MakeChallengeMatches(MadeUpResults(8), {});
  REQUIRE(matches.ok());
  for (const std::uint32_t row : RowsWithinHorizon(*matches, 2021)) {
    CHECK(matches->table.days[row] >= Day{std::chrono::year{2021} / 4 / 14});
    CHECK(matches->table.days[row] <= Day{std::chrono::year{2021} / 4 / 26});
    CHECK(matches->table.seasons[row] == 2021);
  }
  const auto scores = EvaluateYears(*matches, SmallRecipe(), 2019, 2022, {});
  INFO(scores.status().ToString());
  REQUIRE(scores.ok());
  REQUIRE(scores->size() == 5);
  const YearScore& all = scores->back();
  REQUIRE(all.models.size() == 2);
  CHECK(all.models[1].second.rps < all.models[0].second.rps);
}

TEST_CASE("names with commas are quoted and probabilities sum to 1 as printed", "[challenge]") {
  ChallengeFixture fixture = MadeUpFixture("AAA1", "Club, \"The\"", "B", 14);
  fixture.id = "77";
  const std::vector<ChallengeFixture> fixtures = {fixture};
  const std::vector<Probabilities> forecasts = {{1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0}};
  CHECK(WriteSubmission(fixtures, forecasts) ==
        "ID,Sea,Lge,Date,HT,AT,prd_H,prd_D,prd_A\n"
        "77,22-23,AAA1,14/04/2023,\"Club, \"\"The\"\"\",B,0.333333,0.333334,0.333333\n");
}

}  // namespace
}  // namespace fairline::challenge
