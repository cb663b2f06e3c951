#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>

#include "libs/sources/football_data.hpp"
#include "libs/testing/postgres.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

constexpr char kSeasonFile[] = "mmz4281/2526/E0.csv";

const std::string kArsenal =
    "E0,24/01/2026,15:00,Arsenal,Leeds,2,1,H,14,7,1.5,4,7,1.48,4.1,7.2,,,\n";
const std::string kChelsea =
    "E0,25/01/2026,16:30,Chelsea,Fulham,0,0,D,9,9,1.9,3.5,4,1.88,3.6,4.1,1.8,3.6,4.4\n";

std::string Season(const std::string& rows) { return kSeasonHeader + rows; }
std::string Fixtures(const std::string& rows) { return kFixturesHeader + rows; }

std::string Count(IngestWorld& world, const std::string& from) {
  return world.Value("SELECT count(*) FROM " + from);
}

TEST_CASE("a season file is loaded with results, statistics and prices", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea));
  const BatchSummary batch = world.Load();
  CHECK(batch.files_fetched == 1);
  CHECK(batch.counts.files_absent == 1);
  CHECK(batch.loaded.matches_added == 2);
  CHECK(batch.loaded.quotes_added == 5);
  CHECK(batch.end_time.has_value());
  CHECK(world.Value("SELECT home_score || '-' || away_score || ' ' || state || ' ' || season_start "
                    "FROM sports.v1_matches WHERE match_date = '2026-01-24'") == "2-1 4 2025");
  CHECK(world.Value("SELECT kickoff_time FROM sports.v1_matches WHERE match_date = '2026-01-25'") ==
        "2026-01-25 16:30:00+00");
  CHECK(world.Value("SELECT home_statistics FROM sports.v1_matches WHERE match_date = "
                    "'2026-01-24'") == "{NULL,14,NULL,NULL,NULL,NULL,NULL}");
  CHECK(world.Value("SELECT bookmaker_code || price_1 || '/' || price_2 || '/' || price_3 FROM "
                    "sports.v1_quotes WHERE phase = 2") == "bet3651.8/3.6/4.4");
  CHECK(world.Value("SELECT label FROM sports.seasons") == "2025-26");
  CHECK(world.Value("SELECT version FROM sports.v1_data_version") == "1");
}

TEST_CASE("loading the same twice changes nothing", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea));
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  world.Load();
  const std::string all =
      "SELECT md5(string_agg(m::text, ',' ORDER BY match_id)) FROM sports.v1_matches m";
  const std::string state = world.Value(all);
  const BatchSummary again = world.Load();
  CHECK(again.files_fetched == 0);
  CHECK(again.counts.files_unchanged == 2);
  // The same rows in other bytes are read, and change nothing either.
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea + ",,,,\n"));
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.50,3.4,2.8\n"));
  const BatchSummary reread = world.Load();
  CHECK(reread.files_fetched == 2);
  CHECK(reread.loaded.matches_added == 0);
  CHECK(reread.loaded.matches_updated == 0);
  CHECK(reread.loaded.quotes_added == 0);
  CHECK(reread.data_version == again.data_version);
  CHECK(world.Value(all) == state);
  CHECK(Count(world, "sports.quotes") == "6");
}

