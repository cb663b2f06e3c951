// What a source stops saying: rows, scores and prices that a newer content leaves out, and contents
// that only look as if they did.

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

constexpr char kSeasonFile[] = "mmz4281/2526/E0.csv";
constexpr char kList[] = "fixtures.csv";

const std::string kFirst =
    "E0,10/01/2026,15:00,Arsenal,Leeds,2,0,H,14,7,1.5,4,7,1.48,4.1,7.2,1.52,4,6.8\n";
const std::string kSecond =
    "E0,17/01/2026,15:00,Chelsea,Fulham,0,0,D,9,9,1.9,3.5,4,1.88,3.6,4.1,1.8,3.6,4.4\n";
const std::string kThird =
    "E0,27/01/2026,19:45,Arsenal,Leeds,1,1,D,9,9,1.9,3.5,4,1.88,3.6,4.1,1.8,3.6,4.4\n";

std::string Season(const std::string& rows) { return kSeasonHeader + rows; }
std::string List(const std::string& rows) { return kFixturesHeader + rows; }

// Matches that show, with their scores, by day.
std::string Matches(IngestWorld& world) {
  return world.Value(
      "SELECT coalesce(string_agg(h.name || '-' || a.name || ' ' || to_char(match_date, 'DD') || "
      "' ' || coalesce(home_score || ':' || away_score, '-'), ', ' ORDER BY match_date, h.name), "
      "'') FROM sports.v1_matches JOIN sports.v1_teams h ON h.team_id = home_team_id "
      "JOIN sports.v1_teams a ON a.team_id = away_team_id");
}

// Home prices that are on offer, newest last.
std::string Prices(IngestWorld& world, const std::string& where = "true") {
  return world.Value(
      "SELECT coalesce(string_agg(bookmaker_code || '/' || market || '/' || line_quarters || ' ' "
      "|| price_1, ', ' ORDER BY match_id, market, line_quarters, bookmaker_code, captured_at), "
      "'') "
      "FROM sports.v1_quotes WHERE captured_at IS NOT NULL AND " +
      where);
}

bool Says(const BatchSummary& batch, const std::string& text) {
  for (const std::string& warning : batch.counts.warnings) {
    if (warning.find(text) != std::string::npos) return true;
  }
  return false;
}

void Stand(IngestWorld& world, const char* moment) {
  world.clock.Set(ParseInstant(moment).value());
  world.real_clock.Set(world.clock.Now());
}

TEST_CASE("a row that a season file no longer has is taken back", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
  world.Load();
  Stand(world, "2026-01-30T10:00:00Z");
  world.source.Put(kSeasonFile, Season(kSecond + kThird));
  const BatchSummary batch = world.Load();
  CHECK(Matches(world) == "Chelsea-Fulham 17 0:0, Arsenal-Leeds 27 1:1");
  CHECK(batch.loaded.matches_taken_back == 1);
  CHECK(Says(batch, "mmz4281/2526/E0.csv: taken back: Arsenal - Leeds of 2026-01-10 (2-0)"));
  CHECK(world.Value("SELECT kind || ' ' || former_home_score FROM sports.match_corrections") ==
        "3 2");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_taken_back_matches") == "1");
  SECTION("the source may say it again") {
    world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
    world.Load();
    CHECK(Matches(world) == "Arsenal-Leeds 10 2:0, Chelsea-Fulham 17 0:0, Arsenal-Leeds 27 1:1");
    CHECK(world.Value("SELECT count(*) FROM sports.v1_taken_back_matches") == "0");
  }
  SECTION("as of before, it shows as it did") {
    Stand(world, "2026-01-30T09:30:00Z");
    CHECK(Matches(world) == "Arsenal-Leeds 10 2:0, Chelsea-Fulham 17 0:0, Arsenal-Leeds 27 1:1");
  }
}

