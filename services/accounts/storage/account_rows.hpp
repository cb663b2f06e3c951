#pragma once
// Rows of accounts, and requests that are done once: what the stores here share.

#include <optional>
#include <string>

#include <pqxx/pqxx>

#include "libs/storage/values.hpp"
#include "services/accounts/app/identity/account.hpp"

// Every query of accounts selects these, in this order; ReadCredentials reads them.
#define ACCOUNT_COLUMNS                                                                  \
  "user_id, username, role, risk, bankroll_minor_units, currency, "                      \
  "(extract(epoch FROM create_time) * 1000000)::bigint, password_hash, token_version, "  \
  "open_exposure_minor_units, (extract(epoch FROM exclusion_start) * 1000000)::bigint, " \
  "(extract(epoch FROM excluded_until) * 1000000)::bigint "

namespace fairline::accounts {

// The prepared statement that finds an account by its id; for PrepareAccountRows.
inline constexpr char kFindAccountById[] = "find_account_by_id";
void PrepareAccountRows(pqxx::connection_base& connection);

[[nodiscard]] Credentials ReadCredentials(const pqxx::row& row);
[[nodiscard]] absl::Status NoSuchAccount();

// Locks the account until the transaction ends. NotFound.
[[nodiscard]] absl::StatusOr<Credentials> LockById(pqxx::work& work, UserId user_id);
// As it stands now, in the same transaction.
[[nodiscard]] absl::StatusOr<Account> Reread(pqxx::work& work, UserId user_id);

// One request under its id: what it made when it was done before, nothing when it is new. Key and
// effect commit together.
class Repeatable {
 public:
  // `what` is all that was asked: the same id with something else is refused. An empty id repeats
  // nothing.
  Repeatable(pqxx::work& work, std::int64_t user_id, std::string method, std::string request_id,
             const std::string& what);

  // AlreadyExists when the id was used for something else. Waits for a request with the same id.
  [[nodiscard]] absl::StatusOr<std::optional<std::int64_t>> Earlier();
  void Remember(std::int64_t result);

 private:
  pqxx::work& work_;
  const std::int64_t user_id_;
  const std::string method_;
  const std::string request_id_;
  const std::string fingerprint_;
};

}  // namespace fairline::accounts
