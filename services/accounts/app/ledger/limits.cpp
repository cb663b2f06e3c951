#include "services/accounts/app/ledger/limits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "services/accounts/app/ledger/bet.hpp"

namespace fairline::accounts {
namespace {

constexpr int kMaxExclusionDays = 1826;  // five years

std::string_view NameOf(LimitKind kind) {
  switch (kind) {
    case LimitKind::kDeposit:
      return "deposit";
    case LimitKind::kStake:
      return "stake";
    case LimitKind::kLoss:
      return "loss";
  }
  return "unknown";
}

}  // namespace

bool HoldsAtOnce(const std::optional<Money>& current, const std::optional<Money>& wanted) {
  return wanted && (!current || *wanted <= *current);
}

absl::Status CheckMayConfirm(const Limit& limit, const std::optional<Money>& wanted,
                             const std::string& currency, Instant now) {
  if (!limit.next_time) {
    return absl::FailedPreconditionError(
        "no higher limit waits to be confirmed: ask for it first, and confirm it a day later");
  }
  if (limit.next_amount != wanted) {
    return absl::FailedPreconditionError(
        limit.next_amount ? fmt::format("the limit that was asked for is {} {}",
                                        FormatMoney(*limit.next_amount, currency), currency)
                          : "it was asked for to take the limit away");
  }
  if (now < *limit.next_time) {
    return absl::FailedPreconditionError(
        "take the time to think it over: it can be confirmed from " +
        FormatInstant(std::chrono::ceil<std::chrono::seconds>(*limit.next_time)));
  }
  return absl::OkStatus();
}

absl::Status CheckWithin(const Limit& limit, Money amount, const std::string& currency) {
  if (!limit.amount || limit.used + amount <= *limit.amount) return absl::OkStatus();
  const Money left{std::max<std::int64_t>(0, (*limit.amount - limit.used).minor_units)};
  const auto days = LengthOf(limit.period).count();
  const std::string period = days == 1 ? "a day" : fmt::format("in {} days", days);
  return absl::FailedPreconditionError(fmt::format("your {} limit of {} {} {} leaves {} {}",
                                                   NameOf(limit.kind),
                                                   FormatMoney(*limit.amount, currency), currency,
                                                   period, FormatMoney(left, currency), currency));
}

absl::Status CountBet(Limit& limit, Money exposure, const std::optional<Money>& returned,
                      const std::string& currency) {
  RETURN_IF_ERROR(CheckWithin(limit, exposure, currency));
  if (limit.kind != LimitKind::kLoss || !returned) {
    limit.used = limit.used + exposure;
    return absl::OkStatus();
  }
  const Money open = limit.used - std::max(Money{0}, limit.settled_loss);
  limit.settled_loss = limit.settled_loss + exposure - *returned;
  limit.used = open + std::max(Money{0}, limit.settled_loss);
  return absl::OkStatus();
}

Instant ForGood() { return Day(std::chrono::year(9999) / 12 / 31); }

absl::Status CheckNotExcluded(const Account& account, Instant now) {
  if (!account.Excluded(now)) return absl::OkStatus();
  const Instant until = *account.excluded_until;
  const std::string how_long =
      until >= ForGood()
          ? "for good"
          : "until " + FormatInstant(std::chrono::floor<std::chrono::seconds>(until));
  return absl::PermissionDeniedError(
      "you have excluded yourself from betting " + how_long +
      ", and that decision stands. Free and confidential help: https://www.gamblingtherapy.org, "
      "https://www.gambleaware.org, https://www.gamblersanonymous.org");
}

absl::Status CheckMayPayIn(const Account& account, const std::vector<Limit>& limits, Money amount,
                           Instant now) {
  RETURN_IF_ERROR(CheckNotExcluded(account, now));
  for (const Limit& limit : limits) {
    if (limit.kind == LimitKind::kDeposit) {
      RETURN_IF_ERROR(CheckWithin(limit, amount, account.currency));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMove(const Account& account, const std::vector<Limit>& limits, Money amount,
                       Instant now) {
  if (amount.minor_units > 0) {
    RETURN_IF_ERROR(CheckMayPayIn(account, limits, amount, now));
    // What is owed may be paid back in parts: only too much is refused.
    return CheckBankroll("amount_minor_units", std::max(Money{0}, account.bankroll + amount));
  }
  if (account.bankroll + amount < Money{0}) {
    return FieldError(
        absl::StatusCode::kFailedPrecondition, "amount_minor_units",
        fmt::format("the bankroll is only {} {}", FormatMoney(account.bankroll, account.currency),
                    account.currency));
  }
  return absl::OkStatus();
}

absl::StatusOr<Instant> ExclusionEnd(std::optional<int> days, Instant now) {
  if (!days) return ForGood();
  if (*days < 1 || *days > kMaxExclusionDays) {
    return InvalidField("days", fmt::format("must be 1 to {}", kMaxExclusionDays));
  }
  return now + std::chrono::days(*days);
}

}  // namespace fairline::accounts