TEST_CASE("a row with its sides swapped or on a day far off is another match", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kFirst + kSecond));
  world.Load();
  SECTION("swapped") {
    world.source.Put(kSeasonFile,
                     Season(kFirst + "E0,17/01/2026,15:00,Fulham,Chelsea,3,1,H,,,,,,,,,,,\n"));
    CHECK(world.Load().loaded.matches_taken_back == 1);
    CHECK(Matches(world) == "Arsenal-Leeds 10 2:0, Fulham-Chelsea 17 3:1");
  }
  SECTION("moved by more than a week") {
    world.source.Put(kSeasonFile,
                     Season("E0,20/12/2025,15:00,Arsenal,Leeds,2,0,H,,,,,,,,,,,\n" + kSecond));
    CHECK(world.Load().loaded.matches_taken_back == 1);
    CHECK(Matches(world) == "Arsenal-Leeds 20 2:0, Chelsea-Fulham 17 0:0");
  }
  SECTION("moved by some days it is the same") {
    world.source.Put(kSeasonFile,
                     Season("E0,12/01/2026,15:00,Arsenal,Leeds,2,0,H,,,,,,,,,,,\n" + kSecond));
    CHECK(world.Load().loaded.matches_taken_back == 0);
    CHECK(Matches(world) == "Arsenal-Leeds 12 2:0, Chelsea-Fulham 17 0:0");
  }
}

TEST_CASE("a score that becomes blank makes the match abandoned", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kFirst + kSecond));
  world.Load();
  const std::string replay = "E0,24/01/2026,15:00,Arsenal,Leeds,0,1,A,9,9,,,,,,,,,\n";
  world.source.Put(kSeasonFile,
                   Season("E0,10/01/2026,15:00,Arsenal,Leeds,,,,,,,,,,,,,,\n" + kSecond + replay));
  world.Load();
  CHECK(Matches(world) == "Arsenal-Leeds 10 -, Chelsea-Fulham 17 0:0, Arsenal-Leeds 24 0:1");
  CHECK(world.Value("SELECT state FROM sports.v1_matches WHERE match_date = '2026-01-10'") == "3");
  PgCatalogue catalogue(world.database());
  const auto detail = catalogue.Match(MatchId{1}, world.clock.Now());
  REQUIRE(detail.ok());
  REQUIRE(detail->corrections.size() == 1);
  CHECK(detail->corrections[0].kind == CorrectionKind::kScoreTakenAway);
  CHECK(detail->corrections[0].former == Score{2, 0});
}

TEST_CASE("a score that changes late was awarded, and bets keep the one that was played",
          "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kSecond + kThird));
  world.Load();
  std::string awarded = kSecond;
  awarded.replace(awarded.find("0,0,D"), 5, "0,3,A");
  std::string corrected = kThird;
  corrected.replace(corrected.find("1,1,D"), 5, "1,2,A");
  world.source.Put(kSeasonFile, Season(awarded + corrected));
  world.Load();
  CHECK(world.Value("SELECT string_agg(state || ' ' || home_score || away_score || ' ' || "
                    "settlement_home_score || settlement_away_score, ', ' ORDER BY match_date) "
                    "FROM sports.v1_matches") == "5 03 00, 6 12 12");
}

TEST_CASE("a season file that is cut is kept aside until a later day says the same",
          "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kList, List(""));
  world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
  world.Load();
  const std::string before = Matches(world);
  const auto kept_aside = [&](const std::string& content, const std::string& why) {
    world.source.Put(kSeasonFile, content);
    const BatchSummary batch = world.Load();
    INFO(content);
    CHECK(Matches(world) == before);
    CHECK(batch.counts.files_failed == 1);
    CHECK(Says(batch, "kept aside, since it " + why));
  };
  const std::string within = Season(kFirst + kSecond + "E0,27/01/2026,19:45,Arsenal,Lee");
  const std::string without_last = Season(kFirst + kSecond);
  kept_aside(within, "ends within line 4: 5 of 19 cells and no line end");
  CHECK(world.Value("SELECT count(*) FROM sports.teams WHERE name = 'Lee'") == "0");
  kept_aside(without_last, "is only the beginning of what it was");
  kept_aside(Season(kFirst), "is only the beginning of what it was");
  SECTION("the same day it stays aside") {
    Stand(world, "2026-01-30T23:59:00Z");
    kept_aside(without_last, "is only the beginning of what it was");
  }
  SECTION("a fetch on a later day that says the same is believed") {
    Stand(world, "2026-01-31T08:00:00Z");
    world.source.Put(kSeasonFile, without_last);
    const BatchSummary batch = world.Load();
    CHECK(batch.counts.files_failed == 0);
    CHECK(batch.loaded.matches_taken_back == 1);
    CHECK(Matches(world) == "Arsenal-Leeds 10 2:0, Chelsea-Fulham 17 0:0");
  }
  SECTION("what was believed after all needs another later day the next time") {
    world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird + "\n"));
    CHECK(world.Load().counts.files_failed == 0);
    Stand(world, "2026-01-31T08:00:00Z");
    kept_aside(without_last, "is only the beginning of what it was");
  }
  SECTION("the whole file again is an ordinary one") {
    world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
    CHECK(world.Load().counts.files_failed == 0);
    CHECK(Matches(world) == before);
  }
}

