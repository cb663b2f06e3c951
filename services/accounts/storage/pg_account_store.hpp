#pragma once
// Accounts in PostgreSQL, schema "accounts" (migrations/V001).

#include <memory>

#include "libs/core/clock.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/identity/account_store.hpp"

namespace fairline::accounts {

class PgAccountStore final : public AccountStore {
 public:
  // The newest migration that the statements here need.
  static constexpr int kSchemaVersion = 7;

  // For Database::Open.
  static void PrepareStatements(pqxx::connection_base& connection);

  // `database` was opened with PrepareStatements; it and `clock`, real time, outlive this.
  PgAccountStore(storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  absl::StatusOr<Account> Create(const NewAccount& account, const std::string& request_id) override;
  absl::StatusOr<std::optional<Credentials>> FindByName(const std::string& username) override;
  absl::StatusOr<std::optional<Credentials>> FindById(UserId user_id) override;
  absl::StatusOr<bool> AdminExists() override;
  absl::Status ChangePassword(UserId user_id, const std::string& current_hash,
                              const std::string& new_hash) override;
  absl::StatusOr<Account> SetBankroll(UserId user_id, Money bankroll,
                                      const std::string& request_id) override;
  absl::StatusOr<Account> AppendJournal(UserId user_id, JournalKind kind, Money amount,
                                        const std::string& note) override;
  absl::StatusOr<Account> SetRisk(UserId user_id, RiskLevel risk) override;
  absl::StatusOr<Account> SetCurrency(UserId user_id, const std::string& currency) override;
  absl::StatusOr<Account> Update(const std::string& username, const UserChanges& changes,
                                 const std::string& actor) override;
  absl::StatusOr<UserId> Delete(const std::string& username, const std::string& actor) override;
  absl::Status Audit(const std::string& actor, const std::string& action,
                     const std::string& subject, const std::string& detail) override;
  absl::StatusOr<std::vector<JournalEntry>> ListJournal(UserId user_id, PageOfIds page) override;
  absl::StatusOr<std::vector<OpenBet>> ListOpenBets(UserId user_id) override;
  absl::StatusOr<std::vector<Account>> ListUsers(PageOfIds page) override;
  absl::StatusOr<std::vector<AuditEvent>> ListAuditEvents(PageOfIds page) override;

 private:
  [[nodiscard]] absl::Status MayPayIn(pqxx::work& work, const Account& account, Money amount);

  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace fairline::accounts
