// Bets by the thousand: files of them and statistics, on a real PostgreSQL.
#include <chrono>

#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

TEST_CASE_METHOD(BetsFixture, "a file is taken in whole, once, or not at all", "[bets][db]") {
  const UserId user = Open("importer");
  const std::string header =
      "match_date,competition,home_team,away_team,market,outcome,line,odds,stake,note\n";
  const std::string good = "2026-02-01,L1,h1,Away 1,asian_handicap,home,-0.25,1.95,10,=cmd\n";
  const auto refused = bets.Import(
      user, header + good + "2026-02-01,L1,Home 2,Away 3,match_result,home,,2,10,\n", "");
  CHECK_THAT(MessageOf(refused.status()),
             Catch::StartsWith("content: line 3, column match_date: there is no match Home 2"));
  const auto too_dear = bets.Import(
      user, header + good + "2026-02-01,L1,Home 12,Away 12,match_result,home,,2,99.99,\n", "");
  CHECK_THAT(MessageOf(too_dear.status()), Catch::StartsWith("content: line 3, column stake: "));
  CHECK(Bankroll(user) == Money{10'000});
  const std::string file =
      header + good + "2026-02-01,First League,Home 12,Away 12,match_result,home,,2,10,\n";
  const auto taken = bets.Import(user, file, "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 2);
  const auto again = bets.Import(user, file, "");
  CHECK(again->already_imported);
  CHECK(again->added == 0);
  CHECK(Bankroll(user) == Money{8'000});
  // What was written out goes in again, for another account.
  const std::string exported = bets.Export(user).value();
  CHECK_THAT(exported, Catch::Contains(",'=cmd,"));
  const auto copied = bets.Import(Open("copier"), exported, "");
  INFO(MessageOf(copied.status()));
  CHECK(copied.ok());
}

TEST_CASE_METHOD(BetsFixture, "a file may name competition and teams as people do", "[bets][db]") {
  Postgres().Execute(
      "INSERT INTO sports.competition_names (name, competition_id) SELECT 'The First', "
      "competition_id FROM sports.competitions WHERE code = 'L1'; "
      "INSERT INTO sports.team_names (sport, country, name, team_name) VALUES "
      "('football', 'Nowhere', 'Töwn', 'Home 40')");
  const UserId user = Open("as-people-write");
  const std::string header =
      "match_date,competition,home_team,away_team,market,outcome,odds,stake\n";
  const auto taken =
      bets.Import(user, header + "2026-02-01,the  FIRST,TOWN,away 40,match_result,home,2,10\n", "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 1);
  const auto refused = bets.Import(
      user, header + "2026-02-01,Frist League,Town,Away 40,match_result,home,2,10\n", "");
  CHECK(MessageOf(refused.status()) ==
        "content: line 2, column competition: \"Frist League\" is not known; the nearest is First "
        "League");
}

TEST_CASE_METHOD(BetsFixture, "an export that comes back to its account adds nothing",
                 "[bets][db]") {
  const UserId user = Open("round-trip");
  REQUIRE(bets.Place(user, On(31), "").ok());
  const std::int64_t taken_back = bets.Place(user, On(32), "")->change.bet.bet_id;
  REQUIRE(bets.Cancel(user, taken_back).ok());
  std::string file = bets.Export(user).value();
  auto taken = bets.Import(user, file, "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 0);
  CHECK(taken->logged_before == 1);
  CHECK(Bankroll(user) == Money{9'000});
  // A logged bet cannot be changed by a file; another account takes it as its own, and what was
  // cancelled is no bet there either.
  std::string changed = file;
  changed.replace(changed.find(",2.1,10.00,"), 11, ",2.1,11.00,");
  const auto refused = bets.Import(user, changed, "");
  CHECK_THAT(MessageOf(refused.status()),
             Catch::StartsWith("content: line 2, column bet_id: bet "));
  const UserId other = Open("round-trip-copy");
  taken = bets.Import(other, file, "");
  REQUIRE(taken.ok());
  CHECK(taken->added == 1);
  CHECK(Bankroll(other) == Money{9'000});
}

TEST_CASE_METHOD(BetsFixture, "a file that is in stays in, whatever its key and however late",
                 "[bets][db]") {
  const UserId user = Open("late-retry");
  const std::string file =
      "match_date,competition,home_team,away_team,market,outcome,odds,stake\n"
      "2026-02-01,L1,Home 33,Away 33,match_result,home,2,10\n";
  REQUIRE(bets.Import(user, file, "first").ok());
  CHECK(bets.Import(user, file, "second")->already_imported);
  CHECK(absl::IsAlreadyExists(bets.Import(user, file + "\n", "first").status()));
  clock.Set(kAfter);  // the row could not be logged any more
  CHECK(bets.Import(user, file, "first")->already_imported);
  CHECK(bets.Import(user, file, "")->already_imported);
  CHECK(Bankroll(user) == Money{9'000});
}

TEST_CASE_METHOD(BetsFixture, "a later file with the same bets adds only the new ones",
                 "[bets][db]") {
  const UserId user = Open("overlap");
  const std::string header =
      "match_date,competition,home_team,away_team,market,outcome,odds,stake,bookmaker,placed_"
      "time\n";
  const auto row = [](int match, const std::string& time) {
    return fmt::format("2026-02-01,L1,Home {0},Away {0},match_result,home,2.1,10,bet365,{1}\n",
                       match, time);
  };
  const std::string one = row(3, "2026-01-30T10:00:00Z");
  const std::string open = row(5, "");
  // Two equal bets in one file are two.
  auto taken = bets.Import(user, header + one + one + open, "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 3);
  CHECK(taken->logged_before == 0);
  CHECK(Bankroll(user) == Money{7'000});
  // So does one with the bookmaker's name in another spelling.
  taken = bets.Import(
      user, header + "2026-02-01,L1,Home 5,Away 5,match_result,home,2.1,10,Bet 365,\n", "");
  REQUIRE(taken.ok());
  CHECK(taken->added == 0);
  // A third equal bet, another time and another match are new.
  taken = bets.Import(
      user, header + one + row(7, "") + one + one + row(3, "2026-01-30T11:00:00Z") + open, "");
  REQUIRE(taken.ok());
  CHECK(taken->added == 3);
  CHECK(taken->logged_before == 3);
  CHECK(Bankroll(user) == Money{4'000});
  // Known bets are known when their match has begun, which could not be logged without a time.
  clock.Set(kAfter);
  taken = bets.Import(user, header + open + row(7, ""), "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 0);
  CHECK(taken->logged_before == 2);
  // A row with the id of a bet is that bet, and no other row is it too.
  const std::int64_t bet_id = bets.List(user, {.match_id = MatchId{5}}, {})->front().bet.bet_id;
  clock.Set(kBefore);
  taken = bets.Import(user, "bet_id," + header + fmt::format("{},{},{}", bet_id, open, open), "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 1);
  CHECK(taken->logged_before == 1);
}

TEST_CASE_METHOD(BetsFixture, "what a file says against the result is told, not taken",
                 "[bets][db]") {
  const UserId user = Open("contradicted");
  Postgres().Execute(ResultSql(40, 0, 1));
  clock.Set(kAfter);
  const auto taken = bets.Import(
      user,
      "match_date,competition,home_team,away_team,market,outcome,odds,stake,placed_time,result\n"
      "2026-02-01,L1,Home 40,Away 40,match_result,home,2,10,2026-01-31T10:00:00Z,won\n",
      "");
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 1);
  CHECK(taken->contradictions ==
        std::vector<std::string>{
            "line 2, column result: says win, and the bet is settled as loss at 0-1"});
}

TEST_CASE_METHOD(BetsFixture, "five thousand bets come in with one file", "[bets][db]") {
  const UserId user = Open("archivist", 100'000);
  REQUIRE(own_limits.Set(user, {LimitKind::kStake, LimitPeriod::kWeek, Money{400'000}}).ok());
  Postgres().Execute(ResultSql(34, 1, 0));
  Postgres().Execute(ResultSql(35, 0, 0));
  clock.Set(kAfter);
  std::string file =
      "match_date,competition,home_team,away_team,market,outcome,odds,stake,placed_time\n";
  // More is staked than there ever is: what is won on the way pays for it.
  for (int i = 0; i < 5'000; ++i) {
    file += fmt::format(
        "2026-02-01,L1,Home {0},Away {0},match_result,home,{1},0.7{2},2026-01-31T10:00:00Z\n",
        34 + i % 2, i % 2 == 0 ? "2.00" : "1.90", i % 10);
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto taken = bets.Import(user, file, "");
  const auto took = std::chrono::steady_clock::now() - begin;
  INFO(MessageOf(taken.status()));
  REQUIRE(taken.ok());
  CHECK(taken->added == 5'000);
  WARN("5,000 bets came in within "
       << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
  CHECK(took < std::chrono::seconds(10));
  // Of ten rows those of 0.70, 0.72, ... 0.78 win as much, those of 0.71, ... 0.79 are lost.
  CHECK(Bankroll(user) == Money{100'000 + 500 * (5 * 74 - 5 * 75)});
  CHECK(own_limits.List(user)->front().used == Money{500 * (5 * 74 + 5 * 75)});
  CHECK(bets.Statistics(user, {})->overall.won == 2'500);
  const auto too_many = ReadBetFile(
      file + file.substr(file.find('\n') + 1) + file.substr(file.find('\n') + 1), "EUR");
  CHECK_THAT(MessageOf(too_many.status()),
             Catch::Contains("has 15000 bets and may have 10000: split it"));
}

TEST_CASE_METHOD(BetsFixture, "statistics of fifty thousand bets are read at once", "[bets][db]") {
  const UserId user = Open("professional", 1'000'000'000);
  // Of matches that are listed no more, so that no other test settles them.
  Postgres().Execute(fmt::format(R"(
    INSERT INTO accounts.bets (user_id, match_id, match_date, kickoff_time, sport,
        competition_code, competition_name, home_team, away_team, market, outcome, line_quarters,
        side, bookmaker, odds_millionths, stake_minor_units, commission_basis_points,
        exposure_minor_units, note, placed_time, logged_afterwards)
      SELECT {}, 1000000 + n / 2, '2020-01-01'::date + n / 25, '2020-01-01T12:00:00Z', 'football',
             'L' || n % 20, 'League ' || n % 20, 'H', 'A', 1, 1 + n % 3, 0, 1, 'book ' || n % 30,
             1100000 + n % 7000 * 1000, 100, 0, 100, '', '2020-01-01', false
      FROM generate_series(1, 50000) n;
    INSERT INTO accounts.bet_settlements (bet_id, sequence, result, returned_minor_units, reason,
                                          effective_time)
      SELECT bet_id, 1, CASE WHEN outcome = 1 THEN 1 ELSE 5 END,
             CASE WHEN outcome = 1 THEN odds_millionths / 10000 ELSE 0 END, '', match_date
      FROM accounts.bets WHERE user_id = {};)",
                                 user.value, user.value));
  clock.Set(kAfter);
  const auto begin = std::chrono::steady_clock::now();
  const BetStatistics statistics = bets.Statistics(user, {}).value();
  const auto read = std::chrono::steady_clock::now();
  CHECK(statistics.overall.won + statistics.overall.lost == 50'000);
  CHECK(statistics.by_competition.size() == 20);
  CHECK(statistics.by_competition.front().record.yield_interval);
  clock.Set(kBefore);
  const auto before_bet = std::chrono::steady_clock::now();
  CHECK(bets.Place(user, On(20), "").ok());
  const auto placed = std::chrono::steady_clock::now();
  const auto ms = [](auto took) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  };
  WARN("statistics within " << ms(read - begin) << " ms, the next bet within "
                            << ms(placed - before_bet) << " ms");
  CHECK(ms(read - begin) < 20'000);
  CHECK(ms(placed - before_bet) < 2'000);
}

}  // namespace
}  // namespace fairline::accounts