TEST_CASE("what rotted in the lake is mended when the same bytes are fetched again",
          "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal));
  world.Load();
  const std::string path = world.Value("SELECT lake_path FROM sports.source_files WHERE name = '" +
                                       std::string(kSeasonFile) + "'");
  std::ofstream(world.lake_folder() + "/" + path) << "Div,Da";
  // Not known by its tag any more: tools/dev check-lake.
  world.server().Execute("UPDATE sports.source_files SET etag = NULL, last_modified = NULL");
  const BatchSummary again = world.Load();
  CHECK(again.counts.files_failed == 0);
  CHECK(world.lake().Get(path, 10'000).value() == Season(kArsenal));
}

TEST_CASE("a corrected result updates and the former one is kept", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea));
  world.clock.Set(ParseInstant("2026-01-26T09:00:00Z").value());
  const BatchSummary first = world.Load();
  std::string corrected = kChelsea;
  corrected.replace(corrected.find("0,0,D"), 5, "0,3,A");
  world.source.Put(kSeasonFile, Season(kArsenal + corrected));
  const BatchSummary second = world.Load();
  CHECK(second.loaded.matches_added == 0);
  CHECK(second.loaded.matches_updated == 1);
  CHECK(second.data_version > first.data_version);
  CHECK(world.Value("SELECT state || ' ' || home_score || '-' || away_score FROM "
                    "sports.v1_matches WHERE match_date = '2026-01-25'") == "6 0-3");
  CHECK(world.Value("SELECT former_home_score || '-' || former_away_score || ' ' || batch_id FROM "
                    "sports.match_corrections") == "0-0 " + std::to_string(second.batch.value));
  PgCatalogue catalogue(world.database());
  const auto detail = catalogue.Match(MatchId{2}, world.clock.Now());
  REQUIRE(detail.ok());
  REQUIRE(detail->corrections.size() == 1);
  CHECK(detail->corrections[0].former == Score{0, 0});
}

TEST_CASE("a changed historical price replaces the former one", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal));
  world.Load();
  std::string changed = kArsenal;
  changed.replace(changed.find("1.5,4,7"), 7, "1.6,4,7");
  world.source.Put(kSeasonFile, Season(changed));
  CHECK(world.Load().loaded.quotes_added == 1);
  CHECK(world.Value("SELECT price_1 FROM sports.v1_quotes WHERE bookmaker_code = 'bet365'") ==
        "1.6");
  CHECK(Count(world, "sports.quotes") == "2");
}

TEST_CASE("a changed price of a coming match is a new row", "[ingest][db]") {
  IngestWorld world;
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"
                                            "E0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n"));
  CHECK(world.Load().loaded.quotes_added == 2);
  world.clock.Set(ParseInstant("2026-01-30T15:00:00Z").value());
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.4,3.4,2.9\n"
                                            "E0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n"));
  CHECK(world.Load().loaded.quotes_added == 1);
  CHECK(world.Value("SELECT string_agg(price_1 || '@' || to_char(captured_at, 'HH24:MI'), ' ' "
                    "ORDER BY captured_at) FROM sports.v1_quotes JOIN sports.v1_matches USING "
                    "(match_id) WHERE away_team_id = (SELECT team_id FROM sports.v1_teams WHERE "
                    "name = 'Chelsea')") == "2.5@09:00 2.4@15:00");
}

TEST_CASE("coming matches show without result and turn into results", "[ingest][db]") {
  IngestWorld world;
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  world.Load();
  CHECK(world.Value("SELECT state FROM sports.v1_matches") == "1");
  const std::string played =
      "E0,31/01/2026,15:00,Leeds,Chelsea,3,1,H,9,9,2.5,3.4,2.8,2.45,3.4,2.9,2.4,3.4,3\n";
  world.source.Put(kSeasonFile, Season(kArsenal + played));
  const BatchSummary batch = world.Load();
  CHECK(batch.loaded.matches_added == 1);
  CHECK(batch.loaded.matches_updated == 1);
  // Stored, and not to be seen until it is over.
  CHECK(world.Value("SELECT home_score FROM sports.matches WHERE match_date = '2026-01-31'") ==
        "3");
  const std::string seen =
      "SELECT state || '/' || coalesce(home_score::text, '-') || '/' || (home_statistics IS NULL) "
      "FROM sports.v1_matches WHERE match_date = '2026-01-31'";
  const std::string quotes = "sports.v1_quotes WHERE match_date = '2026-01-31'";
  CHECK(world.Value(seen) == "1/-/true");
  CHECK(Count(world, quotes) == "1");
  world.clock.Set(ParseInstant("2026-01-31T17:29:59Z").value());
  CHECK(world.Value(seen) == "1/-/true");
  world.clock.Set(ParseInstant("2026-01-31T17:30:00Z").value());
  CHECK(world.Value(seen) == "4/3/false");
  CHECK(Count(world, quotes) == "4");
  // Before it was listed there was no such match.
  world.clock.Set(ParseInstant("2026-01-30T08:59:59Z").value());
  CHECK(Count(world, "sports.v1_matches WHERE match_date = '2026-01-31'") == "0");
}

