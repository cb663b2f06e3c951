#include "services/accounts/storage/pg_account_store.hpp"

#include <fmt/format.h>

#include "libs/domain/account.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/limit_rows.hpp"

namespace fairline::accounts {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::Role::kAdmin) == 9);

constexpr char kFindByName[] =
    "SELECT " ACCOUNT_COLUMNS "FROM accounts.users WHERE lower(username) = lower($1)";
constexpr char kAdminExists[] =
    "SELECT EXISTS (SELECT FROM accounts.users WHERE role = 9 AND username IS NOT NULL)";
constexpr char kLockByName[] =
    "SELECT " ACCOUNT_COLUMNS "FROM accounts.users WHERE lower(username) = lower($1) FOR UPDATE";
// In one order, so that two admins who remove each other cannot deadlock or both succeed.
constexpr char kLockAdmins[] =
    "SELECT user_id FROM accounts.users WHERE role = 9 AND username IS NOT NULL "
    "ORDER BY user_id FOR UPDATE";
constexpr char kInsertUser[] =
    "INSERT INTO accounts.users (username, password_hash, role, risk, currency, age_confirmed) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING user_id";
constexpr char kInsertEntry[] =
    "INSERT INTO accounts.journal (user_id, kind, amount_minor_units, note) "
    "VALUES ($1, $2, $3, $4)";
constexpr char kUpdatePassword[] =
    "UPDATE accounts.users SET password_hash = $3, token_version = token_version + 1 "
    "WHERE user_id = $1 AND password_hash = $2 AND username IS NOT NULL";
constexpr char kUpdateRisk[] =
    "UPDATE accounts.users SET risk = $2 WHERE user_id = $1 AND username IS NOT NULL";
constexpr char kHasEntries[] = "SELECT EXISTS (SELECT FROM accounts.journal WHERE user_id = $1)";
constexpr char kCountInUnits[] = "SELECT accounts.count_in_units($1, $2, $3, $4)";
constexpr char kUpdateUser[] =
    "UPDATE accounts.users SET username = $2, risk = $3, role = $4 WHERE user_id = $1";
constexpr char kDeleteUser[] =
    "UPDATE accounts.users SET username = NULL, password_hash = '', delete_time = now(), "
    "token_version = token_version + 1 WHERE user_id = $1";
constexpr char kInsertAudit[] =
    "INSERT INTO accounts.audit_events (actor, action, subject, detail) VALUES ($1, $2, $3, $4)";
constexpr char kListJournal[] =
    "SELECT entry_id, kind, amount_minor_units, note, "
    "(extract(epoch FROM create_time) * 1000000)::bigint FROM accounts.journal "
    "WHERE user_id = $1 AND ($2::bigint = 0 OR entry_id < $2) ORDER BY entry_id DESC LIMIT $3";
constexpr char kListOpenBets[] =
    "SELECT match_id, match_date - DATE '1970-01-01', market, outcome, line_quarters, side, "
    "odds_millionths, stake_minor_units, commission_basis_points, exposure_minor_units "
    "FROM accounts.bets WHERE user_id = $1 AND result IS NULL ORDER BY bet_id";
constexpr char kListUsers[] =
    "SELECT " ACCOUNT_COLUMNS
    "FROM accounts.users WHERE username IS NOT NULL AND ($1::bigint = 0 OR user_id < $1) "
    "ORDER BY user_id DESC LIMIT $2";
constexpr char kListAudit[] =
    "SELECT event_id, actor, action, subject, detail, "
    "(extract(epoch FROM create_time) * 1000000)::bigint FROM accounts.audit_events "
    "WHERE ($1::bigint = 0 OR event_id < $1) ORDER BY event_id DESC LIMIT $2";

absl::StatusOr<Credentials> LockByName(pqxx::work& work, const std::string& username) {
  const pqxx::result rows = work.exec_params(kLockByName, username);
  if (rows.empty()) return absl::NotFoundError("no account is called " + username);
  return ReadCredentials(rows[0]);
}

void WriteAudit(pqxx::work& work, const std::string& actor, const std::string& action,
                const std::string& subject, const std::string& detail) {
  work.exec_params0(kInsertAudit, actor, action, subject, detail);
}

// The account's row must be locked. Moves the bankroll from what it is to `target`.
void Adjust(pqxx::work& work, const Account& account, Money target, const std::string& note) {
  const Money difference = target - account.bankroll;
  if (difference.minor_units == 0) return;
  work.exec_params0(kInsertEntry, account.user_id.value, static_cast<int>(JournalKind::kAdjustment),
                    difference.minor_units, note);
}

// FailedPrecondition when `leaving` is the only admin. Locks all admins.
absl::Status CheckAnAdminStays(pqxx::work& work, UserId leaving) {
  for (const pqxx::row& row : work.exec(kLockAdmins)) {
    if (row[0].as<std::int64_t>() != leaving.value) return absl::OkStatus();
  }
  return absl::FailedPreconditionError("the last admin must stay one");
}

}  // namespace

