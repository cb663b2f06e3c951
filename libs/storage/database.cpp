#include "libs/storage/database.hpp"

#include <fmt/format.h>

#include "libs/core/call_scope.hpp"
#include "libs/core/no_room.hpp"

namespace fairline::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

// Of what is done for no call, or for one without an end.
constexpr std::chrono::minutes kLongest{15};
// The server's own time-out comes first, and leaves the connection whole.
constexpr milliseconds kGrace{100};
// A lock is waited for during this part of the time that is left.
constexpr int kLockShare = 4;

constexpr std::chrono::milliseconds kCheckAnswering{2500};
constexpr std::chrono::milliseconds kCheckWriting{3000};
constexpr std::chrono::seconds kBetweenWriteChecks{2};
// A write that failed is news for this long, whatever the check says.
constexpr std::chrono::seconds kWriteFailureCounts{5};

constexpr char kReadOnly[] = "SELECT current_setting('transaction_read_only')::bool";
// Committed as any change is. In so little memory the rows of the series go to a temporary file,
// and a full disk has no room for it.
constexpr char kWriteNothing[] =
    "SET LOCAL work_mem = '64kB';"
    "SELECT pg_logical_emit_message(true, 'fairline', ''), count(*) "
    "FROM generate_series(1, 10000)";

Moment DeadlineOf(const TransactionOptions& options) {
  const Moment now = system_clock::now();
  const CallScope* scope = CallScope::Current();
  Moment deadline = Moment::max();
  if (scope != nullptr) deadline = scope->deadline();
  if (options.deadline) deadline = *options.deadline;
  return deadline < now + std::chrono::hours(24) ? deadline : now + kLongest;
}

absl::Status TooLate() {
  return absl::DeadlineExceededError("the database did not answer in the time for this call");
}

std::string Settings(const TransactionOptions& options, milliseconds left) {
  std::string settings;
  if (options.read_only) settings += "SET TRANSACTION READ ONLY;";
  if (options.as_of) {
    settings += fmt::format("SET LOCAL fairline.as_of = '{}';", FormatInstant(*options.as_of));
  }
  const auto lock = std::max<std::int64_t>(1, left.count() / kLockShare);
  settings += fmt::format("SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}",
                          left.count(), lock);
  return settings;
}

// "schema.schema_migrations" is written by fairline-migrate (deploy/migrations).
absl::Status CheckSchemaVersion(pqxx::connection_base& connection, const DatabaseConfig& config) {
  pqxx::nontransaction query(connection);
  const std::string sql =
      fmt::format("SELECT coalesce(max(version), 0) FROM {}.schema_migrations", config.schema);
  int version = 0;
  try {
    version = query.exec1(sql)[0].as<int>();
  } catch (const pqxx::undefined_table&) {
    version = 0;
  }
  if (version < config.required_version) {
    return absl::FailedPreconditionError(
        fmt::format("schema \"{}\" is at version {}, this service needs {}: run fairline-migrate",
                    config.schema, version, config.required_version));
  }
  return absl::OkStatus();
}

}  // namespace

DatabaseConfig DatabaseConfig::Read(config::Environment& env, std::string schema,
                                    int required_version) {
  DatabaseConfig config;
  config.url = env.Secret("FAIRLINE_DATABASE_URL", "libpq connection string of the service's role");
  config.pool_size = static_cast<int>(
      env.Integer("FAIRLINE_DATABASE_POOL", "connections to PostgreSQL at most", 8, 1, 100));
  config.schema = std::move(schema);
  config.required_version = required_version;
  return config;
}

Database::Database(DatabaseConfig config, Prepare prepare)
    : config_(std::move(config)), prepare_(std::move(prepare)), pool_(config_.pool_size) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseConfig config, Prepare prepare) {
  std::unique_ptr<Database> database(new Database(std::move(config), std::move(prepare)));
  // The version is checked before statements are prepared: on an older schema they would fail.
  try {
    Connection connection(database->config_.url);
    const Watch::Guard guard(database->watch_, connection, system_clock::now() + kLongest);
    RETURN_IF_ERROR(CheckSchemaVersion(connection, database->config_));
  } catch (...) {
    return StatusOfException();
  }
  return database;
}

absl::StatusOr<std::unique_ptr<Connection>> Database::Connect() {
  try {
    auto connection = std::make_unique<Connection>(config_.url);
    if (prepare_) prepare_(*connection);
    return connection;
  } catch (...) {
    return StatusOfException();
  }
}

