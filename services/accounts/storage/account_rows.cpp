#include "services/accounts/storage/account_rows.hpp"

#include "libs/core/sha256.hpp"

namespace fairline::accounts {
namespace {

constexpr char kFindById[] =
    "SELECT " ACCOUNT_COLUMNS "FROM accounts.users WHERE user_id = $1 AND username IS NOT NULL";
constexpr char kLockById[] =
    "SELECT " ACCOUNT_COLUMNS
    "FROM accounts.users WHERE user_id = $1 AND username IS NOT NULL FOR UPDATE";
constexpr char kInsertKey[] =
    "INSERT INTO accounts.idempotency_keys (user_id, method, request_id, fingerprint, result_id) "
    "VALUES ($1, $2, $3, $4, $5)";
constexpr char kFindKey[] =
    "SELECT fingerprint, result_id FROM accounts.idempotency_keys "
    "WHERE user_id = $1 AND method = $2 AND request_id = $3";
// Two requests with one id wait for each other instead of failing.
constexpr char kLockKey[] =
    "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 0))";

}  // namespace

void PrepareAccountRows(pqxx::connection_base& connection) {
  connection.prepare(kFindAccountById, kFindById);
}

Credentials ReadCredentials(const pqxx::row& row) {
  Credentials found;
  found.account.user_id = UserId{row[0].as<std::int64_t>()};
  found.account.username = row[1].as<std::string>();
  found.account.role = static_cast<Role>(row[2].as<int>());
  found.account.risk = static_cast<RiskLevel>(row[3].as<int>());
  found.account.bankroll = Money{row[4].as<std::int64_t>()};
  found.account.currency = row[5].as<std::string>();
  found.account.create_time = storage::AsInstant(row[6]);
  found.password_hash = row[7].as<std::string>();
  found.token_version = row[8].as<std::int32_t>();
  found.account.open_exposure = Money{row[9].as<std::int64_t>()};
  found.account.exclusion_start = storage::AsOptionalInstant(row[10]);
  found.account.excluded_until = storage::AsOptionalInstant(row[11]);
  return found;
}

absl::Status NoSuchAccount() { return absl::NotFoundError("no such account"); }

absl::StatusOr<Credentials> LockById(pqxx::work& work, UserId user_id) {
  const pqxx::result rows = work.exec_params(kLockById, user_id.value);
  if (rows.empty()) return NoSuchAccount();
  return ReadCredentials(rows[0]);
}

absl::StatusOr<Account> Reread(pqxx::work& work, UserId user_id) {
  const pqxx::result rows = work.exec_prepared(kFindAccountById, user_id.value);
  if (rows.empty()) return NoSuchAccount();
  return ReadCredentials(rows[0]).account;
}

Repeatable::Repeatable(pqxx::work& work, std::int64_t user_id, std::string method,
                       std::string request_id, const std::string& what)
    : work_(work),
      user_id_(user_id),
      method_(std::move(method)),
      request_id_(std::move(request_id)),
      fingerprint_(Sha256Hex(what)) {}

absl::StatusOr<std::optional<std::int64_t>> Repeatable::Earlier() {
  if (request_id_.empty()) return std::optional<std::int64_t>();
  if (request_id_.size() > 128) return InvalidField("request_id", "must have at most 128 bytes");
  work_.exec_params(kLockKey, std::to_string(user_id_), method_, request_id_);
  const pqxx::result rows = work_.exec_params(kFindKey, user_id_, method_, request_id_);
  if (rows.empty()) return std::optional<std::int64_t>();
  if (rows[0][0].as<std::string>() != fingerprint_) {
    return FieldError(absl::StatusCode::kAlreadyExists, "request_id",
                      "was used for another request");
  }
  return std::optional(rows[0][1].as<std::int64_t>());
}

void Repeatable::Remember(std::int64_t result) {
  if (request_id_.empty()) return;
  work_.exec_params0(kInsertKey, user_id_, method_, request_id_, fingerprint_, result);
}

}  // namespace fairline::accounts
