// Bets, limits and money on a real PostgreSQL.

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>

#include "libs/testing/postgres.hpp"
#include "services/auth_gateway/app/bet_file.hpp"
#include "services/auth_gateway/app/bets.hpp"
#include "services/auth_gateway/storage/pg_account_store.hpp"
#include "services/auth_gateway/storage/pg_bet_store.hpp"
#include "services/auth_gateway/tests/league.hpp"

namespace fairline::auth_gateway {
namespace {

using domain::BetResult;

constexpr int kMatches = 40;
const Instant kBefore = ParseInstant("2026-01-31T09:00:00Z").value();
const Instant kAfter = ParseInstant("2026-02-02T09:00:00Z").value();

testing::PrivatePostgres& Postgres() {
  static const auto postgres = [] {
    auto made = testing::PrivatePostgres::Start();
    FillLeague(*made, kMatches);
    return made;
  }();
  return *postgres;
}

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

std::unique_ptr<storage::Database> OpenDatabase() {
  storage::DatabaseConfig config;
  config.url = Postgres().Url("fairline_accounts");
  config.pool_size = 8;
  config.schema = "accounts";
  config.required_version = PgAccountStore::kSchemaVersion;
  return storage::Database::Open(config, PgAccountStore::PrepareStatements).value();
}

// Use cases at an as-of clock that the test moves; accounts and matches are each test's own.
struct Fixture {
  ~Fixture() { CHECK(store.ListViolations().value().empty()); }

  UserId Open(const std::string& name, std::int64_t bankroll = 10'000) {
    NewAccount account;
    account.username = name;
    account.password_hash = "x";
    account.currency = "EUR";
    account.bankroll = Money{bankroll};
    return account_store.Create(account, "").value().user_id;
  }
  Money Bankroll(UserId user_id) {
    return account_store.FindById(user_id).value()->account.bankroll;
  }
  Money Exposed(UserId user_id) {
    return account_store.FindById(user_id).value()->account.open_exposure;
  }
  void Settle() {
    clock.Set(kAfter);
    REQUIRE(bets.SettleAll([](const SettleProgress&) { return true; }).ok());
  }
  static NewBet On(int match, std::int64_t stake = 1'000, std::int64_t odds = 2'100'000) {
    NewBet order;
    order.match_id = MatchId{match};
    order.terms = {domain::BetSide::kBack, odds, Money{stake}, 0};
    order.bookmaker = "bet365";
    return order;
  }

