// Names that wait and teams that are one, on a real database.
#include <algorithm>

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "services/ingest/tests/ingest_world.hpp"

namespace fairline::ingest {
namespace {

constexpr char kThisSeason[] = "mmz4281/2526/E0.csv";
constexpr char kLastSeason[] = "mmz4281/2425/E0.csv";

std::string Row(const std::string& day, const std::string& home, const std::string& away) {
  return "E0," + day + ",15:00," + home + "," + away + ",2,1,H,14,7,1.5,4,7,1.48,4.1,7.2,,,\n";
}

std::string Season(const std::string& rows) { return kSeasonHeader + rows; }
std::string List(const std::string& rows) { return kFixturesHeader + rows; }

const std::string kLastRows = Row("17/08/2024", "Arsenal", "Leeds") +
                              Row("17/08/2024", "Chelsea", "Fulham") +
                              Row("24/08/2024", "Leeds", "Chelsea");
const std::string kRows = Row("16/08/2025", "Arsenal", "Leeds") +
                          Row("16/08/2025", "Chelsea", "Fulham") +
                          Row("23/08/2025", "Leeds", "Chelsea");

// Two seasons of four teams, as of the end of January.
struct TwoSeasons : IngestWorld {
  TwoSeasons() {
    source.Put(kLastSeason, Season(kLastRows));
    source.Put(kThisSeason, Season(kRows));
    LoadAll();
  }
  BatchSummary LoadAll() { return Load({"", {"E0"}, 2024, 2025}); }
  std::vector<HeldNameView> Held(HeldState state = HeldState::kHeld) {
    return ingestion().names().List(state, "EPL", {50, ""}).value().items;
  }
  std::string TeamsWith(const std::string& name) {
    return Value("SELECT count(*) FROM sports.v1_teams WHERE name = '" + name + "'");
  }
  std::string MatchesOf(const std::string& name) {
    return Value(
        "SELECT count(*) FROM sports.v1_matches m JOIN sports.v1_teams t ON t.team_id IN "
        "(m.home_team_id, m.away_team_id) WHERE t.name = '" +
        name + "'");
  }
};

bool AnyHas(const std::vector<std::string>& sentences, const std::string& part) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& sentence) {
    return sentence.find(part) != std::string::npos;
  });
}

TEST_CASE("spellings of one club in a file are one team", "[ingest][names][db]") {
  IngestWorld world;
  const auto match = [&](const std::string& day, const std::string& pairing) {
    return "N1," + day + ",15:00," + pairing + ",2,1,H,2.1,3.3,3.5,2.05,3.25,3.4\n";
  };
  world.source.Put(
      "mmz4281/2526/N1.csv",
      "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,B365H,B365D,B365A,AvgH,AvgD,AvgA\n" +
          match("13/09/2025", "Amstel,Breda Oost") + match("20/09/2025", "Breda  Oost,Amstel") +
          match("27/09/2025", "BREDA OOST,C\u00falem") + match("04/10/2025", "Cu\u0301lem,Amstel"));
  const BatchSummary batch = world.Load({"", {"N1"}, 2025, 2025});
  CHECK(batch.loaded.matches_added == 4);
  CHECK(
      world.Value("SELECT string_agg(DISTINCT t.name, ',' ORDER BY t.name) FROM sports.v1_teams t "
                  "JOIN sports.v1_matches m ON t.team_id IN (m.home_team_id, m.away_team_id)") ==
      "Amstel,Breda Oost,C\u00falem");
  CHECK(AnyHas(batch.counts.warnings, "first seen on 2025-09-27"));
  CHECK(AnyHas(batch.counts.warnings, "are read as one team, Breda Oost"));
}