TEST_CASE("a list that is cut changes nothing", "[ingest][db]") {
  IngestWorld world;
  const std::string one = "E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n";
  const std::string two = "E0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n";
  world.source.Put(kSeasonFile, Season(kFirst));
  world.source.Put(kList, List(one + two));
  world.Load();
  world.source.Put(kList, List(one + "E0,31/01/2026,17:30,Ful"));
  CHECK(Says(world.Load(), "fixtures.csv: kept aside"));
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE state = 1") == "2");
  CHECK(world.Value("SELECT count(*) FROM sports.teams WHERE name = 'Ful'") == "0");
}

TEST_CASE("a file whose results are gone is kept aside", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kList, List(""));
  world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
  world.Load();
  std::string blank = kFirst + kSecond + kThird;
  for (const char* score : {"2,0,H", "0,0,D", "1,1,D"}) {
    blank.replace(blank.find(score), 5, ",,");
  }
  world.source.Put(kSeasonFile, Season(blank));
  CHECK(Says(world.Load(), "kept aside, since 3 of its 3 results are gone"));
  CHECK(world.Value("SELECT count(home_score) FROM sports.v1_matches") == "3");
}

TEST_CASE("a column that vanishes is named, and what it said is kept", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kList, List(""));
  world.source.Put(kSeasonFile, Season(kFirst));
  world.Load();
  world.source.Put(kSeasonFile,
                   "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,AvgH,AvgD,AvgA\n"
                   "E0,10/01/2026,15:00,Arsenal,Leeds,2,0,H,1.48,4.1,7.2\n");
  CHECK(Says(world.Load(),
             "no longer has the columns HS, AS, B365H, B365D, B365A, B365CH, B365CD, B365CA"));
  CHECK(world.Value("SELECT count(*) FROM sports.v1_quotes") == "3");
  CHECK(world.Value("SELECT home_statistics[2] FROM sports.v1_matches") == "14");
  world.source.Put(kSeasonFile,
                   "Div,Date,Time,HomeTeam,AwayTeam,FTR\n"
                   "E0,10/01/2026,15:00,Arsenal,Leeds,H\n");
  CHECK(Says(world.Load(), "no column FTHG, FTAG"));
  CHECK(Matches(world) == "Arsenal-Leeds 10 2:0");
}

TEST_CASE("a column that vanishes from a list is off", "[ingest][db]") {
  IngestWorld world;
  const std::string row = "E0,31/01/2026,15:00,Leeds,Chelsea";
  world.source.Put(kList, List(row + ",2.5,3.4,2.8\n"));
  world.Load();
  world.source.Put(kList, "Div,Date,Time,HomeTeam,AwayTeam,AvgH,AvgD,AvgA\n" + row + ",2,3,4\n");
  CHECK(Says(world.Load(),
             "no longer has the columns B365H, B365D, B365A; what it said before is not on offer"));
  CHECK(Prices(world) == "average/1/0 2");
}

