#pragma once
// The use cases of accounts: opening, signing in, changing, administering. Thread-safe.

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/core/clock.hpp"
#include "services/accounts/app/identity/account_store.hpp"
#include "services/accounts/app/identity/change_notices.hpp"
#include "services/accounts/app/identity/password_hasher.hpp"
#include "services/accounts/app/identity/session_tokens.hpp"
#include "services/accounts/app/identity/sign_in_limiter.hpp"

namespace fairline::accounts {

struct SignUpForm {
  std::string request_id;  // empty: not repeatable
  std::string username;
  std::string password;
  Money bankroll;
  RiskLevel risk = RiskLevel::kLow;
  std::string currency = "EUR";
  bool age_confirmed = false;
};

struct SignedIn {
  Account account;
  std::string session;  // names the sign-in in logs
};

class Accounts {
 public:
  // Everything given outlives this. `clock` is real time. New accounts get `new_user_role`.
  Accounts(AccountStore& store, PasswordHasher& hasher, const SessionTokens& tokens,
           SignInLimiter& limiter, ChangeNotices& notices, const Clock& clock, Role new_user_role)
      : store_(store),
        hasher_(hasher),
        tokens_(tokens),
        limiter_(limiter),
        notices_(notices),
        clock_(clock),
        new_user_role_(new_user_role) {}

  // Makes the account `admin` when no admin exists; does nothing otherwise. FailedPrecondition when
  // one must be made and there is no password.
  [[nodiscard]] absl::Status EnsureAdmin(const std::optional<std::string>& password);

  // Errors: InvalidArgument naming the field; AlreadyExists for a taken name.
  [[nodiscard]] absl::StatusOr<Account> Open(const SignUpForm& request);

  // A bearer token. Unauthenticated, in the same words and time, for a wrong password and an
  // unknown name; ResourceExhausted after too many failures from `address`.
  [[nodiscard]] absl::StatusOr<std::string> SignIn(const std::string& username,
                                                   const std::string& password,
                                                   const std::string& address);

  // Who a bearer token belongs to, as the account stands now. A change made through this object is
  // seen at once; one made by another replica when its notice comes, and after a second without
  // one. `fresh`: whatever is remembered, the account is read.
  [[nodiscard]] absl::StatusOr<SignedIn> Authenticate(const std::string& token, bool fresh = false);

  [[nodiscard]] absl::StatusOr<Account> Get(UserId user_id);
  // To be called when something else here has changed the account: forgets it and tells the other
  // replicas.
  void Changed(UserId user_id);
  void ManyChanged();
  // What is remembered is read anew: another replica has changed it.
  void Forget(UserId user_id);
  void ForgetAll();
  // Unauthenticated when `current` is wrong. All older tokens stop working.
  [[nodiscard]] absl::Status ChangePassword(UserId user_id, const std::string& current,
                                            const std::string& replacement);
  [[nodiscard]] absl::StatusOr<Account> SetBankroll(UserId user_id, Money bankroll,
                                                    const std::string& request_id);
  [[nodiscard]] absl::StatusOr<Account> SetRisk(UserId user_id, RiskLevel risk);
  // InvalidArgument for what is no currency; otherwise as AccountStore::SetCurrency.
  [[nodiscard]] absl::StatusOr<Account> SetCurrency(UserId user_id, const std::string& currency);
  [[nodiscard]] absl::StatusOr<std::vector<JournalEntry>> ListJournal(UserId user_id,
                                                                      PageOfIds page);
  // Asks the store only when something is at risk.
  [[nodiscard]] absl::StatusOr<std::vector<OpenBet>> ListOpenBets(const Account& account);

  // By the admin `actor`.
  [[nodiscard]] absl::StatusOr<Account> Update(const std::string& username,
                                               const UserChanges& changes,
                                               const std::string& actor);
  [[nodiscard]] absl::Status Delete(const std::string& username, const std::string& actor);
  [[nodiscard]] absl::StatusOr<std::vector<Account>> ListUsers(PageOfIds page);
  [[nodiscard]] absl::StatusOr<std::vector<AuditEvent>> ListAuditEvents(PageOfIds page);

 private:
  struct Remembered {
    Credentials credentials;
    Instant until;
  };
  [[nodiscard]] absl::StatusOr<Credentials> Find(UserId user_id, bool fresh = false);

  AccountStore& store_;
  PasswordHasher& hasher_;
  const SessionTokens& tokens_;
  SignInLimiter& limiter_;
  ChangeNotices& notices_;
  const Clock& clock_;
  const Role new_user_role_;

  std::mutex remembered_mutex_;
  std::unordered_map<UserId, Remembered> remembered_;
  std::uint64_t forgotten_ = 0;  // changes seen; a read that began before one is not remembered
};

}  // namespace fairline::accounts
