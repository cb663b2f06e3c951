#include "libs/storage/database.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kWaitForConnection{10000};

// "schema.schema_migrations" is written by fairline-migrate (deploy/migrations).
absl::Status CheckSchemaVersion(pqxx::connection& connection, const DatabaseConfig& config) {
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

absl::Status StatusOfException() {
  try {
    throw;
  } catch (const pqxx::sql_error& error) {
    const std::string state = error.sqlstate();
    if (state == "40001" || state == "40P01") return absl::AbortedError(error.what());
    if (state == "23505") return absl::AlreadyExistsError(error.what());
    if (state == "57014") return absl::DeadlineExceededError(error.what());
    if (state.starts_with("08") || state.starts_with("57P")) {
      return absl::UnavailableError(error.what());
    }
    return absl::InternalError(
        fmt::format("{} [{}] in: {}", error.what(), state, error.query().substr(0, 200)));
  } catch (const pqxx::in_doubt_error& error) {
    // The connection was lost while committing: whether it did, the request's id tells when it is
    // asked again.
    return absl::UnavailableError(fmt::format("database: {}", error.what()));
  } catch (const pqxx::broken_connection& error) {
    return absl::UnavailableError(fmt::format("database: {}", error.what()));
  } catch (const std::exception& error) {
    return absl::InternalError(fmt::format("database: {}", error.what()));
  }
}

// A connection taken from the pool for a while. A broken one is dropped, not returned.
class Database::Lease {
 public:
  static absl::StatusOr<std::unique_ptr<Lease>> Take(Database& database) {
    std::unique_lock lock(database.mutex_);
    const bool free = database.returned_.wait_for(lock, kWaitForConnection, [&] {
      return !database.idle_.empty() || database.open_ < database.config_.pool_size;
    });
    if (!free) return absl::ResourceExhaustedError("database: all connections are in use");
    std::unique_ptr<pqxx::connection> connection;
    if (!database.idle_.empty()) {
      connection = std::move(database.idle_.back());
      database.idle_.pop_back();
    } else {
      ++database.open_;
    }
    lock.unlock();
    auto lease = std::unique_ptr<Lease>(new Lease(database, std::move(connection)));
    if (!lease->connection_) {
      ASSIGN_OR_RETURN(lease->connection_, database.Connect());
    }
    return lease;
  }

  ~Lease() {
    const std::lock_guard lock(database_.mutex_);
    if (connection_ && connection_->is_open() && !broken_) {
      database_.idle_.push_back(std::move(connection_));
    } else {
      --database_.open_;
    }
    database_.returned_.notify_one();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  pqxx::connection& connection() { return *connection_; }
  void MarkBroken() { broken_ = true; }

 private:
  Lease(Database& database, std::unique_ptr<pqxx::connection> connection)
      : database_(database), connection_(std::move(connection)) {}

  Database& database_;
  std::unique_ptr<pqxx::connection> connection_;
  bool broken_ = false;
};

Database::Database(DatabaseConfig config, Prepare prepare)
    : config_(std::move(config)), prepare_(std::move(prepare)) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseConfig config, Prepare prepare) {
  std::unique_ptr<Database> database(new Database(std::move(config), std::move(prepare)));
  // The version is checked before statements are prepared: on an older schema they would fail.
  try {
    pqxx::connection connection(database->config_.url);
    RETURN_IF_ERROR(CheckSchemaVersion(connection, database->config_));
  } catch (...) {
    return StatusOfException();
  }
  RETURN_IF_ERROR(database->Ping());
  return database;
}

absl::StatusOr<std::unique_ptr<pqxx::connection>> Database::Connect() {
  try {
    auto connection = std::make_unique<pqxx::connection>(config_.url);
    if (prepare_) prepare_(*connection);
    return connection;
  } catch (...) {
    return StatusOfException();
  }
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
  std::string settings;
  if (options.read_only) settings += "SET TRANSACTION READ ONLY;";
  if (options.as_of) {
    settings += fmt::format("SET LOCAL fairline.as_of = '{}';", FormatInstant(*options.as_of));
  }
  if (options.deadline && *options.deadline < system_clock::now() + std::chrono::hours(24)) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(*options.deadline - system_clock::now()).count();
    if (left <= 0) return absl::DeadlineExceededError("the deadline has passed");
    settings += fmt::format("SET LOCAL statement_timeout = {};", left);
  }
  ASSIGN_OR_RETURN(const auto lease, Lease::Take(*this));
  try {
    pqxx::work transaction(lease->connection());
    if (!settings.empty()) transaction.exec(settings);
    RETURN_IF_ERROR(work(transaction));
    transaction.commit();
    return absl::OkStatus();
  } catch (...) {
    absl::Status status = StatusOfException();
    if (status.code() == absl::StatusCode::kUnavailable) lease->MarkBroken();
    return status;
  }
}

absl::Status Database::Read(const std::function<absl::Status(pqxx::nontransaction&)>& work) {
  ASSIGN_OR_RETURN(const auto lease, Lease::Take(*this));
  try {
    pqxx::nontransaction query(lease->connection());
    return work(query);
  } catch (...) {
    absl::Status status = StatusOfException();
    if (status.code() == absl::StatusCode::kUnavailable) lease->MarkBroken();
    return status;
  }
}

absl::Status Database::Ping() {
  return Read([](pqxx::nontransaction& query) {
    query.exec("SELECT 1");
    return absl::OkStatus();
  });
}

}  // namespace fairline::storage
