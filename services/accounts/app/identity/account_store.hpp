#pragma once
// What the accounts use cases need from storage. Every method is one transaction; a change and its
// audit event, and the effect of a request id, commit together or not at all. Thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/page.hpp"
#include "services/accounts/app/identity/account.hpp"

namespace fairline::accounts {

struct NewAccount {
  std::string username;
  std::string password_hash;
  Role role = Role::kFree;
  RiskLevel risk = RiskLevel::kLow;
  Money bankroll;
  std::string currency;
  bool age_confirmed = false;  // the old sign-up route does not ask
};

struct UserChanges {
  std::optional<std::string> username;
  std::optional<Money> bankroll;
  std::optional<double> bankroll_major;  // the same in units of the account's currency
  std::optional<RiskLevel> risk;
  std::optional<Role> role;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // AlreadyExists when the name is taken (names differ by more than case) or, with a request id,
  // when that id made another account. A repeated request id answers the account that it made.
  [[nodiscard]] virtual absl::StatusOr<Account> Create(const NewAccount& account,
                                                       const std::string& request_id) = 0;

  // Absent (not an error) when there is no such account.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Credentials>> FindByName(
      const std::string& username) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<Credentials>> FindById(UserId user_id) = 0;
  [[nodiscard]] virtual absl::StatusOr<bool> AdminExists() = 0;

  // Replaces the hash if it is still `current_hash` and revokes all tokens; Aborted otherwise.
  [[nodiscard]] virtual absl::Status ChangePassword(UserId user_id, const std::string& current_hash,
                                                    const std::string& new_hash) = 0;
  // One adjustment entry in the journal that brings the bankroll to `bankroll`. A repeated request
  // id changes nothing; AlreadyExists when it was used for another amount.
  [[nodiscard]] virtual absl::StatusOr<Account> SetBankroll(UserId user_id, Money bankroll,
                                                            const std::string& request_id) = 0;
  // Adds one entry; FailedPrecondition when the bankroll would fall below 0.
  [[nodiscard]] virtual absl::StatusOr<Account> AppendJournal(UserId user_id, JournalKind kind,
                                                              Money amount,
                                                              const std::string& note) = 0;
  [[nodiscard]] virtual absl::StatusOr<Account> SetRisk(UserId user_id, RiskLevel risk) = 0;
  // Counts what the account has in units of `currency`, a known one, so that it shows what it
  // showed. FailedPrecondition when the account's own is known and money has moved.
  [[nodiscard]] virtual absl::StatusOr<Account> SetCurrency(UserId user_id,
                                                            const std::string& currency) = 0;

  // By an admin. NotFound; AlreadyExists for a taken name; FailedPrecondition when no admin would
  // be left.
  [[nodiscard]] virtual absl::StatusOr<Account> Update(const std::string& username,
                                                       const UserChanges& changes,
                                                       const std::string& actor) = 0;
  // Frees the name, forgets the password, revokes all tokens; the journal stays. The id of who was
  // deleted.
  [[nodiscard]] virtual absl::StatusOr<UserId> Delete(const std::string& username,
                                                      const std::string& actor) = 0;

  [[nodiscard]] virtual absl::Status Audit(const std::string& actor, const std::string& action,
                                           const std::string& subject,
                                           const std::string& detail) = 0;

  [[nodiscard]] virtual absl::StatusOr<std::vector<JournalEntry>> ListJournal(UserId user_id,
                                                                              PageOfIds page) = 0;
  // Oldest first.
  [[nodiscard]] virtual absl::StatusOr<std::vector<OpenBet>> ListOpenBets(UserId user_id) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<Account>> ListUsers(PageOfIds page) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<AuditEvent>> ListAuditEvents(PageOfIds page) = 0;
};

}  // namespace fairline::accounts