TEST_CASE("a name of mid-season is held with its rows, and loads once it is confirmed",
          "[ingest][names][db]") {
  TwoSeasons world;
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Leedz") +
                                       Row("24/01/2026", "Chelsea", "Arsenal")));
  const BatchSummary batch = world.LoadAll();
  // The rest of the file is loaded.
  CHECK(batch.loaded.matches_added == 1);
  CHECK(AnyHas(batch.counts.warnings, "1 row of \"Leedz\" waits"));
  CHECK(world.TeamsWith("Leedz") == "0");
  auto held = world.Held();
  REQUIRE(held.size() == 1);
  CHECK(held[0].held.name == "Leedz");
  CHECK(held[0].competition_code == "E0");
  REQUIRE(held[0].held.rows.size() == 1);
  CHECK(held[0].held.rows[0].home == "Fulham");
  REQUIRE_FALSE(held[0].held.candidates.empty());
  CHECK(held[0].held.candidates[0].name == "Leeds");

  const NameDecisionRequest leeds{held[0].id, HeldState::kKnownTeam, std::nullopt, "LEEDS"};
  const auto decided = world.ingestion().names().Decide(leeds, "admin");
  INFO(decided.status().ToString());
  REQUIRE(decided.ok());
  CHECK(decided->loaded.matches_added == 1);
  CHECK(decided->held.team_name == "Leeds");
  CHECK(decided->held.row_count == 0);
  CHECK(world.MatchesOf("Leeds") == "5");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_quotes WHERE match_date = '2026-01-24'") ==
        "4");
  CHECK(world.Held().empty());
  // Known from now on, in other files too; and the same again changes nothing.
  CHECK(world.ingestion().names().Decide(leeds, "admin")->loaded.matches_added == 0);
  world.source.Put("fixtures.csv", List("E0,31/01/2026,15:00,leedz,Chelsea,2.5,3.4,2.8\n"));
  CHECK(world.LoadAll().loaded.matches_added == 1);
  CHECK(world.ingestion().stray_matches().Find(true, "admin")->empty());  // nor is it a stray
  CHECK(world.Held().empty());
  CHECK(world.MatchesOf("Leeds") == "6");
}

TEST_CASE("prices of each list that a name was held in are loaded", "[ingest][names][db]") {
  TwoSeasons world;
  const auto list = [&](const std::string& price) {
    world.source.Put("fixtures.csv",
                     List("E0,31/01/2026,15:00,Leedz,Chelsea," + price +
                          ",3.4,2.8\nE0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n"));
  };
  list("2.5");
  CHECK(world.LoadAll().loaded.matches_added == 1);
  world.clock.Set(ParseInstant("2026-01-30T15:00:00Z").value());
  list("2.4");
  world.LoadAll();
  auto held = world.Held();
  REQUIRE(held.size() == 1);
  CHECK(held[0].row_count == 2);
  const auto decided = world.ingestion().names().Decide(
      {held[0].id, HeldState::kKnownTeam, std::nullopt, "Leeds"}, "admin");
  INFO(decided.status().ToString());
  REQUIRE(decided.ok());
  CHECK(world.Value("SELECT string_agg(price_1 || '@' || to_char(captured_at AT TIME ZONE 'UTC', "
                    "'HH24'), ' ' ORDER BY captured_at) FROM sports.quotes q JOIN sports.matches m "
                    "USING (match_id) JOIN sports.teams t ON t.team_id = m.home_team_id "
                    "WHERE t.name = 'Leeds' AND q.match_date = '2026-01-31'") == "2.5@09 2.4@15");
  // The other match of the lists is as it was, also after the list is read once more.
  world.LoadAll();
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE match_date = '2026-01-31' AND "
                    "state = 1") == "2");
}