absl::Status PgAccountStore::MayPayIn(pqxx::work& work, const Account& account, Money amount) {
  const Instant now = clock_.Now();
  return CheckMayPayIn(account, ReadLimits(work, account.user_id, {now, now}), amount, now);
}

void PgAccountStore::PrepareStatements(pqxx::connection_base& connection) {
  PrepareAccountRows(connection);
}

absl::StatusOr<Account> PgAccountStore::Create(const NewAccount& account,
                                               const std::string& request_id) {
  absl::StatusOr<Account> made = absl::InternalError("not made");
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    Repeatable request(work, 0, "sign_up", request_id,
                       fmt::format("{}\n{}\n{}\n{}", account.username, account.bankroll.minor_units,
                                   static_cast<int>(account.risk), account.currency));
    ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
    if (earlier) {
      made = Reread(work, UserId{*earlier});
      return made.status();
    }
    const pqxx::result rows = work.exec_params(
        kInsertUser, account.username, account.password_hash, static_cast<int>(account.role),
        static_cast<int>(account.risk), account.currency, account.age_confirmed);
    if (rows.empty()) {
      return FieldError(absl::StatusCode::kAlreadyExists, "username",
                        "the name is taken, choose another");
    }
    const UserId user_id{rows[0][0].as<std::int64_t>()};
    if (account.bankroll.minor_units > 0) {
      work.exec_params0(kInsertEntry, user_id.value, static_cast<int>(JournalKind::kDeposit),
                        account.bankroll.minor_units, "opening bankroll");
    }
    request.Remember(user_id.value);
    WriteAudit(work, account.username, "account_opened", account.username, "");
    made = Reread(work, user_id);
    return made.status();
  });
  RETURN_IF_ERROR(status);
  return made;
}

absl::StatusOr<std::optional<Credentials>> PgAccountStore::FindByName(const std::string& username) {
  std::optional<Credentials> found;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    const pqxx::result rows = query.exec_params(kFindByName, username);
    if (!rows.empty()) found = ReadCredentials(rows[0]);
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::optional<Credentials>> PgAccountStore::FindById(UserId user_id) {
  std::optional<Credentials> found;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    const pqxx::result rows = query.exec_prepared(kFindAccountById, user_id.value);
    if (!rows.empty()) found = ReadCredentials(rows[0]);
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<bool> PgAccountStore::AdminExists() {
  bool exists = false;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    exists = query.exec1(kAdminExists)[0].as<bool>();
    return absl::OkStatus();
  }));
  return exists;
}

absl::Status PgAccountStore::ChangePassword(UserId user_id, const std::string& current_hash,
                                            const std::string& new_hash) {
  return database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    const pqxx::result changed =
        work.exec_params(kUpdatePassword, user_id.value, current_hash, new_hash);
    if (changed.affected_rows() == 0) {
      return absl::FailedPreconditionError("the password was changed at the same time");
    }
    WriteAudit(work, locked.account.username, "password_changed", locked.account.username, "");
    return absl::OkStatus();
  });
}

