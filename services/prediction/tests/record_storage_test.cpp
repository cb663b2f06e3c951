// The public record on a real PostgreSQL with the real migrations of all services.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/postgres.hpp"
#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/app/record/track_record.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/storage/pg_forecast_log.hpp"
#include "services/prediction/storage/pg_record.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

// The matches of SmallWorld() as ingest knows them, with results of earlier seasons.
constexpr char kRows[] = R"sql(
INSERT INTO sports.competitions (competition_id, code, sport, name, country, tier)
  OVERRIDING SYSTEM VALUE VALUES
  (1, 'E0', 'football', 'English Premier League', 'England', 1),
  (2, 'E1', 'football', 'EFL Championship', 'England', 2),
  (3, 'D1', 'football', 'Germany Bundesliga 1', 'Germany', 1);
INSERT INTO sports.teams (team_id, sport, country, name) OVERRIDING SYSTEM VALUE VALUES
  (10, 'football', 'England', 'Arsenal'), (11, 'football', 'England', 'Chelsea'),
  (12, 'football', 'England', 'Leeds'), (13, 'football', 'England', 'York'),
  (20, 'football', 'Germany', 'Bremen'), (21, 'football', 'Germany', 'Koeln');
INSERT INTO sports.bookmakers (bookmaker_id, code, name, kind) OVERRIDING SYSTEM VALUE VALUES
  (1, 'average', 'Market average', 'aggregate'), (2, 'pinnacle', 'Pinnacle', 'bookmaker');
INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, kickoff_time,
    home_team_id, away_team_id, state, home_score, away_score, listed_from) VALUES
  (1, 1, 2019, '2019-08-10', NULL, 10, 11, 4, 5, 0, NULL),
  (2, 1, 2020, '2020-09-10', NULL, 10, 11, 4, 2, 0, NULL),
  (3, 1, 2024, '2024-08-10', NULL, 10, 11, 4, 1, 0, NULL),
  (4, 1, 2024, '2024-08-11', NULL, 11, 10, 4, 1, 1, NULL),
  (100, 1, 2025, '2026-01-30', '2026-01-30T20:00Z', 10, 11, 1, NULL, NULL, '2026-01-29T00:00Z'),
  (101, 2, 2025, '2026-01-31', NULL, 12, 13, 1, NULL, NULL, '2026-01-29T00:00Z'),
  (102, 3, 2025, '2026-02-01', '2026-02-01T14:30Z', 20, 21, 1, NULL, NULL, '2026-01-29T00:00Z');
)sql";

struct World : SmallInstallation {
  World() : server(testing::PrivatePostgres::Start()) {
    server->Execute(kRows);
    database =
        storage::Database::Open({server->Url("fairline_prediction"), 6, "prediction", 3}).value();
    log.emplace(*database);
    record.emplace(*database, real_clock);
    sealer.emplace(keeper, *log, *record);
  }

  SealSummary Seal() {
    return sealer->Seal("", Soon(), [](std::int64_t, std::int64_t) { return true; }).value();
  }
  void Finish(int match, int home, int away, const std::string& closing = "") {
    server->Execute("UPDATE sports.matches SET state = 4, home_score = " + std::to_string(home) +
                    ", away_score = " + std::to_string(away) +
                    " WHERE match_id = " + std::to_string(match));
    if (!closing.empty()) {
      server->Execute(
          "INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, "
          "price_2, price_3, batch_id) SELECT match_id, match_date, 2, 1, 2, " +
          closing + ", 1 FROM sports.matches WHERE match_id = " + std::to_string(match));
    }
  }
  // As if what was sealed today had been sealed `days` ago.
  void Age(int days) {
    const std::string before = "interval '" + std::to_string(days) + " days'";
    server->Execute("UPDATE prediction.record_lines SET sealed_at = sealed_at - " + before +
                    ", day = ((sealed_at - " + before +
                    ") AT TIME ZONE 'UTC')::date "
                    "WHERE day = (now() AT TIME ZONE 'UTC')::date");
  }
  std::vector<PublicLine> Lines(Day day, Instant at) {
    return record->ListLines(day, 0, 1000, at, Soon()).value();
  }

  const RealClock real_clock;
  std::unique_ptr<testing::PrivatePostgres> server;
  std::unique_ptr<storage::Database> database;
  std::optional<PgForecastLog> log;
  std::optional<PgRecord> record;
  std::optional<Sealer> sealer;
};

Day Today() { return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()); }

