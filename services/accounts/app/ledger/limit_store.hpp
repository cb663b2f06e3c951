#pragma once
// What the use cases of limits need from storage. Every method is one transaction and locks the
// account that it changes. Thread-safe.

#include <optional>
#include <vector>

#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/ledger/limits.hpp"

namespace fairline::accounts {

class LimitStore {
 public:
  virtual ~LimitStore() = default;

  [[nodiscard]] virtual absl::StatusOr<std::vector<Limit>> ListLimits(UserId user_id,
                                                                      Instant now) = 0;
  // A lower limit holds at once; a higher one is asked for, and asking again changes nothing.
  [[nodiscard]] virtual absl::StatusOr<Limit> SetLimit(UserId user_id, const NewLimit& wanted,
                                                       Instant now) = 0;
  // Errors are those of CheckMayConfirm, and PermissionDenied while excluded. Confirming again
  // changes nothing.
  [[nodiscard]] virtual absl::StatusOr<Limit> ConfirmLimit(UserId user_id, const NewLimit& wanted,
                                                           Instant now) = 0;
  [[nodiscard]] virtual absl::StatusOr<Account> Exclude(UserId user_id,
                                                        std::optional<int> days) = 0;
};

}  // namespace fairline::accounts
