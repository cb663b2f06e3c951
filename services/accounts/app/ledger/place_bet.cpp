#include "services/accounts/app/ledger/place_bet.hpp"

#include <fmt/format.h>

namespace fairline::accounts {
namespace {

// Whether a bet of this account counts within the period of `limit`: always when it is logged as it
// is placed, otherwise when it was placed, or lost, within it.
bool Counts(const Limit& limit, const Booking& booking, Instant as_of) {
  if (limit.kind == LimitKind::kDeposit) return false;
  if (!booking.bet.logged_afterwards) return true;
  const Instant since = as_of - LengthOf(limit.period);
  if (limit.kind == LimitKind::kStake) return *booking.bet.order.placed_time > since;
  return !booking.settled || booking.settled->effective_time > since;
}

}  // namespace

absl::StatusOr<Purse> OpenPurse(Account account, std::vector<Limit> limits, const LimitTimes& now) {
  RETURN_IF_ERROR(CheckNotExcluded(account, now.real));
  if (!FindCurrencyDigits(account.currency)) {
    return FieldError(
        absl::StatusCode::kFailedPrecondition, "currency",
        fmt::format("the account is in \"{}\", which is no currency of ISO 4217: name "
                    "its currency first, by fairline account --currency EUR",
                    account.currency));
  }
  return Purse{std::move(account), std::move(limits), now};
}

absl::StatusOr<Booking> Reserve(Purse& purse, const NewBet& order,
                                const std::map<MatchId, BetMatch>& matches) {
  Account& account = purse.account;
  const auto found = matches.find(order.match_id);
  if (found == matches.end())
    return FieldError(absl::StatusCode::kNotFound, "match_id", "there is no such match");
  const BetMatch& match = found->second;
  const Instant now = purse.now.as_of;
  RETURN_IF_ERROR(CheckOrder(order, match, now));
  Booking booking;
  Bet& bet = booking.bet;
  bet.order = order;
  bet.order.placed_time = order.placed_time.value_or(now);
  bet.match = match;
  bet.exposure = domain::Exposure(order.terms);
  bet.logged_afterwards = HasBegun(match, now);
  booking.settled = SettleBet(bet, match, now);
  const auto returned =
      booking.settled ? std::optional(booking.settled->returned) : std::optional<Money>();
  for (Limit& limit : purse.limits) {
    if (!Counts(limit, booking, now)) continue;
    RETURN_IF_ERROR(CountBet(limit, bet.exposure, returned, account.currency));
  }
  if (account.bankroll < bet.exposure) {
    return FieldError(
        absl::StatusCode::kFailedPrecondition, "stake_minor_units",
        fmt::format("the bankroll of {} {} is smaller than the {} {} that the bet can lose",
                    FormatMoney(account.bankroll, account.currency), account.currency,
                    FormatMoney(bet.exposure, account.currency), account.currency));
  }
  account.bankroll = account.bankroll - bet.exposure + returned.value_or(Money{0});
  return booking;
}

}  // namespace fairline::accounts