TEST_CASE("the record from sealing to score", "[prediction][record][db]") {
  World world;
  const SealSummary first = world.Seal();
  CHECK(first.forecasts_sealed == 3);
  CHECK(first.record.withdrawn == 0);
  CHECK(first.record.scored == 0);
  CHECK(first.record.days_sealed == 0);  // the day is not over
  CHECK(world.record->ListSeals(std::nullopt, 10, Soon())->empty());

  // Before kick-off the hashes are public and the lines are not.
  const auto hidden = world.Lines(Today(), kNow);
  REQUIRE(hidden.size() == 3);
  for (const PublicLine& line : hidden) CHECK(line.line.empty());
  const auto shown = world.Lines(Today(), At("2026-03-01T00:00:00Z"));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(record::LineHash(shown[i].line) == hidden[i].sha256);
  }
  CHECK(ParseForecastLine(shown[0].line)->home_team == "Arsenal");

  // The advised price falls: the old line is withdrawn once, a new one is sealed.
  world.data.Ingest([](SeasonDataRows& rows) {
    for (ComingMatch& match : rows.coming) {
      if (match.id.value == 100) match.books[3].prices[0] = 2.15F;
    }
  });
  const SealSummary second = world.Seal();
  CHECK(second.forecasts_sealed == 1);
  CHECK(second.record.withdrawn == 1);
  CHECK(world.Seal().record.withdrawn == 0);
  CHECK(world.Lines(Today(), kNow).size() == 5);

  // The results come: the last line of each match is scored, against seasons 2020 to 2024 alone.
  world.as_of.Set(At("2026-02-03T09:00:00Z"));
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
  world.Finish(100, 2, 1, "2.0, 4.0, 4.0");
  world.Finish(102, 0, 0);
  const SealSummary third = world.Seal();
  CHECK(third.record.scored == 2);
  CHECK(third.record.withdrawn == 0);  // what has begun cannot be withdrawn
  CHECK(world.Seal().record.scored == 0);
  const auto scored = world.record->ListScored({}, Soon()).value();
  REQUIRE(scored.size() == 2);
  CHECK(scored[0].score.match.value == 102);
  CHECK(scored[0].score.result == 1);
  CHECK(scored[1].score.match.value == 100);
  CHECK(scored[1].score.result == 0);
  CHECK(scored[1].score.base_probabilities == std::vector<double>{3.0 / 6, 2.0 / 6, 1.0 / 6});
  CHECK(scored[1].score.closing_source == "pinnacle");
  CHECK(scored[1].score.closing_probabilities[0] == Approx(.5));
  // The price that was on offer last, not the one that was withdrawn.
  REQUIRE(scored[1].forecast.bets.size() <= 1);
  for (const RecordedBet& bet : scored[1].forecast.bets) CHECK(bet.price < 2.2);

  // A corrected result is a new revision.
  world.Finish(102, 0, 2);
  CHECK(world.Seal().record.scored == 1);
  const auto corrected = world.record->ListScored({}, Soon()).value();
  REQUIRE(corrected.size() == 2);
  CHECK(corrected[0].score.revision == 2);
  CHECK(corrected[0].score.result == 2);

  TrackRecordKeeper track_record(*world.record);
  CHECK(track_record.Get({}, Soon())->matches == 2);
  // Sealed in real time long after January 2026.
  CHECK(track_record.Get({}, Soon())->hindsight == 2);
  ScoredFilter german;
  german.competition_code = "D1";
  CHECK(track_record.Get(german, Soon())->matches == 1);
  german.information = "no_odds";
  CHECK(track_record.Get(german, Soon())->matches == 0);
}

// Match 102 is announced for 1 February, 14:30.
struct Announced : World {
  Announced() {
    Seal();
    as_of.Set(At("2026-02-04T09:00:00Z"));
    data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
  }
  void Move(const std::string& date, const std::string& kickoff) {
    server->Execute("UPDATE sports.matches SET match_date = '" + date + "', kickoff_time = '" +
                    kickoff + "' WHERE match_id = 102");
    Finish(102, 1, 0);
  }
};

TEST_CASE("a forecast of a match that was played on another day is withdrawn, not scored",
          "[prediction][record][db]") {
  Announced world;
  world.Move("2026-02-03", "2026-02-03T19:30:00Z");
  const SealSummary summary = world.Seal();
  CHECK(summary.record.withdrawn == 1);
  CHECK(summary.record.scored == 0);
  CHECK(world.Seal().record.withdrawn == 0);
  const auto counts = [&](const char* competition, const char* moment) {
    const auto unscored = world.record->CountUnscored(competition, At(moment), Soon()).value();
    return std::pair(unscored.withdrawn, unscored.waiting);
  };
  CHECK(counts("", "2026-02-04T09:00:00Z") == std::pair<std::int64_t, std::int64_t>(1, 2));
  CHECK(counts("D1", "2026-02-04T09:00:00Z") == std::pair<std::int64_t, std::int64_t>(1, 0));
  CHECK(counts("", "2026-01-30T21:00:00Z") == std::pair<std::int64_t, std::int64_t>(0, 1));
  CHECK(world.Lines(Today(), world.as_of.Now()).back().line.find("match_moved") !=
        std::string::npos);
}