TEST_CASE("a fixture that moves takes its prices along", "[ingest][db]") {
  IngestWorld world;
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  world.Load();
  world.source.Put("fixtures.csv", Fixtures("E0,02/02/2026,20:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  const BatchSummary batch = world.Load();
  CHECK(batch.loaded.matches_added == 0);
  CHECK(batch.loaded.matches_updated == 1);
  CHECK(Count(world, "sports.matches") == "1");
  CHECK(world.Value("SELECT match_date || ' ' || kickoff_time FROM sports.v1_matches") ==
        "2026-02-02 2026-02-02 20:00:00+00");
  CHECK(world.Value("SELECT match_date || ' ' || price_1 FROM sports.v1_quotes") ==
        "2026-02-02 2.5");
}

TEST_CASE("a fixture that vanishes is postponed until it is listed again", "[ingest][db]") {
  IngestWorld world;
  const std::string other = "E0,01/02/2026,14:00,Fulham,Arsenal,5,4,1.6\n";
  const std::string match = "E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n";
  const std::string state = "SELECT state FROM sports.v1_matches WHERE match_date = '2026-01-31'";
  const Instant listed = world.clock.Now();
  world.source.Put("fixtures.csv", Fixtures(match + other));
  world.Load();
  CHECK(world.Value(state) == "1");
  world.clock.Set(listed + std::chrono::hours(6));
  world.source.Put("fixtures.csv", Fixtures(other + "E0,31/01/2026,17:30,Burnley,Everton,2,3,4\n"));
  CHECK(world.Load().loaded.matches_updated == 1);
  CHECK(world.Value(state + " AND kickoff_time = '2026-01-31 15:00Z'") == "2");
  CHECK(world.Load().loaded.matches_updated == 0);
  // Who stands before that moment knows nothing of it.
  world.clock.Set(listed);
  CHECK(world.Value(state) == "1");
  world.clock.Set(listed + std::chrono::hours(7));
  world.source.Put("fixtures.csv", Fixtures(match + other));
  world.Load();
  CHECK(world.Value(state + " AND kickoff_time = '2026-01-31 15:00Z'") == "1");
}

TEST_CASE("a match without result is postponed once a later one has a result", "[ingest][db]") {
  IngestWorld world;
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"
                                            "E0,01/02/2026,14:00,Fulham,Arsenal,5,4,1.6\n"));
  world.Load();
  world.source.Put(
      kSeasonFile,
      Season("E0,01/02/2026,14:00,Fulham,Arsenal,3,1,H,9,9,5,4,1.6,5,4,1.6,5,4,1.6\n"));
  world.Load();
  const std::string state = "SELECT state FROM sports.v1_matches WHERE match_date = '2026-01-31'";
  // The later result is stored, and nothing may follow from it before it is over.
  world.clock.Set(ParseInstant("2026-02-01T16:29:59Z").value());
  CHECK(world.Value(state) == "1");
  world.clock.Set(ParseInstant("2026-02-01T16:30:00Z").value());
  CHECK(world.Value(state) == "2");
}

TEST_CASE("a match without result is postponed two days on when others of its day have theirs",
          "[ingest][db]") {
  IngestWorld world;
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"
                                            "E0,31/01/2026,15:00,Fulham,Arsenal,5,4,1.6\n"));
  world.Load();
  world.source.Put(
      kSeasonFile,
      Season("E0,31/01/2026,15:00,Fulham,Arsenal,3,1,H,9,9,5,4,1.6,5,4,1.6,5,4,1.6\n"));
  world.Load();
  const std::string states =
      "SELECT string_agg(state::text, ' ' ORDER BY state) FROM sports.v1_matches "
      "WHERE match_date = '2026-01-31'";
  world.clock.Set(ParseInstant("2026-02-01T23:59:59Z").value());
  CHECK(world.Value(states) == "1 4");
  world.clock.Set(ParseInstant("2026-02-02T00:00:00Z").value());
  CHECK(world.Value(states) == "2 4");
}

