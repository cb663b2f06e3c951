#include "libs/sources/source.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "libs/sources/football_data_source.hpp"

namespace fairline::sources {
namespace {

TEST_CASE("football-data's files of a range of seasons, fixtures last", "[sources]") {
  std::vector<std::string> names;
  for (const PlannedFile& file : FootballData().Plan({{"E0", "F1"}, 1999, 2000})) {
    const bool fixtures = file.kind == FileKind::kFixtures;
    CHECK(fixtures == file.competition.empty());
    CHECK(fixtures == file.expected);
    names.push_back(file.name);
  }
  CHECK(names == std::vector<std::string>{"mmz4281/9900/E0.csv", "mmz4281/9900/F1.csv",
                                          "mmz4281/0001/E0.csv", "mmz4281/0001/F1.csv",
                                          "fixtures.csv"});
}

TEST_CASE("football-data's rows carry season, kick-off and bookmaker", "[sources]") {
  const auto read =
      FootballData().Read({.name = "fixtures.csv", .kind = FileKind::kFixtures, .competition = ""},
                          "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A\n"
                          "E0,16/08/2025,15:00,Arsenal,Leeds,1.5,4,7\n",
                          {{"B365", "bet365"}});
  REQUIRE(read.ok());
  REQUIRE(read->rows.size() == 1);
  CHECK(read->rows[0].season_start == 2025);
  CHECK(read->rows[0].kickoff == ParseInstant("2025-08-16T14:00:00Z").value());
  REQUIRE(read->quotes.size() == 1);
  CHECK(read->bookmakers.at(read->quotes[0].bookmaker) == "bet365");
  CHECK(read->division_column == "Div");
}

TEST_CASE("a name that was not planned is refused", "[sources]") {
  CHECK(FootballData().Read({.name = "notes.txt", .competition = "E0"}, "", {}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("every source has a name of its own, fit for a folder and a setting", "[sources]") {
  std::set<std::string_view> names;
  for (const Source* source : AllSources()) {
    INFO(source->name());
    CHECK(names.insert(source->name()).second);
    CHECK_FALSE(source->name().empty());
    CHECK(std::all_of(source->name().begin(), source->name().end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }));
    CHECK_FALSE(source->sport().empty());
    CHECK(source->oldest_season() <= source->usual_first_season());
    CHECK(source->usual_first_season() <= source->SeasonOf(ParseDay("2026-01-30").value()));
  }
}

TEST_CASE("a source plans each file once and names the competition or none", "[sources]") {
  for (const Source* source : AllSources()) {
    INFO(source->name());
    std::set<std::string> names;
    for (const PlannedFile& file : source->Plan({{"A", "B"}, 2024, 2025})) {
      INFO(file.name);
      CHECK(names.insert(file.name).second);
      CHECK_FALSE(file.name.starts_with('/'));
      CHECK((file.competition.empty() || file.competition == "A" || file.competition == "B"));
    }
    CHECK_FALSE(names.empty());
  }
}

}  // namespace
}  // namespace fairline::sources