absl::StatusOr<std::unique_ptr<Pool::Lease>> Database::Take(Moment deadline) {
  deadline = std::min(deadline, watch_.end());
  const CallScope* scope = CallScope::Current();
  ASSIGN_OR_RETURN(auto lease, pool_.Take(scope == nullptr ? "" : scope->caller(), deadline));
  if (!lease->connection) {
    const OpenBy in_time(deadline);
    ASSIGN_OR_RETURN(lease->connection, Connect());
  }
  return lease;
}

absl::Status Database::Failed(const Watch::Guard& guard, Pool::Lease& lease) {
  const Failure failure = FailureOfException();
  if (failure.cannot_write) write_failed_ = std::chrono::steady_clock::now();
  if (failure.connection_lost) lease.connection->Cut();
  return guard.cut() ? TooLate() : failure.status;
}

absl::Status Database::Transact(const TransactionOptions& options,
                                const std::function<absl::Status(pqxx::work&)>& work) {
  absl::Status status;
  for (int attempt = 0; attempt < 3; ++attempt) {
    status = TransactOnce(options, work);
    if (status.code() != absl::StatusCode::kAborted) break;
  }
  return status;
}

absl::Status Database::TransactOnce(const TransactionOptions& options,
                                    const std::function<absl::Status(pqxx::work&)>& work) {
  const Moment deadline = DeadlineOf(options);
  if (deadline <= system_clock::now()) return TooLate();
  ASSIGN_OR_RETURN(const auto lease, Take(deadline));
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - system_clock::now());
  if (left.count() <= 0) return TooLate();
  const Watch::Guard guard(watch_, *lease->connection, deadline + kGrace);
  try {
    pqxx::work transaction(*lease->connection);
    transaction.exec(Settings(options, left));
    RETURN_IF_ERROR(work(transaction));
    transaction.commit();
    return absl::OkStatus();
  } catch (...) {
    return Failed(guard, *lease);
  }
}

absl::Status Database::Read(const std::function<absl::Status(pqxx::nontransaction&)>& work) {
  const Moment deadline = DeadlineOf({});
  if (deadline <= system_clock::now()) return TooLate();
  ASSIGN_OR_RETURN(const auto lease, Take(deadline));
  const Watch::Guard guard(watch_, *lease->connection, deadline + kGrace);
  try {
    pqxx::nontransaction query(*lease->connection);
    return work(query);
  } catch (...) {
    return Failed(guard, *lease);
  }
}

absl::Status Database::CheckHealth() {
  const std::lock_guard lock(checking_);
  std::optional<QuietErrors> quiet;
  if (!health_.ok()) quiet.emplace();
  health_ = Check();
  return health_;
}

absl::Status Database::Check() {
  const OpenBy in_time(system_clock::now() + kCheckAnswering);
  if (!check_connection_) {
    ASSIGN_OR_RETURN(check_connection_, Connect());
  }
  absl::Status status = CheckAnswering(*check_connection_);
  const Steady now = std::chrono::steady_clock::now();
  if (status.ok() && now >= next_write_check_) {
    writing_ = CheckWriting(*check_connection_);
    next_write_check_ = writing_.ok() ? now + kBetweenWriteChecks : now;
  }
  if (!check_connection_->Usable()) check_connection_.reset();
  if (status.ok()) status = writing_;
  if (status.ok() && now < write_failed_.load() + kWriteFailureCounts) {
    return NoRoomError("the database could not take a change just now");
  }
  return status;
}

absl::Status Database::CheckAnswering(Connection& connection) {
  const Watch::Guard guard(watch_, connection, system_clock::now() + kCheckAnswering);
  try {
    pqxx::nontransaction query(connection);
    if (query.exec1(kReadOnly)[0].as<bool>()) {
      return absl::UnavailableError("the database takes no changes just now");
    }
    return absl::OkStatus();
  } catch (...) {
    const absl::Status status = StatusOfException();
    return guard.cut() ? absl::UnavailableError("the database does not answer") : status;
  }
}

absl::Status Database::CheckWriting(Connection& connection) {
  const Watch::Guard guard(watch_, connection, system_clock::now() + kCheckWriting);
  try {
    pqxx::work transaction(connection);
    transaction.exec(kWriteNothing);
    transaction.commit();
    return absl::OkStatus();
  } catch (...) {
    const absl::Status status = StatusOfException();
    return guard.cut() ? absl::UnavailableError("the database does not finish a change") : status;
  }
}

}  // namespace fairline::storage
