#include "services/accounts/rpc/convert.hpp"

#include <charconv>

#include "libs/core/clock.hpp"

namespace fairline::accounts {

void Put(Instant instant, google::protobuf::Timestamp& timestamp) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  timestamp.set_seconds(seconds.time_since_epoch().count());
  timestamp.set_nanos(static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(instant - seconds).count()));
}

Instant InstantOf(const google::protobuf::Timestamp& timestamp) {
  return Instant(std::chrono::seconds(timestamp.seconds()) +
                 std::chrono::microseconds(timestamp.nanos() / 1000));
}

void Put(const Account& account, accounts::v1::Account& message) {
  message.set_user_id(account.user_id.value);
  message.set_username(account.username);
  message.set_role(static_cast<int>(account.role));
  message.set_risk(static_cast<sports::v1::Risk>(account.risk));
  message.set_bankroll_minor_units(account.bankroll.minor_units);
  message.set_currency(account.currency);
  Put(account.create_time, *message.mutable_create_time());
  message.set_open_exposure_minor_units(account.open_exposure.minor_units);
  if (account.Excluded(RealClock().Now())) {
    Put(*account.excluded_until, *message.mutable_excluded_until_time());
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

absl::StatusOr<Page> PageOf(std::int32_t size, const std::string& token) {
  if (size < 0 || size > 500) return InvalidField("page_size", "must be 0 to 500");
  Page page;
  if (size > 0) page.size = size;
  if (token.empty()) return page;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), page.before);
  if (error != std::errc{} || end != token.data() + token.size() || page.before <= 0) {
    return InvalidField("page_token", "is not one that a page before gave");
  }
  return page;
}

}  // namespace fairline::accounts