TEST_CASE("fixtures of another time are not seen from a moment long before", "[ingest][db]") {
  IngestWorld world;
  world.clock.Set(ParseInstant("2020-01-30T09:00:00Z").value());
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  CHECK(world.Load({"", {"E0"}, 2019, 2019}).loaded.matches_added == 1);
  CHECK(Count(world, "sports.v1_matches") == "0");
  CHECK(Count(world, "sports.v1_quotes") == "0");
}

TEST_CASE("standing in the past, a fixture is coming whichever file is read first",
          "[ingest][db]") {
  const bool season_first = GENERATE(true, false);
  IngestWorld world;
  world.clock.Set(ParseInstant("2026-01-23T09:00:00Z").value());
  const auto season = [&] { world.source.Put(kSeasonFile, Season(kArsenal)); };
  const auto fixtures = [&] {
    world.source.Put("fixtures.csv", Fixtures("E0,24/01/2026,15:00,Arsenal,Leeds,1.5,4,7\n"));
  };
  season_first ? season() : fixtures();
  world.Load();
  season_first ? fixtures() : season();
  world.Load();
  CHECK(Count(world, "sports.matches") == "1");
  const std::string as_of = "SET fairline.as_of = '2026-01-23T10:00:00Z'; ";
  CHECK(world.Value(as_of + "SELECT count(*) FROM sports.v1_matches WHERE state = 1") == "1");
  CHECK(world.Value(as_of + "SELECT count(home_score) FROM sports.v1_matches") == "0");
  CHECK(world.Value(as_of + "SELECT bool_and(captured_at IS NOT NULL) AND count(*) > 0 FROM "
                            "sports.v1_quotes") == "t");
}

TEST_CASE("seasons later than as-of are loaded and stay invisible", "[ingest][db]") {
  IngestWorld world;
  world.clock.Set(ParseInstant("2020-11-13T09:00:00Z").value());
  world.source.Put(kSeasonFile, Season(kArsenal));
  CHECK(world.Load({"", {"E0"}, 2020, 2025}).loaded.matches_added == 1);
  const std::string before = "SET fairline.as_of = '2020-11-13T09:00:00Z'; ";
  CHECK(world.Value(before + "SELECT count(*) FROM sports.v1_matches") == "0");
  CHECK(world.Value(before + "SELECT count(*) FROM sports.v1_quotes") == "0");
  const std::string after = "SET fairline.as_of = '2026-01-25T09:00:00Z'; ";
  CHECK(world.Value(after + "SELECT count(home_score) FROM sports.v1_matches") == "1");
}

TEST_CASE("what cannot be read is kept with file, line, column and reason", "[ingest][db]") {
  IngestWorld world;
  std::string bad = kChelsea;
  bad.replace(bad.find("1.9,"), 4, "#,");
  world.source.Put(kSeasonFile, Season(kArsenal + bad + "E0,31/02/2026,,Leeds,Fulham,1,0,H\n"));
  const BatchSummary batch = world.Load();
  CHECK(batch.rows_rejected == 2);
  PgCatalogue catalogue(world.database());
  const auto first = catalogue.RejectedRows(batch.batch, "E0", {1, ""});
  REQUIRE(first.ok());
  REQUIRE(first->items.size() == 1);
  CHECK(first->items[0].file == kSeasonFile);
  CHECK(first->items[0].line == 3);
  CHECK(first->items[0].column == "B365H");
  CHECK(first->items[0].text == "#");
  const auto second = catalogue.RejectedRows(batch.batch, "E0", {1, first->next_token});
  REQUIRE(second.ok());
  REQUIRE(second->items.size() == 1);
  CHECK(second->items[0].column.empty());
  CHECK(second->next_token.empty());
  CHECK(catalogue.RejectedRows(batch.batch, "F1", {1, ""})->items.empty());
}

