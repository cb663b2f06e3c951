#include "services/accounts/rpc/conversion.hpp"

namespace fairline::accounts {

void Put(const Account& account, Instant now, accounts::v1::Account& message) {
  message.set_user_id(account.user_id.value);
  message.set_username(account.username);
  message.set_role(static_cast<int>(account.role));
  message.set_risk(static_cast<sports::v1::Risk>(account.risk));
  message.set_bankroll_minor_units(account.bankroll.minor_units);
  message.set_currency(account.currency);
  message.set_currency_digits(CurrencyDigits(account.currency));
  message.set_currency_unknown(!FindCurrencyDigits(account.currency));
  *message.mutable_create_time() = rpc::ToTimestamp(account.create_time);
  message.set_open_exposure_minor_units(account.open_exposure.minor_units);
  if (account.Excluded(now)) {
    *message.mutable_excluded_until_time() = rpc::ToTimestamp(*account.excluded_until);
  }
}

void Put(const OpenBet& bet, sports::v1::OpenBet& message) {
  message.set_match_id(bet.match_id.value);
  message.set_match_date(FormatDay(bet.match_date));
  message.set_market(static_cast<sports::v1::Market>(bet.selection.market));
  message.set_outcome(static_cast<sports::v1::Outcome>(bet.selection.outcome));
  message.set_line_quarters(bet.selection.line_quarters);
  message.set_lay(bet.terms.side == domain::BetSide::kLay);
  message.set_odds(static_cast<double>(bet.terms.odds_millionths) / domain::kOddsUnit);
  message.set_commission(static_cast<double>(bet.terms.commission_basis_points) /
                         domain::kCommissionUnit);
  message.set_exposure_minor_units(bet.exposure.minor_units);
}

absl::StatusOr<UserId> AccountOf(const rpc::Call& call, std::int64_t named) {
  if (call.caller.kind == rpc::CallerKind::kUser) {
    if (named != 0 && named != call.caller.user_id) {
      return FieldError(absl::StatusCode::kPermissionDenied, "user_id",
                        "is not the caller's account");
    }
    return UserId{call.caller.user_id};
  }
  return UserId{named};
}

}  // namespace fairline::accounts
