#include "services/accounts/app/ledger/own_limits.hpp"

namespace fairline::accounts {
namespace {

constexpr std::int64_t kMaxAmount = 1'000'000'000'000'000;

absl::Status CheckLimit(const NewLimit& wanted) {
  const bool fits = !wanted.amount ||
                    (wanted.amount->minor_units >= 0 && wanted.amount->minor_units <= kMaxAmount);
  return fits ? absl::OkStatus() : InvalidField("amount_minor_units", "must be from 0 to 10^15");
}

}  // namespace

absl::StatusOr<Account> OwnLimits::Move(UserId user_id, Money amount,
                                        const std::string& request_id) {
  auto changed = journal_.MoveMoney(user_id, amount, request_id, as_of_.Now());
  accounts_.Changed(user_id);
  return changed;
}

absl::StatusOr<Account> OwnLimits::Deposit(UserId user_id, Money amount,
                                           const std::string& request_id) {
  if (amount.minor_units < 1 || amount.minor_units > kMaxAmount) {
    return InvalidField("amount_minor_units", "must be from 1 to 10^15");
  }
  return Move(user_id, amount, request_id);
}

absl::StatusOr<Account> OwnLimits::Withdraw(UserId user_id, Money amount,
                                            const std::string& request_id) {
  if (amount.minor_units < 1 || amount.minor_units > kMaxAmount) {
    return InvalidField("amount_minor_units", "must be from 1 to 10^15");
  }
  return Move(user_id, Money{-amount.minor_units}, request_id);
}

absl::StatusOr<Limit> OwnLimits::Set(UserId user_id, const NewLimit& wanted) {
  RETURN_IF_ERROR(CheckLimit(wanted));
  return store_.SetLimit(user_id, wanted, as_of_.Now());
}

absl::StatusOr<Limit> OwnLimits::Confirm(UserId user_id, const NewLimit& wanted) {
  RETURN_IF_ERROR(CheckLimit(wanted));
  return store_.ConfirmLimit(user_id, wanted, as_of_.Now());
}

absl::StatusOr<Account> OwnLimits::Exclude(UserId user_id, std::optional<int> days) {
  auto changed = store_.Exclude(user_id, days);
  accounts_.Changed(user_id);
  return changed;
}

}  // namespace fairline::accounts