TEST_CASE("a row that cannot be read changes nothing of its match", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kFirst + kSecond + kThird));
  world.Load();
  const std::string before = Matches(world);
  const auto reload = [&](const std::string& from, const std::string& to) {
    std::string rows = kFirst + kSecond + kThird;
    rows.replace(rows.find(from), from.size(), to);
    world.source.Put(kSeasonFile, Season(rows));
    CHECK(world.Load().rows_rejected > 0);
    CHECK(Matches(world) == before);
  };
  reload("Chelsea,Fulham,0,0", "Chelsea,Fulham,o,0");
  reload("Chelsea,Fulham,0,0", "Chelsea,Fulham,0,");
  reload("17/01/2026", "17/17/2026");
  reload("27/01/2026", "27/01/2062");
  reload("E0,17", "E1,17");
  reload("Chelsea,Fulham", ",Fulham");
  reload("Chelsea,Fulham", "Chelsea,Chelsea");
}

TEST_CASE("a row of a list that cannot be read puts no match off", "[ingest][db]") {
  IngestWorld world;
  const std::string rows =
      "E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"
      "E0,01/02/2026,15:00,Fulham,Arsenal,5,4,1.6\n"
      "E0,02/02/2026,15:00,Burnley,Everton,5,4,1.6\n";
  world.source.Put(kList, List(rows));
  world.Load();
  for (const std::string bad : {"E0,1 Feb 2026", "E0,01/02/2062", "Eo,01/02/2026", ",01/02/2026"}) {
    INFO(bad);
    std::string other = rows;
    other.replace(other.find("E0,01/02/2026"), 13, bad);
    world.source.Put(kList, List(other));
    CHECK(world.Load().rows_rejected == 1);
    CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE state = 1 AND "
                      "not_offered_from IS NULL") == "3");
  }
}

TEST_CASE("a price of history that became blank is withdrawn", "[ingest][db]") {
  IngestWorld world;
  world.source.Put(kSeasonFile, Season(kFirst + kSecond));
  world.Load();
  std::string blank = kFirst;
  blank.replace(blank.find("1.5,4,7,"), 8, ",,,");
  world.source.Put(kSeasonFile, Season(blank + kSecond));
  CHECK(world.Load().loaded.quotes_added == 1);
  const std::string of_first = "SELECT count(*) FROM sports.v1_quotes WHERE match_id = 1";
  CHECK(world.Value(of_first) == "2");
  world.source.Put(kSeasonFile, Season(kFirst + kSecond));
  CHECK(world.Load().loaded.quotes_added == 1);
  CHECK(world.Value(of_first) == "3");
}

constexpr char kListHeader[] =
    "Div,Date,Time,HomeTeam,AwayTeam,B365H,B365D,B365A,AvgH,AvgD,AvgA,AHh,B365AHH,B365AHA\n";

