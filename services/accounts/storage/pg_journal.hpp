#pragma once
// The journal of all money in PostgreSQL, which the tables' triggers write for bets.

#include "libs/core/clock.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/ledger/journal.hpp"

namespace fairline::accounts {

class PgJournal final : public Journal {
 public:
  // `database` was opened with PgAccountStore::PrepareStatements; it and `clock`, real time, by
  // which limits and exclusions hold, outlive this.
  PgJournal(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  absl::StatusOr<std::vector<DayFlow>> ListFlows(UserId user_id) override;
  absl::StatusOr<Account> MoveMoney(UserId user_id, Money amount, const std::string& request_id,
                                    Instant now) override;
  absl::StatusOr<std::vector<std::string>> ListViolations() override;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace fairline::accounts