TEST_CASE("a listed match is not put off by a name that waits", "[ingest][names][db]") {
  TwoSeasons world;
  const std::string other = "E0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n";
  const auto list = [&](const std::string& rows, const char* moment) {
    world.clock.Set(ParseInstant(moment).value());
    world.source.Put("fixtures.csv", List(rows + other));
    return world.LoadAll();
  };
  const auto coming = [&] {
    return world.Value(
        "SELECT string_agg(t.name || ' ' || m.state, ', ' ORDER BY m.kickoff_time) FROM "
        "sports.v1_matches m JOIN sports.v1_teams t ON t.team_id = m.home_team_id "
        "WHERE match_date = '2026-01-31'");
  };
  list("E0,31/01/2026,15:00,Leeds,Chelsea,2.5,3.4,2.8\n", "2026-01-30T09:00:00Z");
  SECTION("as it was") {
    list("E0,31/01/2026,15:00,Leedz,Chelsea,2.4,3.4,2.8\n", "2026-01-30T10:00:00Z");
    CHECK(coming() == "Leeds 1, Fulham 1");
  }
  SECTION("and is listed again once it is said whose it is") {
    const BatchSummary batch = list("", "2026-01-30T10:00:00Z");
    CHECK(AnyHas(batch.counts.warnings,
                 "fixtures.csv: not listed any more and taken for postponed: Leeds - Chelsea of "
                 "2026-01-31"));
    CHECK(coming() == "Leeds 2, Fulham 1");
    list("E0,31/01/2026,15:00,Leedz,Chelsea,2.4,3.4,2.8\n", "2026-01-30T11:00:00Z");
    REQUIRE(
        world.ingestion()
            .names()
            .Decide({world.Held().at(0).id, HeldState::kKnownTeam, std::nullopt, "Leeds"}, "admin")
            .ok());
    CHECK(coming() == "Leeds 1, Fulham 1");
  }
}

TEST_CASE("a list that waited for a name offers nothing that a later one does not",
          "[ingest][names][db]") {
  TwoSeasons world;
  const auto list = [&](const std::string& row, const char* moment) {
    world.clock.Set(ParseInstant(moment).value());
    world.real_clock.Set(world.clock.Now());
    world.source.Put("fixtures.csv", List("E0,31/01/2026,15:00," + row +
                                          "\nE0,31/01/2026,17:30,Fulham,Arsenal,5,4,1.6\n"));
    world.LoadAll();
  };
  const auto offered = [&] {
    REQUIRE(
        world.ingestion()
            .names()
            .Decide({world.Held().at(0).id, HeldState::kKnownTeam, std::nullopt, "Leeds"}, "admin")
            .ok());
    return world.Value(
        "SELECT coalesce(string_agg(price_1 || ' ' || to_char(seen_at AT TIME ZONE 'UTC', 'HH24'), "
        "', '), '') FROM sports.v1_quotes q JOIN sports.v1_matches m USING (match_id) "
        "JOIN sports.v1_teams t ON t.team_id = m.home_team_id WHERE t.name = 'Leeds' "
        "AND m.match_date = '2026-01-31'");
  };
  SECTION("a price that it left out") {
    list("Leedz,Chelsea,2.5,3.4,2.8", "2026-01-30T09:00:00Z");
    list("Leeds,Chelsea,,,", "2026-01-30T10:00:00Z");
    CHECK(offered().empty());
  }
  SECTION("an age") {
    list("Leeds,Chelsea,2.5,3.4,2.8", "2026-01-30T09:00:00Z");
    list("Leedz,Chelsea,2.5,3.4,2.8", "2026-01-30T10:00:00Z");
    list("Leeds,Chelsea,2.5,3.4,2.8", "2026-01-30T11:00:00Z");
    CHECK(offered() == "2.5 11");
  }
}