TEST_CASE("a price that a newer list leaves out is off", "[ingest][db]") {
  IngestWorld world;
  const std::string begin = "E0,31/01/2026,15:00,Leeds,Chelsea,";
  world.source.Put(kList, kListHeader + begin + "2.5,3.4,2.8,2.4,3.3,2.7,-0.5,1.9,1.95\n");
  world.Load();
  CHECK(Prices(world) == "average/1/0 2.4, bet365/1/0 2.5, bet365/4/-2 1.9");
  Stand(world, "2026-01-30T12:00:00Z");
  SECTION("a bookmaker that is gone") {
    world.source.Put(kList, kListHeader + begin + ",,,2.4,3.3,2.7,-0.5,1.9,1.95\n");
    world.Load();
    CHECK(Prices(world) == "average/1/0 2.4, bet365/4/-2 1.9");
    Stand(world, "2026-01-30T11:00:00Z");
    CHECK(Prices(world) == "average/1/0 2.4, bet365/1/0 2.5, bet365/4/-2 1.9");
    SECTION("and back") {
      Stand(world, "2026-01-30T15:00:00Z");
      world.source.Put(kList, kListHeader + begin + "2.5,3.4,2.8,2.4,3.3,2.7,-0.5,1.9,1.95\n");
      world.Load();
      CHECK(Prices(world) == "average/1/0 2.4, bet365/1/0 2.5, bet365/4/-2 1.9");
      CHECK(Prices(world, "captured_at > '2026-01-30T14:00:00Z'") == "bet365/1/0 2.5");
    }
  }
  SECTION("with all its former values") {
    world.source.Put(kList, kListHeader + begin + "2.6,3.4,2.7,2.4,3.3,2.7,-0.5,1.9,1.95\n");
    world.Load();
    Stand(world, "2026-01-30T15:00:00Z");
    world.source.Put(kList, kListHeader + begin + ",,,2.4,3.3,2.7,-0.5,1.9,1.95\n");
    world.Load();
    CHECK(Prices(world) == "average/1/0 2.4, bet365/4/-2 1.9");
  }
  SECTION("a line that moved replaces its former one") {
    world.source.Put(kList, kListHeader + begin + "2.5,3.4,2.8,2.4,3.3,2.7,-0.75,2.1,1.75\n");
    world.Load();
    CHECK(Prices(world) == "average/1/0 2.4, bet365/1/0 2.5, bet365/4/-3 2.1");
  }
  SECTION("a standing clock changes nothing of that") {
    Stand(world, "2026-01-30T09:00:00Z");
    world.source.Put(kList, kListHeader + begin + ",,,2.4,3.3,2.7,-0.5,1.9,1.95\n");
    world.Load();
    CHECK(Prices(world) == "average/1/0 2.4, bet365/4/-2 1.9");
    world.source.Put(kList, kListHeader + begin + "2.5,3.4,2.8,2.4,3.3,2.7,-0.5,1.9,1.95\n");
    world.Load();
    CHECK(Prices(world) == "average/1/0 2.4, bet365/1/0 2.5, bet365/4/-2 1.9");
  }
}

TEST_CASE("a price is as old as the last list that had it", "[ingest][db]") {
  IngestWorld world;
  const std::string row = "E0,01/02/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n";
  const std::string other = "E0,01/02/2026,17:30,Fulham,Arsenal,5,4,1.6\n";
  const std::string seen =
      "SELECT to_char(captured_at, 'DD HH24:MI') || ' ' || "
      "to_char(seen_at, 'DD HH24:MI') FROM sports.v1_quotes "
      "WHERE bookmaker_code = 'bet365' AND price_1 = 2.5";
  const std::string lists = "SELECT list_version FROM sports.v1_data_version";
  world.source.Put(kList, List(row + other));
  world.Load();
  CHECK(world.Value(seen) == "30 09:00 30 09:00");
  const std::string first = world.Value(lists);
  SECTION("fetched again without a change") {
    Stand(world, "2026-01-31T10:00:00Z");
    CHECK(world.Load().counts.files_unchanged == 1);
    CHECK(world.Value(seen) == "30 09:00 31 10:00");
    CHECK(world.Value(lists) != first);
    SECTION("as of a moment between, no later than that") {
      Stand(world, "2026-01-30T20:00:00Z");
      CHECK(world.Value(seen) == "30 09:00 30 20:00");
    }
  }
  SECTION("in a list of other matches") {
    Stand(world, "2026-01-31T10:00:00Z");
    world.source.Put(kList, List(row + "E0,01/02/2026,17:30,Fulham,Arsenal,5.5,4,1.55\n"));
    world.Load();
    CHECK(world.Value(seen) == "30 09:00 31 10:00");
  }
}

