// Sources and sports that no line of the service names.
#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "services/ingest/tests/ingest_world.hpp"
#include "services/ingest/tests/toy_source.hpp"

namespace fairline::ingest {
namespace {

constexpr char kToyRows[] =
    "INSERT INTO sports.competitions (code, sport, name, country, tier) VALUES ('TOY1', 'toy', "
    "'Toy League', 'Toyland', 1); "
    "INSERT INTO sports.bookmakers (code, name, kind) VALUES ('bricks', 'Bricks', 'bookmaker'); "
    "INSERT INTO sports.bookmaker_prefixes (source, prefix, bookmaker_id) SELECT 'toy-box', 'B', "
    "bookmaker_id FROM sports.bookmakers WHERE code = 'bricks'";

constexpr char kToyFile[] =
    "2026-01-10 | Reds | Blues | 2:1 | 1.80 2.10\n"
    "2026-01-11 | Greens | Reds | 0:3\n"
    "a day in May | Blues | Greens | 1:1\n";

const sources::Source& Football() { return *sources::AllSources().front(); }

class ToyWorld : public IngestWorld {
 public:
  ToyWorld() {
    server().Execute(kToyRows);
    source.Put("toy/2026/TOY1.toy", kToyFile);
  }

  absl::StatusOr<BatchSummary> Run(const std::vector<SourceAt>& from,
                                   const IngestRequest& request) {
    return Over(from)->Run(
        request, [](const Progress&) {}, [] { return false; });
  }

  const ToySource toy;
};

TEST_CASE("a new source of a new sport ends in the same tables", "[ingest][db]") {
  ToyWorld world;
  world.source.Put("toy/coming.toy", "TOY1 | 2026-01-31 | Blues | Reds | | 1.95 1.95\n");
  const auto batch = world.Run({{&world.toy, "memory:"}}, {"", {}, 2026, 2026});
  INFO(batch.status().ToString());
  REQUIRE(batch.ok());
  CHECK(batch->counts.warnings.empty());
  CHECK(batch->files_fetched == 2);
  CHECK(batch->loaded.matches_added == 3);
  CHECK(batch->loaded.quotes_added == 2);
  CHECK(world.Value("SELECT string_agg(h.name || ' ' || m.home_score || '-' || m.away_score || ' ' "
                    "|| a.name, ', ' ORDER BY m.match_date) FROM sports.v1_matches m JOIN "
                    "sports.v1_teams h ON h.team_id = m.home_team_id JOIN sports.v1_teams a ON "
                    "a.team_id = m.away_team_id WHERE m.state = 4 AND h.sport = 'toy'") ==
        "Reds 2-1 Blues, Greens 0-3 Reds");
  CHECK(world.Value("SELECT season_start || ' ' || state FROM sports.v1_matches WHERE match_date = "
                    "'2026-01-31'") == "2026 1");
  CHECK(world.Value("SELECT bookmaker_code || ' ' || price_1 || ' ' || (captured_at IS NULL) FROM "
                    "sports.v1_quotes WHERE match_date = '2026-01-10'") == "bricks 1.8 true");
  CHECK(world.Value("SELECT reason || ': ' || text FROM sports.rejected_rows") ==
        "not a day: a day in May");
  CHECK(world.Value("SELECT bool_and(source = 'toy-box' AND lake_path LIKE 'source/toy-box/____-__-"
                    "__/toy/%.toy') FROM sports.source_files") == "t");
  const auto again = world.Run({{&world.toy, "memory:"}}, {"", {}, 2026, 2026});
  REQUIRE(again.ok());
  CHECK(again->counts.files_unchanged == 2);
}

TEST_CASE("one batch loads every source, each for the competitions of its sport", "[ingest][db]") {
  ToyWorld world;
  world.source.Put("mmz4281/2526/E0.csv",
                   std::string(kSeasonHeader) + "E0,24/01/2026,,Arsenal,Leeds,2,1,H\n");
  const std::vector<SourceAt> both = {{&Football(), "memory:"}, {&world.toy, "memory:"}};
  SECTION("all") {
    const auto batch = world.Run(both, {"", {}, 2025, 2026});
    REQUIRE(batch.ok());
    CHECK(batch->files_fetched == 2);
    CHECK(world.Value("SELECT string_agg(source, ' ' ORDER BY source) FROM sports.source_files") ==
          "football-data toy-box");
  }
  SECTION("one sport's") {
    const auto batch = world.Run(both, {"", {}, 0, 0, "toy"});
    REQUIRE(batch.ok());
    CHECK(world.Value("SELECT string_agg(source, ' ') FROM sports.source_files") == "toy-box");
  }
  SECTION("a competition's") {
    const auto batch = world.Run(both, {"", {"TOY1"}, 0, 0});
    REQUIRE(batch.ok());
    CHECK(world.Value("SELECT string_agg(source, ' ') FROM sports.source_files") == "toy-box");
  }
  SECTION("a sport that none has") {
    const auto batch = world.Run(both, {"", {}, 0, 0, "curling"});
    CHECK(batch.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(world.Value("SELECT count(*) FROM sports.ingest_batches") == "0");
  }
  SECTION("another sport's competition") {
    CHECK(world.Run(both, {"", {"E0"}, 0, 0, "toy"}).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("a source that is away leaves the others their work", "[ingest][db]") {
  ToyWorld world;
  world.source.Break("elsewhere:");
  const std::vector<SourceAt> both = {{&Football(), "elsewhere:"}, {&world.toy, "memory:"}};
  const auto batch = world.Run(both, {"", {"E0", "E1", "TOY1"}, 2021, 2026});
  INFO(batch.status().ToString());
  REQUIRE(batch.ok());
  CHECK(batch->counts.files_failed == 13);
  CHECK_FALSE(batch->counts.warnings.empty());
  CHECK(batch->loaded.matches_added == 2);
  world.source.Break("");
  CHECK(world.Run(both, {"", {"E0", "E1", "TOY1"}, 2021, 2026}).status().code() ==
        absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace fairline::ingest
