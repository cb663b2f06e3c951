#include "services/accounts/app/identity/accounts.hpp"

#include <chrono>

namespace fairline::accounts {
namespace {

// How long another replica's change of an account may go unseen when no notice of it comes.
constexpr std::chrono::seconds kRememberFor{1};
constexpr std::size_t kMaxRemembered = 100'000;

absl::Status WrongCredentials() { return absl::UnauthenticatedError("wrong username or password"); }

}  // namespace

absl::Status Accounts::EnsureAdmin(const std::optional<std::string>& password) {
  ASSIGN_OR_RETURN(const bool exists, store_.AdminExists());
  if (exists) return absl::OkStatus();
  if (!password) {
    return absl::FailedPreconditionError("there is no admin yet: set FAIRLINE_ADMIN_PASSWORD");
  }
  NewAccount admin;
  admin.username = "admin";
  admin.role = Role::kAdmin;
  admin.currency = "EUR";
  admin.age_confirmed = true;
  ASSIGN_OR_RETURN(admin.password_hash, hasher_.Hash(*password));
  const absl::Status made = store_.Create(admin, "").status();
  // Another replica starting at the same moment may have made it.
  if (absl::IsAlreadyExists(made)) {
    ASSIGN_OR_RETURN(const bool exists_now, store_.AdminExists());
    if (exists_now) return absl::OkStatus();
  }
  return WithContext(made, "cannot make the first admin");
}

absl::StatusOr<Account> Accounts::Open(const SignUpForm& request) {
  RETURN_IF_ERROR(CheckUsername("username", request.username));
  RETURN_IF_ERROR(CheckPassword("password", request.password));
  RETURN_IF_ERROR(CheckBankroll("bankroll", request.bankroll));
  RETURN_IF_ERROR(CheckCurrency("currency", request.currency));

  // A taken name is found before the costly hash, and a repeated request must know the password.
  ASSIGN_OR_RETURN(const auto taken, store_.FindByName(request.username));
  if (taken) {
    const absl::Status already = FieldError(absl::StatusCode::kAlreadyExists, "username",
                                            "the name is taken, choose another");
    if (request.request_id.empty()) return already;
    ASSIGN_OR_RETURN(const bool same, hasher_.Verify(request.password, taken->password_hash));
    if (!same) return already;
  }
  NewAccount account;
  account.username = request.username;
  account.role = new_user_role_;
  account.risk = request.risk;
  account.bankroll = request.bankroll;
  account.currency = request.currency;
  account.age_confirmed = request.age_confirmed;
  ASSIGN_OR_RETURN(account.password_hash, hasher_.Hash(request.password));
  return store_.Create(account, request.request_id);
}

absl::StatusOr<std::string> Accounts::SignIn(const std::string& username,
                                             const std::string& password,
                                             const std::string& address) {
  // What cannot be a name is not kept as one.
  const std::string name = CheckUsername("username", username).ok() ? username : "";
  RETURN_IF_ERROR(limiter_.Check(name, address));
  std::optional<Credentials> found;
  if (!name.empty()) {
    ASSIGN_OR_RETURN(found, store_.FindByName(name));
  }
  bool right = false;
  if (found) {
    ASSIGN_OR_RETURN(right, hasher_.Verify(password, found->password_hash));
  } else {
    RETURN_IF_ERROR(hasher_.VerifyNothing(password));
  }
  if (!right) {
    limiter_.Failed(name, address);
    RETURN_IF_ERROR(store_.Audit(name, "sign_in_failed", name, "from " + address));
    return WrongCredentials();
  }
  limiter_.Succeeded(name, address);
  RETURN_IF_ERROR(store_.Audit(found->account.username, "signed_in", found->account.username,
                               "from " + address));
  return tokens_.Issue(found->account.user_id, found->token_version);
}

absl::StatusOr<Credentials> Accounts::Find(UserId user_id, bool fresh) {
  const Instant now = clock_.Now();
  std::uint64_t forgotten_before = 0;
  {
    const std::lock_guard lock(remembered_mutex_);
    const auto found = remembered_.find(user_id);
    if (!fresh && found != remembered_.end() && now < found->second.until) {
      return found->second.credentials;
    }
    forgotten_before = forgotten_;
  }
  ASSIGN_OR_RETURN(auto stored, store_.FindById(user_id));
  if (!stored) return absl::NotFoundError("no such account");
  const std::lock_guard lock(remembered_mutex_);
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  if (forgotten_ == forgotten_before) {
    remembered_.insert_or_assign(user_id, Remembered{*stored, now + kRememberFor});
  }
  return *std::move(stored);
}

void Accounts::Forget(UserId user_id) {
  const std::lock_guard lock(remembered_mutex_);
  remembered_.erase(user_id);
  ++forgotten_;
}

void Accounts::ForgetAll() {
  const std::lock_guard lock(remembered_mutex_);
  remembered_.clear();
  ++forgotten_;
}

void Accounts::Changed(UserId user_id) {
  Forget(user_id);
  notices_.Publish(user_id);
}

void Accounts::ManyChanged() {
  ForgetAll();
  notices_.PublishAll();
}

absl::StatusOr<SignedIn> Accounts::Authenticate(const std::string& token, bool fresh) {
  ASSIGN_OR_RETURN(const SessionClaims claims, tokens_.Verify(token));
  auto found = Find(claims.user_id, fresh);
  if (absl::IsNotFound(found.status()) ||
      (found.ok() && found->token_version != claims.token_version)) {
    return absl::UnauthenticatedError("the token was revoked; sign in again");
  }
  RETURN_IF_ERROR(found.status());
  return SignedIn{std::move(found->account), claims.session};
}

absl::StatusOr<Account> Accounts::Get(UserId user_id) {
  ASSIGN_OR_RETURN(Credentials found, Find(user_id));
  return std::move(found.account);
}

absl::Status Accounts::ChangePassword(UserId user_id, const std::string& current,
                                      const std::string& replacement) {
  RETURN_IF_ERROR(CheckPassword("new_password", replacement));
  ASSIGN_OR_RETURN(const auto stored, store_.FindById(user_id));
  if (!stored) return absl::NotFoundError("no such account");
  // A stolen token must not allow guessing either.
  const std::string& name = stored->account.username;
  RETURN_IF_ERROR(limiter_.Check(name, "change of password"));
  ASSIGN_OR_RETURN(const bool right, hasher_.Verify(current, stored->password_hash));
  if (!right) {
    limiter_.Failed(name, "change of password");
    return FieldError(absl::StatusCode::kUnauthenticated, "current_password", "is wrong");
  }
  limiter_.Succeeded(name, "change of password");
  ASSIGN_OR_RETURN(const std::string hash, hasher_.Hash(replacement));
  const absl::Status changed = store_.ChangePassword(user_id, stored->password_hash, hash);
  Changed(user_id);
  return changed;
}

absl::StatusOr<Account> Accounts::SetBankroll(UserId user_id, Money bankroll,
                                              const std::string& request_id) {
  RETURN_IF_ERROR(CheckBankroll("bankroll", bankroll));
  auto changed = store_.SetBankroll(user_id, bankroll, request_id);
  Changed(user_id);
  return changed;
}

absl::StatusOr<Account> Accounts::SetRisk(UserId user_id, RiskLevel risk) {
  auto changed = store_.SetRisk(user_id, risk);
  Changed(user_id);
  return changed;
}

absl::StatusOr<Account> Accounts::SetCurrency(UserId user_id, const std::string& currency) {
  RETURN_IF_ERROR(CheckCurrency("currency", currency));
  auto changed = store_.SetCurrency(user_id, currency);
  Changed(user_id);
  return changed;
}

absl::StatusOr<std::vector<OpenBet>> Accounts::ListOpenBets(const Account& account) {
  if (account.open_exposure.minor_units <= 0) return std::vector<OpenBet>();
  return store_.ListOpenBets(account.user_id);
}

absl::StatusOr<std::vector<JournalEntry>> Accounts::ListJournal(UserId user_id, PageOfIds page) {
  return store_.ListJournal(user_id, page);
}

absl::StatusOr<Account> Accounts::Update(const std::string& username, const UserChanges& changes,
                                         const std::string& actor) {
  if (changes.username) RETURN_IF_ERROR(CheckUsername("new_username", *changes.username));
  if (changes.bankroll) RETURN_IF_ERROR(CheckBankroll("new_bankroll", *changes.bankroll));
  auto changed = store_.Update(username, changes, actor);
  if (changed.ok()) Changed(changed->user_id);
  return changed;
}

absl::Status Accounts::Delete(const std::string& username, const std::string& actor) {
  ASSIGN_OR_RETURN(const UserId deleted, store_.Delete(username, actor));
  Changed(deleted);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Account>> Accounts::ListUsers(PageOfIds page) {
  return store_.ListUsers(page);
}

absl::StatusOr<std::vector<AuditEvent>> Accounts::ListAuditEvents(PageOfIds page) {
  return store_.ListAuditEvents(page);
}

}  // namespace fairline::accounts