TEST_CASE("a competition missing whole from a list is not offered, and stays scheduled",
          "[ingest][db]") {
  IngestWorld world;
  const IngestRequest both{"", {"E0", "E1"}, 2025, 2025};
  const std::string e0 =
      "E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n"
      "E0,01/02/2026,15:00,Fulham,Arsenal,5,4,1.6\n";
  const std::string e1 =
      "E1,31/01/2026,15:00,Derby,Stoke,2,3.4,3.8\n"
      "E1,03/02/2026,19:45,Wrexham,Hull,2,3.4,3.8\n";
  world.source.Put(kList, List(e0 + e1));
  world.Load(both);
  const std::string missing =
      "SELECT coalesce(string_agg(h.name || ' ' || state || ' ' || to_char(not_offered_from, "
      "'DD HH24:MI'), ', '), '') FROM sports.v1_matches JOIN sports.v1_teams h ON h.team_id = "
      "home_team_id WHERE not_offered_from IS NOT NULL";
  CHECK(world.Value(missing).empty());
  Stand(world, "2026-01-31T08:00:00Z");
  world.source.Put(kList, List(e0));
  const BatchSummary told = world.Load(both);
  CHECK(world.Value(missing) == "Derby 1 31 08:00");
  CHECK(Says(told,
             "fixtures.csv: E1: none of its matches is listed any more: 1 from 2026-01-31 to "
             "2026-01-31 is not offered"));
  CHECK(Prices(world, "price_1 = 2") == "bet365/1/0 2");  // the one of 3 February
  SECTION("until it is listed again") {
    Stand(world, "2026-01-31T10:00:00Z");
    world.source.Put(kList, List(e0 + e1));
    world.Load(both);
    CHECK(world.Value(missing).empty());
    CHECK(Prices(world, "price_1 = 2") == "bet365/1/0 2, bet365/1/0 2");
  }
  SECTION("nothing is said of competitions that are not wanted") {
    world.source.Put(kList, List("E1,31/01/2026,15:00,Derby,Stoke,2,3.4,3.8\n" + e1));
    world.Load({"", {"E1"}, 2025, 2025});
    CHECK(world.Value(missing).empty());
  }
}

TEST_CASE("what a cut list put in before such lists were kept aside is taken back",
          "[ingest][db]") {
  IngestWorld world;
  const std::string true_rows = "E0,07/02/2026,15:00,Arsenal,Leeds,1.5,4,7\n";
  const std::string cut_row = "E0,07/02/2026,15:00,Chelsea,Ful";
  world.source.Put(kSeasonFile, Season(kFirst + kSecond));
  world.source.Put(kList, List(true_rows + cut_row));
  CHECK(Says(world.Load(), "fixtures.csv: kept aside, since it ends within line 3"));
  // A later fetch that says the same is believed.
  Stand(world, "2026-01-31T10:00:00Z");
  world.Load();
  const std::string all =
      "Arsenal-Leeds 10 2:0, Chelsea-Fulham 17 0:0, Arsenal-Leeds 07 -, Chelsea-Ful 07 -";
  REQUIRE(Matches(world) == all);
  const auto find = [&](bool dry_run) {
    return world.ingestion().stray_matches().Find(dry_run, "ann").value();
  };
  CHECK(find(false).empty());

  // As a former version left it, which kept nothing aside.
  world.server().Execute("DELETE FROM sports.source_files WHERE status = 'kept aside'");
  REQUIRE(find(true).size() == 1);
  CHECK(find(true)[0].away_name == "Ful");
  CHECK(Matches(world) == all);
  SECTION("once") {
    CHECK(find(false).size() == 1);
    CHECK(find(false).empty());
    CHECK(Matches(world) == "Arsenal-Leeds 10 2:0, Chelsea-Fulham 17 0:0, Arsenal-Leeds 07 -");
    CHECK(world.Value("SELECT count(*) FROM sports.v1_taken_back_matches") == "1");
    CHECK(world.Value("SELECT warnings[1] FROM sports.ingest_batches "
                      "ORDER BY batch_id DESC LIMIT 1") ==
          "taken back: Chelsea - Ful of 2026-02-07");
    CHECK(world.Value("SELECT kind FROM sports.match_corrections") == "3");
  }
  SECTION("not when another list has it whole") {
    Stand(world, "2026-02-01T10:00:00Z");
    world.source.Put(kList, List(true_rows + cut_row + ",1.9,3.5,4\n"));
    world.Load();
    CHECK(find(false).empty());
  }
  SECTION("a later list brings it back") {
    CHECK(find(false).size() == 1);
    Stand(world, "2026-02-01T10:00:00Z");
    world.source.Put(kList, List(true_rows + cut_row + ",1.9,3.5,4\n"));
    world.Load();
    CHECK(Matches(world) == all);
  }
}

}  // namespace
}  // namespace fairline::ingest