TEST_CASE("a forecast of a match that was not played is withdrawn", "[prediction][record][db]") {
  Announced world;
  world.server->Execute(
      "UPDATE sports.matches SET delisted_from = '2026-02-01T09:00Z' WHERE match_id = 102");
  CHECK(world.Seal().record.withdrawn == 1);
  CHECK(world.Lines(Today(), world.as_of.Now()).back().line.find("match_not_coming") !=
        std::string::npos);
}

TEST_CASE("another hour of the same day changes nothing after the match",
          "[prediction][record][db]") {
  Announced world;
  world.Move("2026-02-01", "2026-02-01T16:30:00Z");
  const SealSummary summary = world.Seal();
  CHECK(summary.record.withdrawn == 0);
  CHECK(summary.record.scored == 1);
}

TEST_CASE("what was made after the match had begun is not scored", "[prediction][record][db]") {
  Announced world;
  // Brought forward unnoticed, to before the moment at which the forecast was made.
  world.Move("2026-02-01", FormatInstant(kNow - std::chrono::hours(1)));
  CHECK(world.Seal().record.scored == 0);
}

TEST_CASE("a score goes by the pitch, and out of the record when it is taken back",
          "[prediction][record][db]") {
  World world;
  world.Seal();
  world.as_of.Set(At("2026-02-03T09:00:00Z"));
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
  world.Finish(100, 2, 1);
  CHECK(world.Seal().record.scored == 1);
  const auto scored = [&] { return world.record->ListScored({}, Soon()).value(); };

  world.server->Execute(
      "UPDATE sports.matches SET state = 5, home_score = 0, away_score = 3, played_home_score = 2, "
      "played_away_score = 1 WHERE match_id = 100");
  const SealSummary awarded = world.Seal();
  CHECK(awarded.record.scored == 0);
  CHECK(awarded.record.annulled == 0);
  REQUIRE(scored().size() == 1);
  CHECK(scored()[0].score.home_score == 2);

  const auto taken_back = [&](const char* sql) {
    world.server->Execute(std::string("UPDATE sports.matches SET ") + sql +
                          " WHERE match_id = 100");
    CHECK(world.Seal().record.annulled == 1);
    CHECK(world.Seal().record.annulled == 0);
    CHECK(scored().empty());
  };
  SECTION("with its row") { taken_back("taken_back_at = '2026-02-03T08:00Z'"); }
  SECTION("abandoned") {
    taken_back(
        "state = 3, home_score = NULL, away_score = NULL, played_home_score = NULL, "
        "played_away_score = NULL");
  }
  world.server->Execute(
      "UPDATE sports.matches SET state = 6, home_score = 2, away_score = 2, played_home_score = "
      "NULL, played_away_score = NULL, taken_back_at = NULL WHERE match_id = 100");
  CHECK(world.Seal().record.scored == 1);
  REQUIRE(scored().size() == 1);
  CHECK(scored()[0].score.away_score == 2);
}

TEST_CASE("a match that is listed again is forecast again, in the same words",
          "[prediction][record][db]") {
  World world;
  world.Seal();
  world.data.Ingest([](SeasonDataRows& rows) {
    std::erase_if(rows.coming, [](const ComingMatch& match) { return match.id.value == 100; });
  });
  CHECK(world.Seal().record.withdrawn == 1);
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming = SmallWorld().coming; });
  const SealSummary again = world.Seal();
  CHECK(again.forecasts_sealed >= 1);
  CHECK(again.record.withdrawn == 0);
  CHECK(world.Seal().forecasts_sealed == 0);
  world.as_of.Set(At("2026-02-03T09:00:00Z"));
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
  world.Finish(100, 2, 1);
  CHECK(world.Seal().record.scored == 1);
}