  std::unique_ptr<storage::Database> database = OpenDatabase();
  FakeClock clock{kBefore};
  RealClock real;
  // Real time, by which limits hold; a test may move it.
  FakeClock wall{real.Now()};
  PgAccountStore account_store{*database, wall};
  PasswordHasher hasher;
  SessionTokens tokens{std::string(32, 'k'), real};
  SignInLimiter limiter{real};
  Accounts accounts{account_store, hasher, tokens, limiter, real, Role::kFree};
  PgBetStore store{*database, wall};
  Bets bets{store, accounts, clock};
};

TEST_CASE_METHOD(Fixture, "a bet takes its stake, wins, and is corrected to a loss", "[bets][db]") {
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
  const auto journal = account_store.ListJournal(user, {}).value();
  REQUIRE(journal.size() == 4);
  CHECK(journal[0].kind == JournalKind::kCorrection);
  CHECK(journal[0].amount == Money{-2'100});
  CHECK(journal[1].kind == JournalKind::kReturn);
  CHECK(journal[2].kind == JournalKind::kStake);
}

TEST_CASE_METHOD(Fixture, "one key makes one bet; another bet under it is refused", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "a bankroll that is too small is an error in words", "[bets][db]") {
  const UserId user = Open("poor", 999);
  const absl::Status refusal = bets.Place(user, On(2), "").status();
  CHECK(absl::IsFailedPrecondition(refusal));
  CHECK_THAT(MessageOf(refusal), Catch::Contains("the bankroll of 9.99 EUR is smaller"));
  CHECK(absl::IsFailedPrecondition(bets.Withdraw(user, Money{1'000}, "").status()));
  CHECK(Bankroll(user) == Money{999});
}

TEST_CASE_METHOD(Fixture, "a correction may leave less than nothing, and it is owed",
                 "[bets][db]") {
  const UserId user = Open("debtor", 1'000);
  REQUIRE(bets.Place(user, On(4), "").ok());
  Postgres().Execute(ResultSql(4, 1, 0));
  Settle();
  REQUIRE(bets.Withdraw(user, Money{2'000}, "").ok());
  CHECK(Bankroll(user) == Money{100});
  Postgres().Execute(ResultSql(4, 0, 1, 6));
  Settle();
  CHECK(Bankroll(user) == Money{-2'000});
  clock.Set(kBefore);
  CHECK(absl::IsFailedPrecondition(bets.Place(user, On(5, 1), "").status()));
  CHECK(bets.Deposit(user, Money{500}, "")->bankroll == Money{-1'500});
  CHECK(bets.Deposit(user, Money{2'000}, "")->bankroll == Money{500});
}

TEST_CASE_METHOD(Fixture, "a bet is cancelled before kick-off and not later", "[bets][db]") {
  const UserId user = Open("canceller");
  const std::int64_t first = bets.Place(user, On(6), "")->change.bet.bet_id;
  const std::int64_t second = bets.Place(user, On(6), "")->change.bet.bet_id;
  CHECK(bets.Cancel(user, first)->account.bankroll == Money{9'000});
  CHECK(bets.Cancel(user, first)->account.bankroll == Money{9'000});
  CHECK(account_store.ListJournal(user, {})->front().kind == JournalKind::kCorrection);
  CHECK(absl::IsNotFound(bets.Cancel(Open("thief"), second).status()));
  clock.Set(kAfter);
  CHECK(absl::IsFailedPrecondition(bets.Cancel(user, second).status()));
  Postgres().Execute(ResultSql(6, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{11'100});
}

TEST_CASE_METHOD(Fixture, "a bet of a match that has begun is marked and settled", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "closing lines are Pinnacle's, else the average", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "nobody sees another's bets", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "a file is taken in whole, once, or not at all", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "limits stand against deposits, stakes and losses", "[bets][db]") {
  const UserId user = Open("careful");
  const auto limit = [&](LimitKind kind, std::optional<std::int64_t> amount) {
    NewLimit wanted{kind, LimitPeriod::kDay, std::nullopt};
    if (amount) wanted.amount = Money{*amount};
    return bets.SetLimit(user, wanted).value();
  };
  CHECK(limit(LimitKind::kDeposit, 12'000).used == Money{10'000});
  CHECK(bets.Deposit(user, Money{2'000}, "d1").ok());
  CHECK(absl::IsFailedPrecondition(bets.Deposit(user, Money{1}, "d2").status()));
  CHECK(bets.Deposit(user, Money{2'000}, "d1").ok());  // the same one again
  CHECK(absl::IsFailedPrecondition(account_store.SetBankroll(user, Money{12'001}, "").status()));
  CHECK(account_store.SetBankroll(user, Money{11'000}, "").ok());

  limit(LimitKind::kStake, 2'500);
  CHECK(bets.Place(user, On(13), "").ok());
  CHECK(bets.Place(user, On(13, 1'500), "").ok());
  CHECK_THAT(MessageOf(bets.Place(user, On(13, 1), "").status()),
             Catch::Contains("your stake limit of 25.00 EUR in 1 days leaves 0.00 EUR"));
  // Raising waits a day; lowering again does not, and takes the raise away.
  const Limit raised = limit(LimitKind::kStake, 5'000);
  CHECK(raised.amount == Money{2'500});
  CHECK(raised.next_amount == Money{5'000});
  REQUIRE(raised.next_time);
  CHECK(*raised.next_time == wall.Now() + std::chrono::hours(24));
  CHECK_FALSE(bets.Place(user, On(13, 1), "").ok());
  const Limit lowered = limit(LimitKind::kStake, 2'400);
  CHECK(lowered.amount == Money{2'400});
  CHECK_FALSE(lowered.next_time);
  const Limit none = limit(LimitKind::kStake, std::nullopt);
  CHECK(none.amount == Money{2'400});
  CHECK(none.next_time);

  const UserId loser = Open("loser");
  REQUIRE(bets.SetLimit(loser, {LimitKind::kLoss, LimitPeriod::kWeek, Money{1'500}}).ok());
  REQUIRE(bets.Place(loser, On(14), "").ok());
  CHECK_FALSE(bets.Place(loser, On(15, 501), "").ok());  // both could lose
  Postgres().Execute(ResultSql(14, 2, 0));
  Settle();
  clock.Set(kBefore);
  CHECK(bets.Place(loser, On(15, 1'500), "").ok());  // it won: nothing is lost yet
}

TEST_CASE_METHOD(Fixture, "a higher limit holds when it is confirmed, a day later or after",
                 "[bets][db]") {
  const UserId user = Open("hasty");
  const Instant asked = wall.Now();
  const NewLimit low{LimitKind::kDeposit, LimitPeriod::kDay, Money{100}};
  const NewLimit high{LimitKind::kDeposit, LimitPeriod::kDay, Money{50'000}};
  const NewLimit none{LimitKind::kDeposit, LimitPeriod::kDay, std::nullopt};
  const auto deposit = [&] { return bets.Deposit(user, Money{30'000}, "").ok(); };
  REQUIRE(bets.SetLimit(user, low).ok());
  CHECK(absl::IsFailedPrecondition(bets.ConfirmLimit(user, high).status()));  // nobody asked
  REQUIRE(bets.SetLimit(user, high)->next_time == asked + std::chrono::hours(24));
  CHECK(absl::IsFailedPrecondition(bets.ConfirmLimit(user, high).status()));  // too early
  wall.Set(asked + std::chrono::hours(24) - std::chrono::microseconds(1));
  CHECK(absl::IsFailedPrecondition(bets.ConfirmLimit(user, high).status()));
  // Asking again, as a client does that got no answer, does not begin the day anew.
  CHECK(bets.SetLimit(user, high)->next_time == asked + std::chrono::hours(24));

  wall.Set(asked + std::chrono::hours(25));
  CHECK_FALSE(deposit());  // the day is over, and it was not confirmed
  CHECK(absl::IsFailedPrecondition(bets.ConfirmLimit(user, none).status()));  // something else
  CHECK(absl::IsFailedPrecondition(
      bets.ConfirmLimit(Open("neighbour"), high).status()));  // somebody else
  const Limit confirmed = bets.ConfirmLimit(user, high).value();
  CHECK(confirmed.amount == Money{50'000});
  CHECK_FALSE(confirmed.next_time);
  CHECK(bets.ConfirmLimit(user, high)->amount == Money{50'000});  // the answer was lost
  CHECK(deposit());

  // A lower one takes a request away; one that is forgotten is gone a week later.
  REQUIRE(bets.SetLimit(user, none)->next_time);
  REQUIRE_FALSE(bets.SetLimit(user, low)->next_time);
  wall.Set(wall.Now() + std::chrono::hours(25));
  CHECK_FALSE(bets.ConfirmLimit(user, none).ok());
  CHECK(bets.ListLimits(user)->front().amount == Money{100});
  REQUIRE(bets.SetLimit(user, none)->next_time);
  wall.Set(wall.Now() + std::chrono::hours(24) + kConfirmWithin);
  CHECK_FALSE(bets.ConfirmLimit(user, none).ok());
  CHECK_FALSE(bets.ListLimits(user)->front().next_time);
  // Who excludes himself does not raise limits meanwhile.
  REQUIRE(bets.SetLimit(user, none)->next_time);
  REQUIRE(bets.Exclude(user, 30).ok());
  wall.Set(wall.Now() + std::chrono::hours(25));
  CHECK(absl::IsPermissionDenied(bets.ConfirmLimit(user, none).status()));
}

TEST_CASE_METHOD(Fixture, "bets of long ago do not use up the limits of today", "[bets][db]") {
  const UserId user = Open("chronicler");
  Postgres().Execute(ResultSql(30, 0, 1));
  for (const LimitKind kind : {LimitKind::kStake, LimitKind::kLoss}) {
    REQUIRE(bets.SetLimit(user, {kind, LimitPeriod::kWeek, Money{500}}).ok());
  }
  NewBet order = On(30);  // 10.00, lost on 1 February
  order.placed_time = kBefore;
  clock.Set(kAfter);
  CHECK_THAT(MessageOf(bets.Place(user, order, "").status()), Catch::Contains("stake limit"));
  clock.Set(kAfter + std::chrono::days(30));
  const auto placed = bets.Place(user, order, "");
  INFO(MessageOf(placed.status()));
  REQUIRE(placed.ok());
  for (const Limit& limit : bets.ListLimits(user).value()) CHECK(limit.used == Money{0});
  // Seen from the week in which it was lost it counts.
  clock.Set(kAfter);
  for (const Limit& limit : bets.ListLimits(user).value()) CHECK(limit.used == Money{1'000});
}

TEST_CASE_METHOD(Fixture, "an admin does not pay in over an account's limit either", "[bets][db]") {
  const UserId user = Open("guarded");
  REQUIRE(bets.SetLimit(user, {LimitKind::kDeposit, LimitPeriod::kDay, Money{10'000}}).ok());
  UserChanges raise;
  raise.bankroll = Money{10'001};
  CHECK(absl::IsFailedPrecondition(accounts.Update("guarded", raise, "admin").status()));
  CHECK(Bankroll(user) == Money{10'000});
}

TEST_CASE_METHOD(Fixture, "an export that comes back to its account adds nothing", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "a file that is in stays in, whatever its key and however late",
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

TEST_CASE_METHOD(Fixture, "five thousand bets come in with one file", "[bets][db]") {
  const UserId user = Open("archivist", 100'000);
  REQUIRE(bets.SetLimit(user, {LimitKind::kStake, LimitPeriod::kWeek, Money{400'000}}).ok());
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
  CHECK(bets.ListLimits(user)->front().used == Money{500 * (5 * 74 + 5 * 75)});
  CHECK(bets.Statistics(user, {})->overall.won == 2'500);
  const auto too_many =
      ReadBetFile(file + file.substr(file.find('\n') + 1) + file.substr(file.find('\n') + 1));
  CHECK_THAT(MessageOf(too_many.status()),
             Catch::Contains("has 15000 bets and may have 10000: split it"));
}

TEST_CASE_METHOD(Fixture, "statistics of fifty thousand bets are read at once", "[bets][db]") {
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
  CHECK(ms(read - begin) < 5'000);
  CHECK(ms(placed - before_bet) < 500);
}

TEST_CASE_METHOD(Fixture, "books that refuse a settlement do not stop the others", "[bets][db]") {
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
  REQUIRE(bets.Withdraw(full, Money{5'000}, "").ok());
  CHECK(bets.SettleAll([](const SettleProgress&) { return true; })->failures.empty());
  CHECK(Exposed(full) == Money{0});
}

TEST_CASE_METHOD(Fixture, "a run of losses is told when a bet is placed", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "self-exclusion stops bets and deposits and only grows", "[bets][db]") {
  const UserId user = Open("tired");
  REQUIRE(bets.Place(user, On(16), "before").ok());
  const Account excluded = bets.Exclude(user, 30).value();
  REQUIRE(excluded.Excluded(real.Now()));
  CHECK(absl::IsPermissionDenied(bets.Place(user, On(16), "").status()));
  CHECK(absl::IsPermissionDenied(bets.Deposit(user, Money{1}, "").status()));
  CHECK(absl::IsPermissionDenied(account_store.SetBankroll(user, Money{50'000}, "").status()));
  CHECK(absl::IsPermissionDenied(
      bets.Import(user,
                  "match_date,competition,home_team,away_team,market,outcome,odds,stake\n"
                  "2026-02-01,L1,Home 16,Away 16,match_result,home,2,1\n",
                  "")
          .status()));
  CHECK(bets.Exclude(user, 1)->excluded_until == excluded.excluded_until);
  CHECK(bets.Exclude(user, std::nullopt)->excluded_until == ForGood());
  // What is theirs stays theirs, and what was bet is settled.
  CHECK(bets.Withdraw(user, Money{9'000}, "").ok());
  Postgres().Execute(ResultSql(16, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{2'100});
}

TEST_CASE_METHOD(Fixture, "the service can neither change a bet nor a settlement", "[bets][db]") {
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

TEST_CASE_METHOD(Fixture, "settlements side by side settle each bet once", "[bets][db]") {
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
}  // namespace fairline::auth_gateway
