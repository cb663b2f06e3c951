#pragma once
// The use cases of money that an account moves, and of the limits that it sets itself. Thread-safe.

#include <optional>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "services/accounts/app/identity/accounts.hpp"
#include "services/accounts/app/ledger/journal.hpp"
#include "services/accounts/app/ledger/limit_store.hpp"

namespace fairline::accounts {

class OwnLimits {
 public:
  // Everything given outlives this. `as_of` is what is known.
  OwnLimits(LimitStore& store, Journal& journal, Accounts& accounts, const Clock& as_of)
      : store_(store), journal_(journal), accounts_(accounts), as_of_(as_of) {}

  // For the errors see Journal and LimitStore.
  [[nodiscard]] absl::StatusOr<Account> Deposit(UserId user_id, Money amount,
                                                const std::string& request_id);
  [[nodiscard]] absl::StatusOr<Account> Withdraw(UserId user_id, Money amount,
                                                 const std::string& request_id);
  [[nodiscard]] absl::StatusOr<std::vector<Limit>> List(UserId user_id) {
    return store_.ListLimits(user_id, as_of_.Now());
  }
  [[nodiscard]] absl::StatusOr<Limit> Set(UserId user_id, const NewLimit& wanted);
  [[nodiscard]] absl::StatusOr<Limit> Confirm(UserId user_id, const NewLimit& wanted);
  // Absent days: for good.
  [[nodiscard]] absl::StatusOr<Account> Exclude(UserId user_id, std::optional<int> days);

 private:
  [[nodiscard]] absl::StatusOr<Account> Move(UserId user_id, Money amount,
                                             const std::string& request_id);

  LimitStore& store_;
  Journal& journal_;
  Accounts& accounts_;
  const Clock& as_of_;
};

}  // namespace fairline::accounts
