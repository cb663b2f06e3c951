// Bets and their settlement on a real PostgreSQL.
#include <atomic>
#include <thread>

#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

using domain::BetResult;

TEST_CASE_METHOD(BetsFixture, "a bet takes its stake, wins, and is corrected to a loss",
                 "[bets][db]") {
  const UserId user = Open("winner");
  const auto placed = bets.Place(user, On(1), "k1");
  INFO(MessageOf(placed.status()));
  REQUIRE(placed.ok());
  CHECK(placed->change.account.bankroll == Money{9'000});
  CHECK(placed->change.account.open_exposure == Money{1'000});
  CHECK(placed->change.bet.match.home_team == "Home 1");
  CHECK_FALSE(placed->change.bet.logged_afterwards);
  const std::int64_t bet_id = placed->change.bet.bet_id;
  const auto open = accounts.ListOpenBets(placed->change.account).value();
  REQUIRE(open.size() == 1);
  CHECK(open[0].match_id.value == 1);
  CHECK(open[0].match_date == placed->change.bet.match.match_date);
  CHECK(open[0].selection.outcome == placed->change.bet.order.selection.outcome);
  CHECK(open[0].terms.odds_millionths == placed->change.bet.order.terms.odds_millionths);
  CHECK(open[0].exposure == Money{1'000});

  Settle();
  CHECK(Bankroll(user) == Money{9'000});
  Postgres().Execute(ResultSql(1, 2, 0));
  Settle();
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
  CHECK(Exposed(user) == Money{0});
  CHECK(account_store.ListOpenBets(user)->empty());
  Postgres().Execute(ResultSql(1, 0, 0, 6));
  Settle();
  CHECK(Bankroll(user) == Money{9'000});
  const BetInFull full = bets.Get(user, bet_id).value();
  REQUIRE(full.settlements.size() == 2);
  CHECK(full.settlements[0].result == BetResult::kWin);
  CHECK(full.settlements[1].result == BetResult::kLoss);
  CHECK(full.settlements[1].reason == "corrected: loss at 0-0");
  const auto entries = account_store.ListJournal(user, {}).value();
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].kind == JournalKind::kCorrection);
  CHECK(entries[0].amount == Money{-2'100});
  CHECK(entries[1].kind == JournalKind::kReturn);
  CHECK(entries[2].kind == JournalKind::kStake);
}

TEST_CASE_METHOD(BetsFixture, "markets and outcomes that are numbered later need no migration",
                 "[bets][db]") {
  const auto placed = bets.Place(Open("pioneer"), On(3), "k1");
  REQUIRE(placed.ok());
  for (const char* numbers : {"market = 32, outcome = 77", "market = 1, outcome = 1"}) {
    Postgres().Execute(fmt::format("UPDATE accounts.bets SET {} WHERE bet_id = {}", numbers,
                                   placed->change.bet.bet_id));
  }
}

TEST_CASE_METHOD(BetsFixture, "one key makes one bet; another bet under it is refused",
                 "[bets][db]") {
  const UserId user = Open("repeater");
  const auto first = bets.Place(user, On(2), "key");
  REQUIRE(first.ok());
  const auto again = bets.Place(user, On(2), "key");
  REQUIRE(again.ok());
  CHECK(again->change.bet.bet_id == first->change.bet.bet_id);
  CHECK(Bankroll(user) == Money{9'000});
  CHECK(absl::IsAlreadyExists(bets.Place(user, On(2, 1'001), "key").status()));
  CHECK(absl::IsAlreadyExists(bets.Place(user, On(3), "key").status()));
  // Another account's keys are its own.
  CHECK(bets.Place(Open("other-repeater"), On(3), "key").ok());
  CHECK(Bankroll(user) == Money{9'000});
}

TEST_CASE_METHOD(BetsFixture, "a bankroll that is too small is an error in words", "[bets][db]") {
  const UserId user = Open("poor", 999);
  const absl::Status refusal = bets.Place(user, On(2), "").status();
  CHECK(absl::IsFailedPrecondition(refusal));
  CHECK_THAT(MessageOf(refusal), Catch::Contains("the bankroll of 9.99 EUR is smaller"));
  CHECK(absl::IsFailedPrecondition(own_limits.Withdraw(user, Money{1'000}, "").status()));
  CHECK(Bankroll(user) == Money{999});
}

TEST_CASE_METHOD(BetsFixture, "a correction may leave less than nothing, and it is owed",
                 "[bets][db]") {
  const UserId user = Open("debtor", 1'000);
  REQUIRE(bets.Place(user, On(4), "").ok());
  Postgres().Execute(ResultSql(4, 1, 0));
  Settle();
  REQUIRE(own_limits.Withdraw(user, Money{2'000}, "").ok());
  CHECK(Bankroll(user) == Money{100});
  Postgres().Execute(ResultSql(4, 0, 1, 6));
  Settle();
  CHECK(Bankroll(user) == Money{-2'000});
  clock.Set(kBefore);
  CHECK(absl::IsFailedPrecondition(bets.Place(user, On(5, 1), "").status()));
  CHECK(own_limits.Deposit(user, Money{500}, "")->bankroll == Money{-1'500});
  CHECK(own_limits.Deposit(user, Money{2'000}, "")->bankroll == Money{500});
}

TEST_CASE_METHOD(BetsFixture, "a bet is cancelled before kick-off and not later", "[bets][db]") {
  const UserId user = Open("canceller");
  const std::int64_t first = bets.Place(user, On(6), "")->change.bet.bet_id;
  const std::int64_t second = bets.Place(user, On(6), "")->change.bet.bet_id;
  CHECK(bets.Cancel(user, first)->account.bankroll == Money{9'000});
  CHECK(bets.Cancel(user, first)->account.bankroll == Money{9'000});
  CHECK(account_store.ListJournal(user, {})->front().kind == JournalKind::kCorrection);
  CHECK(absl::IsNotFound(bets.Cancel(Open("thief"), second).status()));
  CHECK(bets.Cancel(user, first, "k").ok());
  CHECK(bets.Cancel(user, first, "k").ok());
  CHECK(absl::IsAlreadyExists(bets.Cancel(user, second, "k").status()));
  clock.Set(kAfter);
  CHECK(absl::IsFailedPrecondition(bets.Cancel(user, second).status()));
  Postgres().Execute(ResultSql(6, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
}

TEST_CASE_METHOD(BetsFixture, "bets on an awarded match stay as settled, and go by the pitch",
                 "[bets][db]") {
  const UserId user = Open("awarded");
  NewBet draw = On(15);
  draw.selection.outcome = domain::Outcome::kDraw;
  const std::int64_t bet_id = bets.Place(user, draw, "")->change.bet.bet_id;
  Postgres().Execute(ResultSql(15, 1, 1));
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
  Postgres().Execute(ResultSql(15, 0, 3, 5));
  Postgres().Execute(
      "UPDATE sports.matches SET played_home_score = 1, played_away_score = 1 WHERE match_id = 15");
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
  CHECK(bets.Get(user, bet_id)->settlements.size() == 1);
  draw.placed_time = kBefore;
  CHECK(bets.Place(user, draw, "")->change.bet.outcome->result == BetResult::kWin);
  // Awarded without having been played: void.
  clock.Set(kBefore);
  const std::int64_t other = bets.Place(user, On(16), "")->change.bet.bet_id;
  Postgres().Execute(ResultSql(16, 3, 0, 5));
  Settle();
  CHECK(bets.Get(user, other)->bet.bet.outcome->result == BetResult::kVoid);
}

TEST_CASE_METHOD(BetsFixture, "a match or a score that is taken away makes its bets void",
                 "[bets][db]") {
  const UserId user = Open("taken-away");
  const std::int64_t won = bets.Place(user, On(17), "")->change.bet.bet_id;
  const std::int64_t open = bets.Place(user, On(18), "")->change.bet.bet_id;
  const std::int64_t abandoned = bets.Place(user, On(19), "")->change.bet.bet_id;
  Postgres().Execute(ResultSql(17, 1, 0));
  Postgres().Execute(ResultSql(19, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{11'200});
  Postgres().Execute(
      "UPDATE sports.matches SET taken_back_at = '2026-02-02' WHERE match_id IN (17, 18)");
  Postgres().Execute(
      "UPDATE sports.matches SET state = 3, home_score = NULL, away_score = NULL "
      "WHERE match_id = 19");
  Settle();
  Settle();
  CHECK(Bankroll(user) == Money{10'000});
  for (const std::int64_t bet_id : {won, open, abandoned}) {
    CHECK(bets.Get(user, bet_id)->bet.bet.outcome->result == BetResult::kVoid);
  }
  CHECK(bets.Get(user, won)->settlements.size() == 2);
  CHECK(bets.Get(user, won)->settlements[1].reason ==
        "corrected: void: the match was taken back by its source");
  // It is there again.
  Postgres().Execute("UPDATE sports.matches SET taken_back_at = NULL WHERE match_id = 17");
  Settle();
  CHECK(bets.Get(user, won)->bet.bet.outcome->result == BetResult::kWin);
}

TEST_CASE_METHOD(BetsFixture, "a settled bet follows a match whose day is corrected",
                 "[bets][db]") {
  const UserId user = Open("moved");
  const std::int64_t bet_id = bets.Place(user, On(49), "")->change.bet.bet_id;
  Postgres().Execute(ResultSql(49, 1, 0));
  Settle();
  const auto on_day = [&](const std::string& day) {
    Postgres().Execute("UPDATE sports.matches SET match_date = '" + day + "', kickoff_time = '" +
                       day + "T12:00:00Z' WHERE match_id = 49");
    Settle();
    return bets.Get(user, bet_id)->bet.bet.outcome->result;
  };
  CHECK(on_day("2026-01-29") == BetResult::kWin);
  CHECK(on_day("2026-01-28") == BetResult::kVoid);
  CHECK(on_day("2026-02-01") == BetResult::kWin);
  CHECK(bets.Get(user, bet_id)->settlements.size() == 3);
}

TEST_CASE_METHOD(BetsFixture, "an owner settles, corrects and voids a bet, and results leave it",
                 "[bets][db]") {
  const UserId user = Open("own-hand");
  const std::int64_t bet_id = bets.Place(user, On(12), "")->change.bet.bet_id;
  Postgres().Execute(ResultSql(12, 0, 3));
  Settle();
  CHECK(Bankroll(user) == Money{9'000});
  const auto won = bets.SettleByHand(
      user, bet_id, {.home_score = 2, .away_score = 1, .reason = "awarded afterwards"}, "h1");
  INFO(MessageOf(won.status()));
  REQUIRE(won.ok());
  CHECK(won->account.bankroll == Money{11'100});
  CHECK(won->bet.outcome->by_hand);
  CHECK(won->bet.outcome->result == BetResult::kWin);
  // Again, with its key or without, is once; something else under the key is refused.
  const ByHand same{.home_score = 2, .away_score = 1, .reason = "awarded afterwards"};
  CHECK(bets.SettleByHand(user, bet_id, same, "h1")->bet.outcome->settlements == 2);
  CHECK(bets.SettleByHand(user, bet_id, same, "")->bet.outcome->settlements == 2);
  const ByHand voided{.result = BetResult::kVoid, .reason = "the bookmaker voided it"};
  CHECK(absl::IsAlreadyExists(bets.SettleByHand(user, bet_id, voided, "h1").status()));
  Postgres().Execute(ResultSql(12, 0, 4, 6));
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
  CHECK(bets.SettleByHand(user, bet_id, voided, "h2")->account.bankroll == Money{10'000});
  CHECK(absl::IsNotFound(bets.SettleByHand(Open("other-hand"), bet_id, voided, "").status()));
  const BetInFull full = bets.Get(user, bet_id).value();
  REQUIRE(full.settlements.size() == 3);
  CHECK_FALSE(full.settlements[0].by_hand);
  CHECK(full.settlements[1].by_hand);
  CHECK(full.settlements[1].reason == "win by hand at 2-1: awarded afterwards");
  CHECK(full.settlements[2].reason == "void by hand: the bookmaker voided it");
}

TEST_CASE_METHOD(BetsFixture, "an open bet is settled by hand before its result comes",
                 "[bets][db]") {
  const UserId user = Open("early-hand");
  const std::int64_t bet_id = bets.Place(user, On(13), "")->change.bet.bet_id;
  const auto lost =
      bets.SettleByHand(user, bet_id, {.result = BetResult::kLoss, .reason = "settled early"}, "");
  REQUIRE(lost.ok());
  CHECK(lost->account.open_exposure == Money{0});
  Postgres().Execute(ResultSql(13, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{9'000});
  CHECK(bets.Statistics(user, {})->overall.lost == 1);
  clock.Set(kBefore);
  const std::int64_t gone = bets.Place(user, On(14), "")->change.bet.bet_id;
  REQUIRE(bets.Cancel(user, gone).ok());
  CHECK(absl::IsFailedPrecondition(
      bets.SettleByHand(user, gone, {.result = BetResult::kWin, .reason = "no"}, "").status()));
}

TEST_CASE_METHOD(BetsFixture, "a bet of a match that has begun is marked and settled",
                 "[bets][db]") {
  const UserId user = Open("historian");
  Postgres().Execute(ResultSql(7, 3, 1));
  clock.Set(kAfter);
  CHECK(absl::IsFailedPrecondition(bets.Place(user, On(7), "").status()));
  NewBet order = On(7);
  order.placed_time = kBefore;
  const auto placed = bets.Place(user, order, "");
  REQUIRE(placed.ok());
  CHECK(placed->change.bet.logged_afterwards);
  REQUIRE(placed->change.bet.outcome);
  CHECK(placed->change.account.bankroll == Money{11'100});
}

TEST_CASE_METHOD(BetsFixture, "closing lines are Pinnacle's, else the average", "[bets][db]") {
  const UserId user = Open("sharp");
  for (const int match : {8, 9, 10}) REQUIRE(bets.Place(user, On(match), "").ok());
  Postgres().Execute(R"(
    INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
                               price_3, batch_id)
    SELECT match_id, '2026-02-01', bookmaker_id, 1, 2, price, 4, 4, 1
    FROM (VALUES (8, 'pinnacle', 2.0), (8, 'average', 1.5), (9, 'average', 2.0)) q (match_id, code, price)
    JOIN sports.bookmakers USING (code))");
  for (const int match : {8, 9, 10}) Postgres().Execute(ResultSql(match, 1, 0));
  Settle();
  const auto listed = bets.List(user, {}, {}).value();
  REQUIRE(listed.size() == 3);
  CHECK_FALSE(listed[0].closing_line);
  CHECK(listed[1].closing_line->source == "average");
  CHECK(listed[2].closing_line->source == "pinnacle");
  CHECK(listed[2].closing_line->probability == Approx(0.5));  // 1/2 + 1/4 + 1/4: no margin
  const BetStatistics statistics = bets.Statistics(user, {}).value();
  CHECK(statistics.overall.clv_bets == 2);
  CHECK(statistics.overall.mean_clv == Approx(0.05));
  CHECK(statistics.overall.profit == Money{3'300});
  const auto curve = bets.Curve(user).value();
  REQUIRE_FALSE(curve.empty());
  CHECK(curve.back().equity == Bankroll(user) + Exposed(user));
}

TEST_CASE_METHOD(BetsFixture, "nobody sees another's bets", "[bets][db]") {
  const UserId user = Open("private");
  const UserId other = Open("curious");
  const std::int64_t bet_id = bets.Place(user, On(11), "")->change.bet.bet_id;
  CHECK(absl::IsNotFound(bets.Get(other, bet_id).status()));
  CHECK(bets.List(other, {}, {})->empty());
  CHECK(bets.Export(other)->find("Home 11") == std::string::npos);
  CHECK(bets.Statistics(other, {})->open_bets == 0);
  CHECK(bets.List(user, {.match_id = MatchId{11}}, {})->size() == 1);
  CHECK(bets.List(user, {.state = BetState::kSettled}, {})->empty());
}

TEST_CASE_METHOD(BetsFixture, "books that refuse a settlement do not stop the others",
                 "[bets][db]") {
  const UserId full = Open("overflowing");
  const UserId user = Open("patient");
  for (const UserId one : {full, user}) REQUIRE(bets.Place(one, On(36), "").ok());
  Postgres().Execute(fmt::format(
      "INSERT INTO accounts.journal (user_id, kind, amount_minor_units) VALUES ({}, 3, {})",
      full.value, INT64_MAX - 9'001));
  Postgres().Execute(ResultSql(36, 1, 0));
  clock.Set(kAfter);
  const auto settled = bets.SettleAll([](const SettleProgress&) { return true; });
  INFO(MessageOf(settled.status()));
  REQUIRE(settled.ok());
  REQUIRE(settled->failures.size() == 1);
  CHECK_THAT(settled->failures[0],
             Catch::StartsWith(fmt::format("account {}: 1 bets stay as they were: ", full.value)));
  CHECK(Bankroll(user) == Money{11'100});
  CHECK(Exposed(full) == Money{1'000});
  REQUIRE(own_limits.Withdraw(full, Money{5'000}, "").ok());
  CHECK(bets.SettleAll([](const SettleProgress&) { return true; })->failures.empty());
  CHECK(Exposed(full) == Money{0});
}

TEST_CASE_METHOD(BetsFixture, "a run of losses is told when a bet is placed", "[bets][db]") {
  const UserId user = Open("unlucky", 100'000);
  for (int i = 0; i < 5; ++i) REQUIRE(bets.Place(user, On(37, 1'000), "").ok());
  REQUIRE(bets.Place(user, On(38, 1'000), "").ok());
  Postgres().Execute(ResultSql(38, 1, 0));
  Settle();
  clock.Set(kBefore);
  CHECK(bets.Place(user, On(39), "")->notice.empty());
  Postgres().Execute(ResultSql(37, 0, 2));
  clock.Set(kAfter + std::chrono::hours(1));
  REQUIRE(bets.SettleAll([](const SettleProgress&) { return true; }).ok());
  clock.Set(kBefore);
  CHECK_THAT(bets.Place(user, On(39), "")->notice,
             Catch::StartsWith("Your last 5 settled bets lost, 50.00 EUR in all"));
}

TEST_CASE_METHOD(BetsFixture, "the service can neither change a bet nor a settlement",
                 "[bets][db]") {
  for (const char* sql :
       {"UPDATE accounts.bets SET result = 1", "UPDATE accounts.users SET bankroll_minor_units = 1",
        "UPDATE accounts.users SET excluded_until = NULL", "DELETE FROM accounts.bet_settlements",
        "DELETE FROM accounts.limits", "UPDATE accounts.journal SET amount_minor_units = 1"}) {
    CAPTURE(sql);
    CHECK_FALSE(database
                    ->Transact({},
                               [&](pqxx::work& work) {
                                 work.exec(sql);
                                 return absl::OkStatus();
                               })
                    .ok());
  }
}

TEST_CASE_METHOD(BetsFixture, "settlements side by side settle each bet once", "[bets][db]") {
  std::vector<UserId> users;
  for (int i = 0; i < 6; ++i) {
    users.push_back(Open(fmt::format("crowd-{}", i), 100'000));
    for (int match = 20; match < 30; ++match) {
      REQUIRE(bets.Place(users.back(), On(match, 100), "").ok());
    }
  }
  for (int match = 20; match < 30; ++match) Postgres().Execute(ResultSql(match, match % 2, 0));
  clock.Set(kAfter);
  std::atomic<std::int64_t> settled{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      std::int64_t after = 0;
      for (int tries = 0; tries < 1'000; ++tries) {
        const auto count = store.Settle(after, 7, kAfter);
        if (!count.ok()) continue;  // Aborted three times over: somebody else was faster
        settled += count->settled;
        after = count->last_bet_id;
        if (after == 0) break;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(settled >= 60);
  for (const UserId user : users) CHECK(Bankroll(user) == Money{100'000 - 1'000 + 5 * 210});
}

}  // namespace
}  // namespace fairline::accounts
