// Limits and self-exclusion on a real PostgreSQL.
#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

TEST_CASE_METHOD(BetsFixture, "limits stand against deposits, stakes and losses", "[bets][db]") {
  const UserId user = Open("careful");
  const auto limit = [&](LimitKind kind, std::optional<std::int64_t> amount) {
    NewLimit wanted{kind, LimitPeriod::kDay, std::nullopt};
    if (amount) wanted.amount = Money{*amount};
    return own_limits.Set(user, wanted).value();
  };
  CHECK(limit(LimitKind::kDeposit, 12'000).used == Money{10'000});
  CHECK(own_limits.Deposit(user, Money{2'000}, "d1").ok());
  CHECK(absl::IsFailedPrecondition(own_limits.Deposit(user, Money{1}, "d2").status()));
  CHECK(own_limits.Deposit(user, Money{2'000}, "d1").ok());  // the same one again
  CHECK(absl::IsFailedPrecondition(account_store.SetBankroll(user, Money{12'001}, "").status()));
  CHECK(account_store.SetBankroll(user, Money{11'000}, "").ok());

  limit(LimitKind::kStake, 2'500);
  CHECK(bets.Place(user, On(13), "").ok());
  CHECK(bets.Place(user, On(13, 1'500), "").ok());
  CHECK_THAT(MessageOf(bets.Place(user, On(13, 1), "").status()),
             Catch::Contains("your stake limit of 25.00 EUR a day leaves 0.00 EUR"));
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
  REQUIRE(own_limits.Set(loser, {LimitKind::kLoss, LimitPeriod::kWeek, Money{1'500}}).ok());
  REQUIRE(bets.Place(loser, On(14), "").ok());
  CHECK_FALSE(bets.Place(loser, On(15, 501), "").ok());  // both could lose
  Postgres().Execute(ResultSql(14, 2, 0));
  Settle();
  clock.Set(kBefore);
  CHECK(bets.Place(loser, On(15, 1'500), "").ok());  // it won: nothing is lost yet
}

TEST_CASE_METHOD(BetsFixture, "a higher limit holds when it is confirmed, a day later or after",
                 "[bets][db]") {
  const UserId user = Open("hasty");
  const Instant asked = wall.Now();
  const NewLimit low{LimitKind::kDeposit, LimitPeriod::kDay, Money{100}};
  const NewLimit high{LimitKind::kDeposit, LimitPeriod::kDay, Money{50'000}};
  const NewLimit none{LimitKind::kDeposit, LimitPeriod::kDay, std::nullopt};
  const auto deposit = [&] { return own_limits.Deposit(user, Money{30'000}, "").ok(); };
  REQUIRE(own_limits.Set(user, low).ok());
  CHECK(absl::IsFailedPrecondition(own_limits.Confirm(user, high).status()));  // nobody asked
  REQUIRE(own_limits.Set(user, high)->next_time == asked + std::chrono::hours(24));
  CHECK(absl::IsFailedPrecondition(own_limits.Confirm(user, high).status()));  // too early
  wall.Set(asked + std::chrono::hours(24) - std::chrono::microseconds(1));
  CHECK(absl::IsFailedPrecondition(own_limits.Confirm(user, high).status()));
  // Asking again, as a client does that got no answer, does not begin the day anew.
  CHECK(own_limits.Set(user, high)->next_time == asked + std::chrono::hours(24));

  wall.Set(asked + std::chrono::hours(25));
  CHECK_FALSE(deposit());  // the day is over, and it was not confirmed
  CHECK(absl::IsFailedPrecondition(own_limits.Confirm(user, none).status()));  // something else
  CHECK(absl::IsFailedPrecondition(
      own_limits.Confirm(Open("neighbour"), high).status()));  // somebody else
  const Limit confirmed = own_limits.Confirm(user, high).value();
  CHECK(confirmed.amount == Money{50'000});
  CHECK_FALSE(confirmed.next_time);
  CHECK(own_limits.Confirm(user, high)->amount == Money{50'000});  // the answer was lost
  CHECK(deposit());

  // A lower one takes a request away; one that is forgotten is gone a week later.
  REQUIRE(own_limits.Set(user, none)->next_time);
  REQUIRE_FALSE(own_limits.Set(user, low)->next_time);
  wall.Set(wall.Now() + std::chrono::hours(25));
  CHECK_FALSE(own_limits.Confirm(user, none).ok());
  CHECK(own_limits.List(user)->front().amount == Money{100});
  REQUIRE(own_limits.Set(user, none)->next_time);
  wall.Set(wall.Now() + std::chrono::hours(24) + kConfirmWithin);
  CHECK_FALSE(own_limits.Confirm(user, none).ok());
  CHECK_FALSE(own_limits.List(user)->front().next_time);
  // Who excludes himself does not raise limits meanwhile.
  REQUIRE(own_limits.Set(user, none)->next_time);
  REQUIRE(own_limits.Exclude(user, 30).ok());
  wall.Set(wall.Now() + std::chrono::hours(25));
  CHECK(absl::IsPermissionDenied(own_limits.Confirm(user, none).status()));
}

TEST_CASE_METHOD(BetsFixture, "bets of long ago do not use up the limits of today", "[bets][db]") {
  const UserId user = Open("chronicler");
  Postgres().Execute(ResultSql(30, 0, 1));
  for (const LimitKind kind : {LimitKind::kStake, LimitKind::kLoss}) {
    REQUIRE(own_limits.Set(user, {kind, LimitPeriod::kWeek, Money{500}}).ok());
  }
  NewBet order = On(30);  // 10.00, lost on 1 February
  order.placed_time = kBefore;
  clock.Set(kAfter);
  CHECK_THAT(MessageOf(bets.Place(user, order, "").status()), Catch::Contains("stake limit"));
  clock.Set(kAfter + std::chrono::days(30));
  const auto placed = bets.Place(user, order, "");
  INFO(MessageOf(placed.status()));
  REQUIRE(placed.ok());
  const std::vector<Limit> later = own_limits.List(user).value();
  for (const Limit& limit : later) CHECK(limit.used == Money{0});
  // Seen from the week in which it was lost it counts.
  clock.Set(kAfter);
  const std::vector<Limit> then = own_limits.List(user).value();
  for (const Limit& limit : then) CHECK(limit.used == Money{1'000});
}

TEST_CASE_METHOD(BetsFixture, "an admin does not pay in over an account's limit either",
                 "[bets][db]") {
  const UserId user = Open("guarded");
  REQUIRE(own_limits.Set(user, {LimitKind::kDeposit, LimitPeriod::kDay, Money{10'000}}).ok());
  UserChanges raise;
  raise.bankroll = Money{10'001};
  CHECK(absl::IsFailedPrecondition(accounts.Update("guarded", raise, "admin").status()));
  CHECK(Bankroll(user) == Money{10'000});
}

TEST_CASE_METHOD(BetsFixture, "self-exclusion stops bets and deposits and only grows",
                 "[bets][db]") {
  const UserId user = Open("tired");
  REQUIRE(bets.Place(user, On(16), "before").ok());
  const Account excluded = own_limits.Exclude(user, 30).value();
  REQUIRE(excluded.Excluded(real.Now()));
  CHECK(absl::IsPermissionDenied(bets.Place(user, On(16), "").status()));
  CHECK(absl::IsPermissionDenied(own_limits.Deposit(user, Money{1}, "").status()));
  CHECK(absl::IsPermissionDenied(account_store.SetBankroll(user, Money{50'000}, "").status()));
  CHECK(absl::IsPermissionDenied(
      bets.Import(user,
                  "match_date,competition,home_team,away_team,market,outcome,odds,stake\n"
                  "2026-02-01,L1,Home 16,Away 16,match_result,home,2,1\n",
                  "")
          .status()));
  CHECK(own_limits.Exclude(user, 1)->excluded_until == excluded.excluded_until);
  CHECK(own_limits.Exclude(user, std::nullopt)->excluded_until == ForGood());
  // What is theirs stays theirs, and what was bet is settled.
  CHECK(own_limits.Withdraw(user, Money{9'000}, "").ok());
  Postgres().Execute(ResultSql(16, 1, 0));
  Settle();
  CHECK(Bankroll(user) == Money{2'100});
}

}  // namespace
}  // namespace fairline::accounts
