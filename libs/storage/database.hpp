#pragma once
// PostgreSQL by libpqxx: a pool of connections, and transactions whose exceptions become Status.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "libs/config/environment.hpp"
#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::storage {

struct DatabaseConfig {
  std::string url;           // libpq connection string, of the service's own role
  int pool_size;             // connections at most
  std::string schema;        // the schema the service owns
  int required_version = 0;  // the service refuses to start on an older schema

  [[nodiscard]] static DatabaseConfig Read(config::Environment& env, std::string schema,
                                           int required_version);
};

struct TransactionOptions {
  // What the published views show (their setting fairline.as_of); now when absent.
  std::optional<Instant> as_of = std::nullopt;
  // The server gives up on a statement after this; taken from the incoming call.
  std::optional<std::chrono::system_clock::time_point> deadline = std::nullopt;
  bool read_only = false;
};

// Turns the exception being handled into a Status: 40001 and 40P01 Aborted, 23505 AlreadyExists,
// 57014 DeadlineExceeded, 08* and lost connections Unavailable, a commit of unknown outcome too,
// the rest Internal. To be called in a catch block only.
[[nodiscard]] absl::Status StatusOfException();

// Thread-safe.
class Database {
 public:
  // Statements made on every new connection, e.g. by pqxx's connection.prepare.
  using Prepare = std::function<void(pqxx::connection&)>;

  // Connects once and checks the schema's version: FailedPrecondition when it is older than
  // required, Unavailable when the server cannot be reached.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseConfig config,
                                                                      Prepare prepare = {});

  // Runs `work` in one transaction, committed when it returns OK and rolled back otherwise.
  // Aborted is tried three times; `work` must therefore have no effect outside the transaction.
  [[nodiscard]] absl::Status Transact(const TransactionOptions& options,
                                      const std::function<absl::Status(pqxx::work&)>& work);

  // Runs `work` outside a transaction: one round trip for a single read. The published views show
  // now. For the request path.
  [[nodiscard]] absl::Status Read(const std::function<absl::Status(pqxx::nontransaction&)>& work);

  // Fast check that the server answers.
  [[nodiscard]] absl::Status Ping();

  // A connection of the caller's own, e.g. to LISTEN or to hold an advisory lock.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<pqxx::connection>> Connect();

 private:
  class Lease;
  Database(DatabaseConfig config, Prepare prepare);
  [[nodiscard]] absl::Status TransactOnce(const TransactionOptions& options,
                                          const std::function<absl::Status(pqxx::work&)>& work);

  DatabaseConfig config_;
  Prepare prepare_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<pqxx::connection>> idle_;
  int open_ = 0;
};

}  // namespace fairline::storage
