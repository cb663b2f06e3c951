#include "services/ingest/app/seed.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "libs/names/likeness.hpp"
#include "libs/sources/football_data.hpp"

namespace fairline::ingest {
namespace {

TEST_CASE("the compiled-in tables are well-formed", "[ingest]") {
  const auto seed = ReadSeed();
  INFO(seed.status().ToString());
  REQUIRE(seed.ok());
  const auto& competitions = seed->competitions;
  CHECK(std::any_of(competitions.begin(), competitions.end(),
                    [](const auto& entry) { return entry.code == "E0"; }));
  CHECK(std::adjacent_find(competitions.begin(), competitions.end(),
                           [](const auto& a, const auto& b) { return a.code >= b.code; }) ==
        competitions.end());
  for (const auto* code : {"average", "best", "pinnacle", "bet365"}) {
    INFO(code);
    CHECK(std::any_of(seed->bookmakers.begin(), seed->bookmakers.end(),
                      [&](const auto& entry) { return entry.code == code; }));
  }
  CHECK(sources::FootballDataReader::Make(sources::PrefixesOf(seed->bookmakers, "football-data"))
            .ok());
}

TEST_CASE("an alias is no other alias's team and belongs to a competition's country", "[ingest]") {
  const auto seed = ReadSeed();
  REQUIRE(seed.ok());
  std::set<std::string> aliases;
  std::set<std::string> countries;
  for (const auto& competition : seed->competitions) countries.insert(competition.country);
  for (const auto& entry : seed->aliases) {
    CHECK(aliases.insert(entry.country + "/" + entry.alias).second);
  }
  for (const auto& entry : seed->aliases) {
    INFO(entry.alias);
    CHECK_FALSE(aliases.contains(entry.country + "/" + entry.team));
    CHECK(countries.contains(entry.country));
  }
}

// A name that two teams or competitions had would find neither.
TEST_CASE("no other name is another's, and each is of one that is known", "[ingest]") {
  const auto seed = ReadSeed();
  REQUIRE(seed.ok());
  std::map<std::string, std::string> competition_of;
  std::set<std::string> countries;
  for (const auto& entry : seed->competitions) {
    countries.insert(entry.country);
    for (const std::string& name : {entry.code, entry.name}) {
      competition_of.emplace(names::Key(name), entry.code);
    }
  }
  for (const auto& entry : seed->competition_names) {
    INFO(entry.name);
    CHECK(competition_of.emplace(names::Key(entry.name), entry.code).first->second == entry.code);
  }
  std::map<std::string, std::string> team_of;
  for (const auto& entry : seed->aliases) {
    team_of.emplace(entry.country + "/" + names::Key(entry.alias), entry.team);
    team_of.emplace(entry.country + "/" + names::Key(entry.team), entry.team);
  }
  for (const auto& entry : seed->team_names) {
    team_of.emplace(entry.country + "/" + names::Key(entry.team), entry.team);
  }
  for (const auto& entry : seed->team_names) {
    INFO(entry.name);
    CHECK(countries.contains(entry.country));
    CHECK(team_of.emplace(entry.country + "/" + names::Key(entry.name), entry.team).first->second ==
          entry.team);
  }
}

}  // namespace
}  // namespace fairline::ingest
