// Every real file, read whole.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "libs/sources/bookmaker_seed.hpp"
#include "libs/sources/football_data.hpp"
#include "libs/testing/data.hpp"

namespace fairline::sources {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

FootballDataReader Reader() {
  const auto seed =
      ReadBookmakerSeed(ReadAll(testing::SourceDir() / "services/ingest/seed/bookmakers.csv"));
  REQUIRE(seed.ok());
  auto reader = FootballDataReader::Make(PrefixesOf(*seed, "football-data"));
  REQUIRE(reader.ok());
  return *std::move(reader);
}

TEST_CASE("every season file is read with few rejections", "[sources][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const FootballDataReader reader = Reader();
  std::size_t played = 0;
  std::size_t bad_rows = 0;
  std::size_t unknown_columns = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*data / "football/mmz4281")) {
    if (entry.path().extension() != ".csv") continue;
    INFO(entry.path().string());
    const auto identity = IdentifyFile(entry.path().string());
    REQUIRE(identity.ok());
    const auto parsed = reader.Parse(ReadAll(entry.path()), *identity);
    INFO(parsed.status().ToString());
    REQUIRE(parsed.ok());
    // The worst is a file of exchange prices that nobody offered.
    CHECK(parsed->rejected.size() < 120);
    CHECK(parsed->cut.empty());
    for (const MatchRow& row : parsed->rows) played += row.full_time ? 1 : 0;
    for (const Rejected& cell : parsed->rejected) {
      bad_rows += cell.column.empty() ? 1 : 0;
      unknown_columns += cell.line == 1 ? 1 : 0;
    }
  }
  CHECK(played == 225095);
  CHECK(bad_rows == 0);
  CHECK(unknown_columns == 0);
}

TEST_CASE("the fixtures of each archived day are read", "[sources][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const FootballDataReader reader = Reader();
  const auto rows = [&](const char* name) {
    const auto parsed =
        reader.Parse(ReadAll(*data / "football" / name), FileIdentity{FileKind::kFixtures, 0, ""});
    INFO(name << ": " << parsed.status().ToString());
    REQUIRE(parsed.ok());
    for (const MatchRow& row : parsed->rows) {
      CHECK(row.kickoff.has_value());
      CHECK(row.quote_count > 0);
    }
    return parsed->rows.size();
  };
  CHECK(rows("fixtures.csv") == 191);
  CHECK(rows("fixtures-archive/2026-01-27/fixtures.csv") > 0);
  CHECK(rows("fixtures-archive/2025-09-23/fixtures.csv") > 0);
  CHECK(rows("fixtures-archive/2020-11-13/fixtures.csv") > 0);
}

TEST_CASE("files of another layout or date format are refused", "[sources][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const FootballDataReader reader = Reader();
  const auto reason = [&](const char* name) {
    const auto parsed =
        reader.Parse(ReadAll(*data / "football" / name), FileIdentity{FileKind::kFixtures, 0, ""});
    REQUIRE_FALSE(parsed.ok());
    return MessageOf(parsed.status());
  };
  CHECK(reason("fixtures-archive/bad-date-format/fixtures.csv").find("dd/mm/yyyy") !=
        std::string::npos);
  CHECK(reason("fixtures-archive/2020-11-13/new_league_fixtures.csv").find("extra-league") !=
        std::string::npos);
  CHECK(reason("new/ARG.csv").find("extra-league") != std::string::npos);
  CHECK(reason("notes.txt").find("header") != std::string::npos);
}

}  // namespace
}  // namespace fairline::sources
