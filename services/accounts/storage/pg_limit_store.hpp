#pragma once
// Limits and self-exclusions in PostgreSQL.

#include "libs/core/clock.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/ledger/limit_store.hpp"

namespace fairline::accounts {

class PgLimitStore final : public LimitStore {
 public:
  // `database` was opened with PgAccountStore::PrepareStatements; it and `clock`, real time, by
  // which limits and exclusions hold, outlive this.
  PgLimitStore(storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  absl::StatusOr<std::vector<Limit>> ListLimits(UserId user_id, Instant now) override;
  absl::StatusOr<Limit> SetLimit(UserId user_id, const NewLimit& wanted, Instant now) override;
  absl::StatusOr<Limit> ConfirmLimit(UserId user_id, const NewLimit& wanted, Instant now) override;
  absl::StatusOr<Account> Exclude(UserId user_id, std::optional<int> days) override;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace fairline::accounts