absl::StatusOr<Account> PgAccountStore::SetBankroll(UserId user_id, Money bankroll,
                                                    const std::string& request_id) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    Repeatable request(work, user_id.value, "set_bankroll", request_id,
                       std::to_string(bankroll.minor_units));
    ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
    if (!earlier) {
      if (bankroll > locked.account.bankroll) {
        RETURN_IF_ERROR(MayPayIn(work, locked.account, bankroll - locked.account.bankroll));
      }
      Adjust(work, locked.account, bankroll, "set by the account");
      request.Remember(user_id.value);
    }
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<Account> PgAccountStore::AppendJournal(UserId user_id, JournalKind kind,
                                                      Money amount, const std::string& note) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    RETURN_IF_ERROR(CheckBankroll("amount", locked.account.bankroll + amount));
    work.exec_params0(kInsertEntry, user_id.value, static_cast<int>(kind), amount.minor_units,
                      note);
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<Account> PgAccountStore::SetRisk(UserId user_id, RiskLevel risk) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    work.exec_params0(kUpdateRisk, user_id.value, static_cast<int>(risk));
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<Account> PgAccountStore::SetCurrency(UserId user_id, const std::string& currency) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    const Account& account = locked.account;
    if (account.currency != currency) {
      if (FindCurrencyDigits(account.currency) &&
          work.exec_params1(kHasEntries, user_id.value)[0].as<bool>()) {
        return FieldError(absl::StatusCode::kFailedPrecondition, "currency",
                          fmt::format("the account's is {} and money has moved in it: open another "
                                      "account for another currency",
                                      account.currency));
      }
      work.exec_params(kCountInUnits, user_id.value, currency, CurrencyDigits(account.currency),
                       CurrencyDigits(currency));
      WriteAudit(work, account.username, "currency_named", account.username,
                 fmt::format("{}, before {}", currency, account.currency));
    }
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<Account> PgAccountStore::Update(const std::string& username,
                                               const UserChanges& changes,
                                               const std::string& actor) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockByName(work, username));
    const Account& account = locked.account;
    std::optional<Money> bankroll = changes.bankroll;
    if (changes.bankroll_major) {
      const auto amount = Money::FromMajorUnits(*changes.bankroll_major, account.currency);
      if (!amount.ok()) return InvalidField("new_bankroll", "is not an amount of money");
      RETURN_IF_ERROR(CheckBankroll("new_bankroll", *amount));
      bankroll = *amount;
    }
    if (bankroll && *bankroll > account.bankroll) {
      RETURN_IF_ERROR(MayPayIn(work, account, *bankroll - account.bankroll));
    }
    const Role role = changes.role.value_or(account.role);
    if (account.role == Role::kAdmin && role != Role::kAdmin) {
      RETURN_IF_ERROR(CheckAnAdminStays(work, account.user_id));
    }
    const std::string name = changes.username.value_or(account.username);
    const RiskLevel risk = changes.risk.value_or(account.risk);
    work.exec_params0(kUpdateUser, account.user_id.value, name, static_cast<int>(risk),
                      static_cast<int>(role));
    if (bankroll) Adjust(work, account, *bankroll, "set by " + actor);
    changed = Reread(work, account.user_id);
    RETURN_IF_ERROR(changed.status());
    WriteAudit(work, actor, "user_changed", account.username,
               fmt::format("name {}, role {}, risk {}, bankroll {}", name, static_cast<int>(role),
                           domain::RiskLevelName(risk), changed->bankroll.minor_units));
    return absl::OkStatus();
  });
  if (absl::IsAlreadyExists(status)) {
    return FieldError(absl::StatusCode::kAlreadyExists, "new_username",
                      "the name is taken, choose another");
  }
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<UserId> PgAccountStore::Delete(const std::string& username,
                                              const std::string& actor) {
  UserId deleted;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockByName(work, username));
    deleted = locked.account.user_id;
    if (locked.account.role == Role::kAdmin) RETURN_IF_ERROR(CheckAnAdminStays(work, deleted));
    work.exec_params0(kDeleteUser, deleted.value);
    WriteAudit(work, actor, "user_deleted", locked.account.username, "");
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return deleted;
}

absl::Status PgAccountStore::Audit(const std::string& actor, const std::string& action,
                                   const std::string& subject, const std::string& detail) {
  return database_.Transact({}, [&](pqxx::work& work) {
    WriteAudit(work, actor, action, subject, detail);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<JournalEntry>> PgAccountStore::ListJournal(UserId user_id,
                                                                      PageOfIds page) {
  std::vector<JournalEntry> entries;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row :
         query.exec_params(kListJournal, user_id.value, page.before, page.size)) {
      entries.push_back({row[0].as<std::int64_t>(), static_cast<JournalKind>(row[1].as<int>()),
                         Money{row[2].as<std::int64_t>()}, row[3].as<std::string>(),
                         storage::AsInstant(row[4])});
    }
    return absl::OkStatus();
  }));
  return entries;
}

absl::StatusOr<std::vector<OpenBet>> PgAccountStore::ListOpenBets(UserId user_id) {
  std::vector<OpenBet> bets;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row : query.exec_params(kListOpenBets, user_id.value)) {
      bets.push_back(
          {.match_id = {row[0].as<std::int64_t>()},
           .match_date = storage::AsDay(row[1]),
           .selection = {static_cast<domain::Market>(row[2].as<int>()),
                         static_cast<domain::Outcome>(row[3].as<int>()), row[4].as<int>()},
           .terms = {static_cast<domain::BetSide>(row[5].as<int>()), row[6].as<std::int64_t>(),
                     Money{row[7].as<std::int64_t>()}, row[8].as<int>()},
           .exposure = Money{row[9].as<std::int64_t>()}});
    }
    return absl::OkStatus();
  }));
  return bets;
}

absl::StatusOr<std::vector<Account>> PgAccountStore::ListUsers(PageOfIds page) {
  std::vector<Account> accounts;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row : query.exec_params(kListUsers, page.before, page.size)) {
      accounts.push_back(ReadCredentials(row).account);
    }
    return absl::OkStatus();
  }));
  return accounts;
}

absl::StatusOr<std::vector<AuditEvent>> PgAccountStore::ListAuditEvents(PageOfIds page) {
  std::vector<AuditEvent> events;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row : query.exec_params(kListAudit, page.before, page.size)) {
      events.push_back({row[0].as<std::int64_t>(), row[1].as<std::string>(),
                        row[2].as<std::string>(), row[3].as<std::string>(),
                        row[4].as<std::string>(), storage::AsInstant(row[5])});
    }
    return absl::OkStatus();
  }));
  return events;
}

}  // namespace fairline::accounts
