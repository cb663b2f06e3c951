// What may be booked, as a table; and what may be paid in, taken out and taken back.

#include "services/accounts/app/ledger/place_bet.hpp"

#include <functional>

#include <catch2/catch.hpp>

namespace fairline::accounts {
namespace {

using absl::StatusCode;
using domain::BetResult;

Instant At(const char* text) { return ParseInstant(text).value(); }

const Instant kNow = At("2026-01-31T09:00:00Z");
const Instant kNextDay = At("2026-02-01T09:00:00Z");

std::string MessageOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

// An account of 100.00 before a match of the afternoon, and a back of 10.00 at 2.1 on its home
// side.
struct Case {
  Case() {
    account.user_id = UserId{7};
    account.bankroll = Money{10'000};
    account.currency = "EUR";
    match.match_id = MatchId{1};
    match.match_date = ParseDay("2026-01-31").value();
    match.kickoff_time = At("2026-01-31T15:00:00Z");
    order.match_id = MatchId{1};
    order.selection = {domain::Market::kMatchResult, domain::Outcome::kHome, 0};
    order.terms = {domain::BetSide::kBack, 2'100'000, Money{1'000}, 0};
    order.bookmaker = "bet365";
  }

  Account account;
  std::vector<Limit> limits;
  LimitTimes now{kNow, kNow};
  BetMatch match;
  NewBet order;
};

void FinishedYesterday(Case& one, int home, int away) {
  one.now.as_of = kNextDay;
  one.order.placed_time = At("2026-01-31T12:00:00Z");
  one.match.state = domain::MatchState::kFinished;
  one.match.home_score = home;
  one.match.away_score = away;
}

Limit LimitOf(LimitKind kind, std::int64_t amount, std::int64_t used = 0) {
  return {.kind = kind, .amount = Money{amount}, .used = Money{used}};
}

struct Row {
  const char* name;
  std::function<void(Case&)> change;
  StatusCode code;
  const char* words;      // in the refusal
  std::int64_t bankroll;  // left after a bet that may be booked
};

const std::vector<Row> kRows = {
    {"a bet takes its stake", [](Case&) {}, StatusCode::kOk, "", 9'000},
    {"a lay takes what it can lose",
     [](Case& one) { one.order.terms.side = domain::BetSide::kLay; }, StatusCode::kOk, "", 8'900},
    {"all of the bankroll may be staked", [](Case& one) { one.order.terms.stake = Money{10'000}; },
     StatusCode::kOk, "", 0},
    {"a unit more may not", [](Case& one) { one.order.terms.stake = Money{10'001}; },
     StatusCode::kFailedPrecondition, "stake_minor_units: the bankroll of 100.00 EUR", 0},
    {"a debt stakes nothing", [](Case& one) { one.account.bankroll = Money{-1}; },
     StatusCode::kFailedPrecondition, "the bankroll of -0.01 EUR", 0},
    {"a match that nobody knows", [](Case& one) { one.order.match_id = {2}; },
     StatusCode::kNotFound, "match_id: ", 0},
    {"odds that do not exist", [](Case& one) { one.order.terms.odds_millionths = 1'000'000; },
     StatusCode::kInvalidArgument, "odds", 0},
    {"a match that has begun", [](Case& one) { one.now.as_of = At("2026-01-31T15:00:00Z"); },
     StatusCode::kFailedPrecondition, "the match has begun", 0},
    {"logged afterwards and won, its money comes at once",
     [](Case& one) { FinishedYesterday(one, 1, 0); }, StatusCode::kOk, "", 11'100},
    {"logged afterwards and lost", [](Case& one) { FinishedYesterday(one, 0, 0); }, StatusCode::kOk,
     "", 9'000},
    {"excluded until later",
     [](Case& one) { one.account.excluded_until = kNow + std::chrono::seconds(1); },
     StatusCode::kPermissionDenied, "gamblingtherapy.org", 0},
    {"excluded until now", [](Case& one) { one.account.excluded_until = kNow; }, StatusCode::kOk,
     "", 9'000},
    {"an exclusion ends by real time, not where the suite stands",
     [](Case& one) {
       one.account.excluded_until = kNow + std::chrono::hours(1);
       one.now.as_of = At("2025-01-01T00:00:00Z");
     },
     StatusCode::kPermissionDenied, "gamblingtherapy.org", 0},
    {"up to a stake limit",
     [](Case& one) { one.limits = {LimitOf(LimitKind::kStake, 5'000, 4'000)}; }, StatusCode::kOk,
     "", 9'000},
    {"over a stake limit",
     [](Case& one) { one.limits = {LimitOf(LimitKind::kStake, 5'000, 4'001)}; },
     StatusCode::kFailedPrecondition, "your stake limit", 0},
    {"over a loss limit", [](Case& one) { one.limits = {LimitOf(LimitKind::kLoss, 5'000, 4'001)}; },
     StatusCode::kFailedPrecondition, "your loss limit", 0},
    {"a deposit limit says nothing about bets",
     [](Case& one) { one.limits = {LimitOf(LimitKind::kDeposit, 1, 1)}; }, StatusCode::kOk, "",
     9'000},
    {"one limit of several is enough",
     [](Case& one) {
       one.limits = {LimitOf(LimitKind::kStake, 5'000), LimitOf(LimitKind::kLoss, 999)};
     },
     StatusCode::kFailedPrecondition, "your loss limit", 0},
    {"placed before the limit's day, it does not count",
     [](Case& one) {
       FinishedYesterday(one, 0, 0);
       one.order.placed_time = At("2026-01-31T09:00:00Z");
       one.limits = {LimitOf(LimitKind::kStake, 5'000, 5'000)};
     },
     StatusCode::kOk, "", 9'000},
    {"placed within it, it does",
     [](Case& one) {
       FinishedYesterday(one, 0, 0);
       one.order.placed_time = At("2026-01-31T09:00:01Z");
       one.limits = {LimitOf(LimitKind::kStake, 5'000, 5'000)};
     },
     StatusCode::kFailedPrecondition, "your stake limit", 0},
};

TEST_CASE("what may be booked", "[accounts][bets]") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    Case one;
    row.change(one);
    auto purse = OpenPurse(one.account, one.limits, one.now);
    const absl::StatusOr<Booking> booking =
        purse.ok() ? Reserve(*purse, one.order, {{MatchId{1}, one.match}})
                   : absl::StatusOr<Booking>(purse.status());
    CHECK(booking.status().code() == row.code);
    CHECK_THAT(MessageOf(booking.status()), Catch::Contains(row.words));
    if (booking.ok()) CHECK(purse->account.bankroll == Money{row.bankroll});
  }
}

TEST_CASE("bets booked together share the bankroll and the limits", "[accounts][bets]") {
  Case one;
  one.limits = {LimitOf(LimitKind::kStake, 2'500)};
  Purse purse = OpenPurse(one.account, one.limits, one.now).value();
  const std::map<MatchId, BetMatch> matches{{MatchId{1}, one.match}};
  CHECK(Reserve(purse, one.order, matches).ok());
  CHECK(Reserve(purse, one.order, matches).ok());
  CHECK(purse.account.bankroll == Money{8'000});
  CHECK(absl::IsFailedPrecondition(Reserve(purse, one.order, matches).status()));
}

TEST_CASE("a booking says what was bet and how it ended", "[accounts][bets]") {
  Case one;
  Purse purse = OpenPurse(one.account, {}, one.now).value();
  Booking booking = Reserve(purse, one.order, {{MatchId{1}, one.match}}).value();
  CHECK(booking.bet.order.placed_time == kNow);
  CHECK(booking.bet.exposure == Money{1'000});
  CHECK_FALSE(booking.bet.logged_afterwards);
  CHECK_FALSE(booking.settled);
  FinishedYesterday(one, 2, 1);
  purse = OpenPurse(one.account, {}, one.now).value();
  booking = Reserve(purse, one.order, {{MatchId{1}, one.match}}).value();
  CHECK(booking.bet.logged_afterwards);
  REQUIRE(booking.settled);
  CHECK(booking.settled->result == BetResult::kWin);
  CHECK(booking.settled->returned == Money{2'100});
}

TEST_CASE("what may be paid in and out", "[accounts][limits]") {
  struct Move {
    std::int64_t bankroll;
    std::int64_t amount;
    std::vector<Limit> limits;
    std::optional<Instant> excluded_until;
    StatusCode code;
  };
  const Instant later = kNow + std::chrono::hours(1);
  const std::vector<Move> moves = {
      {0, 500, {}, std::nullopt, StatusCode::kOk},
      {0, 500, {LimitOf(LimitKind::kDeposit, 500)}, std::nullopt, StatusCode::kOk},
      {0,
       500,
       {LimitOf(LimitKind::kDeposit, 500, 1)},
       std::nullopt,
       StatusCode::kFailedPrecondition},
      {0, 500, {LimitOf(LimitKind::kStake, 1, 1)}, std::nullopt, StatusCode::kOk},
      {0, 500, {}, later, StatusCode::kPermissionDenied},
      {-900, 500, {}, std::nullopt, StatusCode::kOk},
      {1'000'000'000'000'000, 1, {}, std::nullopt, StatusCode::kInvalidArgument},
      {500, -500, {}, std::nullopt, StatusCode::kOk},
      {500, -500, {LimitOf(LimitKind::kDeposit, 0)}, later, StatusCode::kOk},
      {499, -500, {}, std::nullopt, StatusCode::kFailedPrecondition},
  };
  for (const Move& move : moves) {
    CAPTURE(move.bankroll, move.amount);
    Account account;
    account.bankroll = Money{move.bankroll};
    account.currency = "EUR";
    account.excluded_until = move.excluded_until;
    CHECK(CheckMove(account, move.limits, Money{move.amount}, kNow).code() == move.code);
  }
}

TEST_CASE("a bet is taken back until its match begins, as the match stands now",
          "[accounts][bets]") {
  const Case one;
  Bet bet;
  bet.order = one.order;
  bet.match = one.match;
  bet.exposure = Money{1'000};
  const Instant kickoff = *one.match.kickoff_time;
  const auto before = CancelledBet(bet, one.match, kickoff - std::chrono::seconds(1));
  REQUIRE(before.ok());
  REQUIRE(*before);
  CHECK((*before)->result == BetResult::kCancelled);
  CHECK((*before)->returned == Money{1'000});
  CHECK(absl::IsFailedPrecondition(CancelledBet(bet, one.match, kickoff).status()));
  // Brought forward, or no longer listed.
  BetMatch earlier = one.match;
  earlier.kickoff_time = kickoff - std::chrono::hours(2);
  CHECK_FALSE(CancelledBet(bet, earlier, kickoff - std::chrono::hours(1)).ok());
  CHECK(CancelledBet(bet, std::nullopt, kickoff - std::chrono::hours(1)).ok());
  CHECK_FALSE(CancelledBet(bet, std::nullopt, kickoff).ok());
  bet.outcome = BetOutcome{.result = BetResult::kCancelled};
  CHECK_FALSE(CancelledBet(bet, one.match, kickoff).value());
  bet.outcome->result = BetResult::kLoss;
  CHECK(absl::IsFailedPrecondition(CancelledBet(bet, one.match, kNow).status()));
}

}  // namespace
}  // namespace fairline::accounts
