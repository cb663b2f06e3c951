// The real files served over HTTP, as a site serves them, into a real database.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "libs/sources/football_data.hpp"
#include "libs/testing/data.hpp"
#include "libs/testing/http_server.hpp"
#include "services/ingest/app/seed.hpp"
#include "services/ingest/fetch/http_fetcher.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

HttpFetcherOptions Options() {
  HttpFetcherOptions options;
  options.user_agent = "fairline-test";
  return options;
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Two clubs taken for one would show: both play on most Saturdays.
TEST_CASE("with the aliases no team plays twice on a day", "[ingest][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  const Seed seed = ReadSeed().value();
  const auto reader =
      sources::FootballDataReader::Make(sources::PrefixesOf(seed.bookmakers, "football-data"))
          .value();
  std::map<std::string, std::string> country;
  for (const CompetitionSeed& entry : seed.competitions) country[entry.code] = entry.country;
  std::map<std::string, std::string> team_of_alias;
  for (const AliasSeed& entry : seed.aliases) {
    team_of_alias[entry.country + "/" + entry.alias] = entry.country + "/" + entry.team;
  }
  std::set<std::string> names;
  std::set<std::pair<Day, std::string>> played;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*data / "football/mmz4281")) {
    if (entry.path().extension() != ".csv") continue;
    const auto identity = sources::IdentifyFile(entry.path().string()).value();
    const auto file = reader.Parse(ReadAll(entry.path()), identity).value();
    for (const sources::MatchRow& row : file.rows) {
      for (const sources::NameIndex side : {row.home, row.away}) {
        const std::string name = country.at(identity.division) + "/" + std::string(file.Name(side));
        names.insert(name);
        const auto alias = team_of_alias.find(name);
        const std::string& team = alias == team_of_alias.end() ? name : alias->second;
        INFO(FormatDay(row.date) << " " << team);
        REQUIRE(played.insert({row.date, team}).second);
      }
    }
  }
  // Every alias is needed, and its team exists; only the plain apostrophe is foresight.
  for (const auto& [alias, team] : team_of_alias) {
    INFO(alias);
    if (alias == "England/King's Lynn") continue;
    CHECK(names.contains(alias));
    CHECK(names.contains(team));
  }
}

TEST_CASE("real divisions and fixtures are loaded from a web server", "[ingest][integration]") {
  const auto data = testing::TestDataDir();
  if (!data) return;
  IngestWorld world;
  const testing::StaticHttpServer site(*data / "football");
  HttpFetcher fetcher(Options());
  const std::string folder =
      (std::filesystem::temp_directory_path() / "fairline-real-XXXXXX").string();
  std::string lake_folder = folder;
  REQUIRE(mkdtemp(lake_folder.data()) != nullptr);
  const auto lake = lake::Lake::Open("file://" + lake_folder);
  REQUIRE(lake.ok());
  PgSportsStore store(world.database());
  const RealClock real_clock;
  const std::vector<SourceAt> sources = {{sources::AllSources().front(), site.url()}};
  Ingestion ingestion(sources, store, fetcher, **lake, world.clock, real_clock,
                      IngestOptions{4, 2});
  const IngestRequest request{"", {"E0", "SC2", "G1"}, 2021, 2025};
  const auto quiet = [](const Progress&) {};
  const auto never = [] { return false; };

  const auto batch = ingestion.Run(request, quiet, never);
  INFO(batch.status().ToString());
  REQUIRE(batch.ok());
  CHECK(batch->counts.files_failed == 0);
  // SC2 of 2022-23 is missing.
  CHECK(batch->files_fetched == 15);
  CHECK(batch->counts.files_absent == 1);
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE competition_code = 'E0' AND "
                    "season_start = 2023 AND state = 4") == "380");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE state = 1 AND (kickoff_time > "
                    "sports.as_of() OR kickoff_time IS NULL)") ==
        world.Value("SELECT count(*) FROM sports.matches WHERE listed_from IS NOT NULL"));
  CHECK(world.Value("SELECT count(*) FROM sports.quotes q LEFT JOIN sports.matches m USING "
                    "(match_id, match_date) WHERE m.match_id IS NULL") == "0");
  CHECK(world.Value("SELECT count(*) > 50000 FROM sports.v1_quotes") == "t");

  const auto again = ingestion.Run(request, quiet, never);
  REQUIRE(again.ok());
  CHECK(again->counts.files_unchanged == 15);
  CHECK(site.not_modified() == 15);
  CHECK(again->data_version == batch->data_version);
  std::filesystem::remove_all(lake_folder);
}

}  // namespace
}  // namespace fairline::ingest