TEST_CASE("a held name can be a new team, or none", "[ingest][names][db]") {
  TwoSeasons world;
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Newtown") +
                                       Row("25/01/2026", "Chelsea", "Oldtown")));
  world.LoadAll();
  auto held = world.Held();
  REQUIRE(held.size() == 2);
  NameDesk& desk = world.ingestion().names();
  for (const HeldNameView& one : held) {
    const HeldState said = one.held.name == "Newtown" ? HeldState::kNewTeam : HeldState::kRejected;
    REQUIRE(desk.Decide({one.id, said, std::nullopt, ""}, "admin").ok());
  }
  CHECK(world.MatchesOf("Newtown") == "1");
  CHECK(world.TeamsWith("Oldtown") == "0");
  // A rejected name is not asked for again, and may still be accepted.
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Newtown") +
                                       Row("25/01/2026", "Chelsea", "Oldtown") + ",,,\n"));
  CHECK(world.LoadAll().rows_rejected == 1);
  CHECK(world.Held().empty());
  const auto other =
      desk.Decide({held[0].id, HeldState::kKnownTeam, std::nullopt, "Leeds"}, "admin");
  const bool was_new = held[0].held.name == "Newtown";
  CHECK(other.ok() != was_new);
  if (was_new) CHECK(other.status().code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a team that nobody knows is answered with the nearest", "[ingest][names][db]") {
  TwoSeasons world;
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Leedz")));
  world.LoadAll();
  const HeldNameId id = world.Held().at(0).id;
  NameDesk& desk = world.ingestion().names();
  CHECK(MessageOf(desk.Decide({id, HeldState::kKnownTeam, std::nullopt, "Leds"}, "a").status()) ==
        "team: \"Leds\" is not known in England; the nearest is Leeds");
  CHECK(desk.Decide({id, HeldState::kHeld, std::nullopt, ""}, "a").status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(
      desk.Decide({HeldNameId{999}, HeldState::kRejected, std::nullopt, ""}, "a").status().code() ==
      absl::StatusCode::kNotFound);
  CHECK(world.Held().size() == 1);
}

TEST_CASE("what was decided before a kill is loaded by the next ingest", "[ingest][names][db]") {
  TwoSeasons world;
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Leedz")));
  world.LoadAll();
  const HeldNameId id = world.Held().at(0).id;
  PgSportsStore store(world.database());
  const TeamId leeds{
      std::stoll(world.Value("SELECT team_id FROM sports.teams WHERE name = 'Leeds'"))};
  REQUIRE(store.DecideName(id, HeldState::kKnownTeam, leeds, "admin").ok());
  CHECK(world.MatchesOf("Leeds") == "4");
  world.LoadAll();
  CHECK(world.MatchesOf("Leeds") == "5");
  CHECK(store.WaitingFiles().value().empty());
}

TEST_CASE("a club that a new spelling would replace is not taken back", "[ingest][names][db]") {
  TwoSeasons world;
  std::string renamed = kRows;
  for (std::size_t at = renamed.find("Leeds"); at != std::string::npos;
       at = renamed.find("Leeds")) {
    renamed.replace(at, 5, "Whites");
  }
  world.source.Put(kThisSeason, Season(renamed + Row("30/08/2025", "Arsenal", "Chelsea")));
  const BatchSummary batch = world.LoadAll();
  CHECK(AnyHas(batch.counts.warnings, "Leeds, who plays in that season, is not in the file"));
  CHECK(world.MatchesOf("Leeds") == "4");
  const auto held = world.Held();
  REQUIRE(held.size() == 1);
  REQUIRE_FALSE(held[0].held.candidates.empty());
  CHECK(held[0].held.candidates[0].name == "Leeds");
  CHECK(held[0].held.candidates[0].same_fixtures == 2);
  REQUIRE(
      world.ingestion()
          .names()
          .Decide({held[0].id, HeldState::kKnownTeam, held[0].held.candidates[0].team, ""}, "admin")
          .ok());
  CHECK(world.MatchesOf("Leeds") == "4");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches WHERE season_start = 2025") == "4");
}

TEST_CASE("a club that was known by a misspelling is renamed with its matches",
          "[ingest][names][db]") {
  IngestWorld world;
  const auto rows = [](const std::string& name) {
    return Season(Row("10/01/2026", "Gravely", name) + Row("17/01/2026", "Alderton", "Brackley"));
  };
  world.source.Put(kThisSeason, rows("Hexton Twn"));
  world.Load();
  world.source.Put(kThisSeason, rows("Hexton"));
  const BatchSummary batch = world.Load();
  CHECK(AnyHas(batch.counts.warnings, "\"Hexton\" is the new name of Hexton Twn"));
  CHECK(batch.loaded.matches_taken_back == 0);
  CHECK(world.Value("SELECT string_agg(h.name || '-' || a.name, ', ' ORDER BY match_date) FROM "
                    "sports.v1_matches JOIN sports.v1_teams h ON h.team_id = home_team_id JOIN "
                    "sports.v1_teams a ON a.team_id = away_team_id") ==
        "Gravely-Hexton, Alderton-Brackley");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_teams WHERE name = 'Hexton Twn'") == "0");
  // A file that still has the former spelling means the same club.
  world.source.Put(kThisSeason, rows("Hexton Twn"));
  world.Load();
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches") == "2");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_teams WHERE name LIKE 'Hexton%'") == "1");
}

