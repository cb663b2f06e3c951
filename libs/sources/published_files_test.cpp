// The real files of the challenge and of the NCAA, read whole.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "libs/sources/ncaa.hpp"
#include "libs/sources/soccer_challenge.hpp"
#include "libs/testing/data.hpp"

namespace fairline::sources {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("the challenge's training set is read whole", "[sources][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const std::string bytes =
      ReadAll(*data / "football/soccer-challenge-2023/TrainingSet_2023_02_08.csv");
  const auto read = ReadChallengeTraining(bytes);
  INFO(read.status().ToString());
  REQUIRE(read.ok());
  CHECK(read->size() == 299'207);
  std::set<std::string> leagues;
  for (const ChallengeResult& result : *read) leagues.insert(result.league);
  CHECK(leagues.size() == 51);
  const auto fixtures = ReadChallengeFixtures(bytes);
  REQUIRE(fixtures.ok());
  CHECK(fixtures->size() == read->size());
}

TEST_CASE("the NCAA's games, seasons, teams and seeds are read whole", "[sources][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const auto read = [&](const std::string& name) { return ReadAll(*data / "ncaa" / name); };
  for (const std::string prefix : {"M", "W"}) {
    INFO(prefix);
    const auto games = ReadNcaaGames(read(prefix + "RegularSeasonCompactResults.csv"));
    REQUIRE(games.ok());
    CHECK(games->size() > 100'000);
    const auto tournament = ReadNcaaGames(read(prefix + "NCAATourneyCompactResults.csv"));
    REQUIRE(tournament.ok());
    CHECK(tournament->size() > 1'500);
    const auto detailed = ReadNcaaGames(read(prefix + "RegularSeasonDetailedResults.csv"));
    REQUIRE(detailed.ok());
    CHECK(detailed->size() < games->size());
    const auto seasons = ReadNcaaSeasons(read(prefix + "Seasons.csv"));
    REQUIRE(seasons.ok());
    const auto teams = ReadNcaaTeams(read(prefix + "Teams.csv"));
    REQUIRE(teams.ok());
    const auto seeds = ReadNcaaSeeds(read(prefix + "NCAATourneySeeds.csv"));
    REQUIRE(seeds.ok());
    CHECK(seeds->size() > 1'500);
  }
}

}  // namespace
}  // namespace fairline::sources
