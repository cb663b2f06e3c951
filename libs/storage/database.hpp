#pragma once
// PostgreSQL by libpqxx: a pool of connections, and transactions whose exceptions become Status.
// Nothing waits for the server beyond the deadline of the call that it is done for: the server is
// given time-outs, and a server that does not even answer to those is hung up on.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <pqxx/pqxx>

#include "libs/config/environment.hpp"
#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/storage/connection.hpp"
#include "libs/storage/errors.hpp"
#include "libs/storage/pool.hpp"

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
  // When the transaction has to be over: then the server stops its statement. That of the CallScope
  // when absent, and outside any a quarter of an hour from now. A lock is waited for during a
  // quarter of the time, so that the rest is left for another try.
  std::optional<Moment> deadline = std::nullopt;
  bool read_only = false;
};

// Thread-safe.
class Database {
 public:
  // Statements made on every new connection, e.g. by pqxx's connection.prepare.
  using Prepare = std::function<void(pqxx::connection_base&)>;

  // Connects once and checks the schema's version: FailedPrecondition when it is older than
  // required, Unavailable when the server cannot be reached.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseConfig config,
                                                                      Prepare prepare = {});

  // Runs `work` in one transaction, committed when it returns OK and rolled back otherwise.
  // Aborted is tried three times; `work` must therefore have no effect outside the transaction.
  // DeadlineExceeded when the time is over, Unavailable when no connection is to be had; the rest
  // is in errors.hpp.
  [[nodiscard]] absl::Status Transact(const TransactionOptions& options,
                                      const std::function<absl::Status(pqxx::work&)>& work);

  // Runs `work` outside a transaction: one round trip for a single read, with the deadline of the
  // CallScope. The published views show now. For the request path.
  [[nodiscard]] absl::Status Read(const std::function<absl::Status(pqxx::nontransaction&)>& work);

  // Whether the service can work, asked on a connection of its own; ends within eight seconds, and
  // rpc::Readiness takes three without an answer for a no. Unavailable when the server does not
  // answer or takes no changes, ResourceExhausted when its disk is full. Looks at the writing at
  // most every two seconds: it commits an empty record to the log and has the server write (and
  // drop) a temporary file of some 300 kB, with no table touched.
  [[nodiscard]] absl::Status CheckHealth();

  // A connection of the caller's own, e.g. to LISTEN or to hold an advisory lock.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Connection>> Connect();
  // For what is done on such a one.
  [[nodiscard]] Watch& watch() { return watch_; }

  // From now on nothing waits for the server longer than until `moment`: when the process ends.
  void EndBy(Moment moment) { watch_.EndBy(moment); }

 private:
  Database(DatabaseConfig config, Prepare prepare);
  // A place of the pool with an open connection.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Pool::Lease>> Take(Moment deadline);
  [[nodiscard]] absl::Status TransactOnce(const TransactionOptions& options,
                                          const std::function<absl::Status(pqxx::work&)>& work);
  // The status of the exception being handled, of what was done under `guard`.
  [[nodiscard]] absl::Status Failed(const Watch::Guard& guard, Pool::Lease& lease);
  [[nodiscard]] absl::Status Check();
  [[nodiscard]] absl::Status CheckAnswering(Connection& connection);
  [[nodiscard]] absl::Status CheckWriting(Connection& connection);

  using Steady = std::chrono::steady_clock::time_point;

  DatabaseConfig config_;
  Prepare prepare_;
  Watch watch_;
  Pool pool_;
  std::atomic<Steady> write_failed_{Steady::min()};  // for want of room, or of the right to

  std::mutex checking_;  // guards what follows
  std::unique_ptr<Connection> check_connection_;
  Steady next_write_check_{};
  absl::Status writing_;
  absl::Status health_;
};

// A database's part in an rpc::Host: readiness asks it, and once the host drains nothing waits for
// it longer than running calls may. To be called after what else has to end with the host.
template <typename Host>
void AddToHost(Host& host, Database& database) {
  host.AddReadiness([&database] { return database.CheckHealth(); });
  host.OnDrain(
      [&host, &database] { database.EndBy(std::chrono::system_clock::now() + host.drain_time()); });
}

}  // namespace fairline::storage