TEST_CASE(
    "a changed policy withdraws the advice and seals it anew, and another number alone does not",
    "[prediction][record][db]") {
  World world;
  CHECK(world.Seal().forecasts_sealed == 3);
  PolicyChange change{.policy = {}, .actor_id = 1, .actor = "admin", .reason = "more caution"};
  change.policy.kelly_high = 0.3;
  REQUIRE(world.policies.Change(change, Soon()).ok());
  const SealSummary anew = world.Seal();
  CHECK(anew.forecasts_sealed == 2);  // one match has no odds
  CHECK(anew.advice_sealed == 2);
  CHECK(anew.record.withdrawn == 2);
  const auto lines = world.Lines(Today(), At("2026-03-01T00:00:00Z"));
  REQUIRE(lines.size() == 7);
  int sealed_anew = 0, withdrawn = 0;
  for (const PublicLine& line : lines) {
    sealed_anew += line.line.find("\"kelly_high\":0.3,") != std::string::npos ? 1 : 0;
    withdrawn += line.line.find("\"reason\":\"policy_changed\"") != std::string::npos ? 1 : 0;
  }
  CHECK(sealed_anew == 2);
  CHECK(withdrawn == 2);

  // The same policy under another number is the same advice.
  change.reason = "looked at again";
  REQUIRE(world.policies.Change(change, Soon()).ok());
  const SealSummary same = world.Seal();
  CHECK(same.forecasts_sealed == 0);
  CHECK(same.advice_sealed == 0);
  CHECK(same.record.withdrawn == 0);

  // An earlier policy that comes back is recorded again.
  change.policy = {};
  REQUIRE(world.policies.Change(change, Soon()).ok());
  const SealSummary back = world.Seal();
  CHECK(back.record.withdrawn == 2);
  CHECK(world.Lines(Today(), kNow).size() == 11);
  CHECK(world.record->Standing(kNow, Soon())->size() == 3);

  // What is scored is the last line that stands.
  world.as_of.Set(At("2026-02-03T09:00:00Z"));
  world.data.Ingest([](SeasonDataRows& rows) { rows.coming.clear(); });
  world.Finish(100, 2, 1, "2.0, 4.0, 4.0");
  CHECK(world.Seal().record.scored == 1);
  const auto scored = world.record->ListScored({}, Soon()).value();
  REQUIRE(scored.size() == 1);
  CHECK(SamePolicy(change.policy, scored[0].forecast.policy_json));
}

TEST_CASE("days are sealed in a chain once they are over", "[prediction][record][db]") {
  World world;
  world.Seal();
  world.Age(5);
  world.registry.production = 2;
  CHECK(world.Seal().record.days_sealed == 1);
  world.Age(1);
  world.registry.production = 3;
  CHECK(world.Seal().record.days_sealed == 1);
  CHECK(world.Seal().record.days_sealed == 0);
  const auto seals = world.record->ListSeals(std::nullopt, 10, Soon()).value();
  REQUIRE(seals.size() == 2);
  CHECK(record::CheckChain(seals).ok());
  CHECK(seals[0].day < seals[1].day);
  CHECK(seals[1].day < Today());
  for (const record::Seal& seal : seals) {
    std::vector<std::string> hashes;
    for (const PublicLine& line : world.Lines(seal.day, kNow)) hashes.push_back(line.sha256);
    CHECK(record::CheckLines(seal, hashes).ok());
  }
  CHECK(world.record->ListSeals(seals[0].day, 10, Soon())->size() == 1);

  SECTION("the service can neither change nor delete what is recorded") {
    for (const char* sql :
         {"UPDATE prediction.record_lines SET line = ''", "DELETE FROM prediction.record_lines",
          "UPDATE prediction.seals SET lines = 1", "DELETE FROM prediction.scores"}) {
      INFO(sql);
      CHECK_FALSE(world.database
                      ->Transact({},
                                 [&](pqxx::work& tx) {
                                   tx.exec(sql);
                                   return absl::OkStatus();
                                 })
                      .ok());
    }
  }
  SECTION("a line taken away by whoever owns the database is noticed") {
    world.server->Execute(
        "DELETE FROM prediction.record_lines WHERE line_id = "
        "(SELECT min(line_id) FROM prediction.record_lines)");
    std::vector<std::string> hashes;
    for (const PublicLine& line : world.Lines(seals[0].day, kNow)) hashes.push_back(line.sha256);
    CHECK(record::CheckLines(seals[0], hashes).code() == absl::StatusCode::kDataLoss);
  }
}

TEST_CASE("a day is not closed while something is being sealed into it",
          "[prediction][record][db]") {
  World world;
  world.Seal();
  world.Age(1);
  std::atomic<bool> closed{false};
  std::thread closing;
  REQUIRE(world.database
              ->Transact({},
                         [&](pqxx::work& tx) {
                           (void)BeginSealing(tx);
                           closing = std::thread([&] {
                             CHECK(world.record->CloseDays(Soon()).value() == 1);
                             closed = true;
                           });
                           // The other waits for this transaction's lock.
                           while (tx.exec("SELECT FROM pg_locks WHERE locktype = 'advisory' AND "
                                          "NOT granted")
                                      .empty()) {
                             std::this_thread::yield();
                           }
                           CHECK_FALSE(closed);
                           return absl::OkStatus();
                         })
              .ok());
  closing.join();
  CHECK(closed);
}

}  // namespace
}  // namespace fairline::prediction
