#pragma once
// The money of accounts, as storage keeps it: every method is one transaction. Thread-safe.

#include <string>
#include <vector>

#include "services/accounts/app/identity/account.hpp"

namespace fairline::accounts {

// One day of the journal.
struct DayFlow {
  Day day;
  Money deposited;  // deposits, withdrawals, adjustments
  Money profit;     // of the bets whose result came that day
};

class Journal {
 public:
  virtual ~Journal() = default;

  // By day.
  [[nodiscard]] virtual absl::StatusOr<std::vector<DayFlow>> ListFlows(UserId user_id) = 0;
  // A deposit (above 0) or a withdrawal (below 0). FailedPrecondition when there is too little, or
  // a limit is in the way.
  [[nodiscard]] virtual absl::StatusOr<Account> MoveMoney(UserId user_id, Money amount,
                                                          const std::string& request_id,
                                                          Instant now) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> ListViolations() = 0;
};

}  // namespace fairline::accounts
