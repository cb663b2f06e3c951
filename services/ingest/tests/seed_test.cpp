#include "services/ingest/app/seed.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

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

}  // namespace
}  // namespace fairline::ingest