TEST_CASE("a team keeps the name that its first file has, and its other names find it",
          "[ingest][names][db]") {
  IngestWorld world;
  const auto rows = [](const std::string& name) {
    return Season(Row("16/08/2025", "Gravely", name) + Row("23/08/2025", name, "Alderton"));
  };
  world.source.Put(kThisSeason, rows("Brackley"));
  world.Load();
  CHECK(world.Value("SELECT count(*) FROM sports.v1_teams WHERE name = 'Brackley'") == "1");
  world.source.Put(kThisSeason, rows("Brackley Town"));
  const BatchSummary batch = world.Load();
  CHECK(batch.loaded.matches_taken_back == 0);
  CHECK(world.Value("SELECT count(*) FROM sports.v1_teams WHERE name LIKE 'Brackley%'") == "1");
  CHECK(world.Value("SELECT count(*) FROM sports.v1_matches") == "2");
}

TEST_CASE("two teams are merged, and a wrong merge is undone", "[ingest][names][db]") {
  TwoSeasons world;
  NameDesk& desk = world.ingestion().names();
  const auto merge = [&](const char* team, const char* into) {
    return desk.Merge(
        {{"team", std::nullopt, team}, {"into_team", std::nullopt, into}, "epl", "why"}, "admin");
  };
  const std::string before = world.Value(
      "SELECT md5(string_agg(m::text, ',' ORDER BY match_id)) FROM sports.v1_matches m");
  CHECK(merge("Chelsea", "Fulham").status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(merge("Nobody", "Fulham").status().code() == absl::StatusCode::kInvalidArgument);
  const auto made = merge("fulham", "Leeds");
  INFO(made.status().ToString());
  REQUIRE(made.ok());
  CHECK(made->match_count == 2);
  CHECK(merge("fulham", "Leeds").ok() == false);  // Leeds is what the name means by now
  CHECK(world.TeamsWith("Fulham") == "0");
  CHECK(world.MatchesOf("Leeds") == "6");
  // What comes under the merged name since is known to be its.
  world.source.Put(kThisSeason, Season(kRows + Row("30/08/2025", "Arsenal", "Fulham")));
  CHECK(world.LoadAll().loaded.matches_added == 1);
  CHECK(world.MatchesOf("Leeds") == "7");
  CHECK(world.Held().empty());

  const auto undone = desk.Undo(made->id, "admin");
  INFO(undone.status().ToString());
  REQUIRE(undone.ok());
  CHECK(undone->undone_at.has_value());
  CHECK(world.MatchesOf("Fulham") == "3");
  CHECK(world.MatchesOf("Leeds") == "4");
  CHECK(desk.Undo(made->id, "admin").ok());
  world.source.Put(kThisSeason, Season(kRows));
  world.LoadAll();
  world.LoadAll();
  CHECK(world.Value("SELECT md5(string_agg(m::text, ',' ORDER BY match_id)) FROM sports.v1_matches "
                    "m WHERE match_date <> '2025-08-30'") == before);
  CHECK(desk.Merges({50, ""})->items.size() == 1);
}

TEST_CASE("a held name that was given to a wrong club is taken back", "[ingest][names][db]") {
  TwoSeasons world;
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Newtown")));
  world.LoadAll();
  NameDesk& desk = world.ingestion().names();
  REQUIRE(desk.Decide({world.Held().at(0).id, HeldState::kKnownTeam, std::nullopt, "Arsenal"}, "a")
              .ok());
  CHECK(world.MatchesOf("Arsenal") == "3");
  const auto merges = desk.Merges({50, ""});
  REQUIRE(merges->items.size() == 1);
  REQUIRE(desk.Undo(merges->items[0].id, "a").ok());
  CHECK(world.MatchesOf("Arsenal") == "2");
  CHECK(world.MatchesOf("Newtown") == "1");
  // Also once the file is read again.
  world.source.Put(kThisSeason, Season(kRows + Row("24/01/2026", "Fulham", "Newtown") + ",,,\n"));
  CHECK(world.LoadAll().loaded.matches_added == 0);
  CHECK(world.MatchesOf("Arsenal") == "2");
  CHECK(world.MatchesOf("Newtown") == "1");
}

TEST_CASE("a team that was merged follows the other into a third, and comes back with it",
          "[ingest][names][db]") {
  TwoSeasons world;
  world.server().Execute(
      "INSERT INTO sports.teams (sport, country, name) VALUES ('football', 'England', 'Aa'), "
      "('football', 'England', 'Bb')");
  NameDesk& desk = world.ingestion().names();
  const auto merge = [&](const char* team, const char* into) {
    return desk.Merge({{"team", std::nullopt, team}, {"into_team", std::nullopt, into}, "E0", ""},
                      "a");
  };
  const auto first = merge("Aa", "Bb");
  REQUIRE(first.ok());
  const auto second = merge("Bb", "Leeds");
  REQUIRE(second.ok());
  const auto goes_by = [&] {
    return world.Value(
        "SELECT i.name FROM sports.teams t JOIN sports.teams i ON i.team_id = t.merged_into "
        "WHERE t.name = 'Aa'");
  };
  CHECK(goes_by() == "Leeds");
  CHECK(desk.Undo(first->id, "a").status().code() == absl::StatusCode::kFailedPrecondition);
  REQUIRE(desk.Undo(second->id, "a").ok());
  CHECK(goes_by() == "Bb");
  REQUIRE(desk.Undo(first->id, "a").ok());
  CHECK(world.TeamsWith("Aa") == "1");
}

TEST_CASE("a match that both teams of a merge have shows once", "[ingest][names][db]") {
  TwoSeasons world;
  world.server().Execute(
      "INSERT INTO sports.teams (sport, country, name) VALUES ('football', 'England', 'Leeds "
      "Utd'); "
      "INSERT INTO sports.matches (competition_id, season_start, match_date, home_team_id, "
      "away_team_id, state, listed_from) SELECT m.competition_id, 2025, m.match_date, t.team_id, "
      "m.away_team_id, 1, '2025-08-20' FROM sports.matches m, sports.teams t, sports.teams l WHERE "
      "t.name = 'Leeds Utd' AND l.name = 'Leeds' AND m.home_team_id = l.team_id AND m.match_date = "
      "'2025-08-23'");
  NameDesk& desk = world.ingestion().names();
  const auto made = desk.Merge(
      {{"team", std::nullopt, "Leeds Utd"}, {"into_team", std::nullopt, "Leeds"}, "E0", ""},
      "admin");
  INFO(made.status().ToString());
  REQUIRE(made.ok());
  CHECK(made->set_aside_count == 1);
  CHECK(world.MatchesOf("Leeds") == "4");
  REQUIRE(desk.Undo(made->id, "admin").ok());
  CHECK(world.MatchesOf("Leeds Utd") == "1");
}

}  // namespace
}  // namespace fairline::ingest