TEST_CASE("a file of another layout is refused, named, and harms no other", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, "<html>maintenance</html>\n");
  world.source.Put("fixtures.csv", Fixtures("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"));
  const BatchSummary batch = world.Load();
  CHECK(batch.counts.files_failed == 1);
  REQUIRE(batch.counts.warnings.size() == 1);
  CHECK(batch.counts.warnings[0].find("mmz4281/2526/E0.csv: refused: file: is a web page") == 0);
  CHECK(batch.loaded.matches_added == 1);
  world.Load();
  CHECK(Count(world, "sports.source_files WHERE status = 'refused'") == "1");
}

TEST_CASE("other spellings of a team are the same team", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season("E0,24/01/2026,15:00,Middlesboro,Leeds,2,1,H\n"
                                       "E0,27/01/2026,15:00,Leeds,Middlesbrough,2,1,H\n"));
  world.Load();
  CHECK(world.Value("SELECT count(DISTINCT team_id) FROM (SELECT home_team_id AS team_id FROM "
                    "sports.matches UNION ALL SELECT away_team_id FROM sports.matches) t") == "2");
  CHECK(Count(world, "sports.v1_teams WHERE name = 'Middlesboro'") == "0");
}

TEST_CASE("an alias that comes later gives the matches to its team", "[ingest][db]") {
  IngestWorld world;
  const std::string rows =
      "E0,24/01/2026,15:00,Leeds,Arsenal,2,1,H\n"
      "E0,25/01/2026,15:00,Leedz,Fulham,2,1,H\n"
      "E0,26/01/2026,15:00,Chelsea,Leedz,2,1,H\n";
  world.source.Put(kSeasonFile, Season(rows));
  const BatchSummary first = world.Load();
  world.server().Execute(
      "INSERT INTO sports.team_aliases SELECT sport, country, 'Leedz', team_id FROM sports.teams "
      "WHERE name = 'Leeds'");
  const BatchSummary second = world.Load();
  CHECK(second.loaded.matches_added == 0);
  CHECK(second.data_version > first.data_version);
  CHECK(Count(world, "sports.matches") == "3");
  CHECK(Count(world, "sports.v1_teams WHERE name = 'Leedz'") == "0");
  CHECK(Count(world,
              "sports.v1_matches m JOIN sports.v1_teams t ON t.team_id IN "
              "(m.home_team_id, m.away_team_id) WHERE t.name = 'Leeds'") == "3");
}

TEST_CASE("a competition added as a row needs no code", "[ingest][db]") {
  IngestWorld world;
  world.server().Execute(
      "INSERT INTO sports.competitions (code, sport, name, country, tier) VALUES ('X1', "
      "'football', 'Nowhere League', 'Nowhere', 1)");
  std::string rows = kArsenal;
  rows.replace(0, 2, "X1");
  world.source.Put("mmz4281/2526/X1.csv", Season(rows));
  CHECK(world.Load({"", {"X1"}, 2025, 2025}).loaded.matches_added == 1);
  PgCatalogue catalogue(world.database());
  const auto teams = catalogue.Teams("X1", 0, world.clock.Now(), {10, ""});
  REQUIRE(teams.ok());
  REQUIRE(teams->items.size() == 2);
  CHECK(teams->items[0].country == "Nowhere");
}

TEST_CASE("a repeated request is the same batch", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kArsenal));
  const BatchSummary first = world.Load({"run-1", {"E0"}, 2025, 2025});
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea));
  const BatchSummary again = world.Load({"run-1", {"E0"}, 2025, 2025});
  CHECK(again.batch == first.batch);
  CHECK(again.loaded.matches_added == 1);
  CHECK(Count(world, "sports.matches") == "1");
  CHECK(world.Load({"run-2", {"E0"}, 2025, 2025}).loaded.matches_added == 1);
}

TEST_CASE("an interrupted batch is taken up where it stood", "[ingest][db]") {
  IngestWorld world;
  for (int year = 2000; year <= 2025; ++year) {
    world.source.Put("mmz4281/" + sources::SeasonCode(year) + "/E0.csv",
                     Season("E0,24/01/" + std::to_string(year + 1) + ",,Arsenal,Leeds,2,1,H\n" +
                            "E0,24/01/" + std::to_string(year + 1) + ",,Arsenal,Leeds,0,1,A\n"));
  }
  const IngestRequest request{"run-1", {"E0"}, 2000, 2025};
  world.stop_when = [](const Progress& progress) { return progress.done == 1; };
  CHECK(world.TryLoad(request).status().code() == absl::StatusCode::kCancelled);
  const int loaded = std::stoi(Count(world, "sports.matches"));
  CHECK(loaded > 0);
  CHECK(loaded < 26);
  world.stop_when = [](const Progress&) { return false; };
  const BatchSummary batch = world.Load(request);
  CHECK(batch.loaded.matches_added == 26);
  // What was said of files that were loaded before is said at the end too.
  CHECK(std::find(batch.counts.warnings.begin(), batch.counts.warnings.end(),
                  "mmz4281/0001/E0.csv: line 3 contradicts line 2: the same pairing on 2001-01-24 "
                  "with another score; that line is kept") != batch.counts.warnings.end());
  CHECK(Count(world, "sports.matches") == "26");
  CHECK(Count(world, "sports.ingest_batches") == "1");
}

TEST_CASE("a file that the database does not take harms no other", "[ingest][db]") {
  IngestWorld world;
  world.server().Execute(
      "CREATE FUNCTION sports.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
      "check_violation USING MESSAGE = 'not this one'; END $$; CREATE TRIGGER refuse BEFORE "
      "INSERT ON sports.matches FOR EACH ROW WHEN (new.season_start = 2024) EXECUTE FUNCTION "
      "sports.refuse()");
  world.source.Put("mmz4281/2425/E0.csv", Season("E0,24/01/2025,15:00,Arsenal,Leeds,2,1,H\n"));
  world.source.Put(kSeasonFile, Season(kArsenal + kChelsea));
  const auto batch = world.TryLoad({"", {"E0"}, 2024, 2025});
  world.server().Execute("DROP TRIGGER refuse ON sports.matches; DROP FUNCTION sports.refuse");
  REQUIRE(batch.ok());
  CHECK(batch->counts.files_failed == 1);
  CHECK(batch->loaded.matches_added == 2);
  REQUIRE(batch->counts.warnings.size() == 2);
  CHECK(Count(world, "sports.source_files") == "1");
  // Nothing says that it was read, so the next batch tries again.
  CHECK(world.Load({"", {"E0"}, 2024, 2025}).loaded.matches_added == 1);
}

TEST_CASE("a source that cannot be reached fails the batch", "[ingest][db]") {
  IngestWorld world;
  world.source.Break();
  CHECK(world.TryLoad({"", {"E0"}, 2015, 2025}).status().code() == absl::StatusCode::kUnavailable);
}

TEST_CASE("requests for what does not exist are refused", "[ingest][db]") {
  IngestWorld world;
  const auto message = [&](const IngestRequest& request) {
    const absl::Status status = world.TryLoad(request).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    return MessageOf(status);
  };
  CHECK(message({"", {"E9"}, 0, 0}).find("competition_codes: 'E9'") == 0);
  CHECK(message({"", {}, 1980, 0}).find("first_season_start") == 0);
  CHECK(message({"", {}, 2020, 2010}).find("last_season_start") == 0);
  CHECK(message({"", {}, 2020, 2040}).find("last_season_start") == 0);
}

TEST_CASE("another service reads the views and not the tables", "[ingest][db]") {
  IngestWorld world;
  const auto config =
      storage::DatabaseConfig{world.server().Url("fairline_training"), 1, "training", 0};
  pqxx::connection connection(config.url);
  pqxx::work transaction(connection);
  CHECK(transaction.exec1("SELECT count(*) FROM sports.v1_matches")[0].as<int>() == 0);
  CHECK_THROWS_AS(transaction.exec("SELECT * FROM sports.matches"), pqxx::insufficient_privilege);
}

}  // namespace
}  // namespace fairline::ingest
