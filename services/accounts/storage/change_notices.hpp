#pragma once
// The notices of changed accounts over PostgreSQL's NOTIFY: one publisher and one listener a
// replica, each with a thread of its own.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "libs/storage/database.hpp"
#include "services/accounts/app/identity/accounts.hpp"
#include "services/accounts/app/identity/change_notices.hpp"

namespace fairline::accounts {

class PgChangeNotices final : public ChangeNotices {
 public:
  // `database` outlives this.
  explicit PgChangeNotices(storage::Database& database);
  // Sends what is waiting.
  ~PgChangeNotices() override;

  void Publish(UserId user_id) override;
  void PublishAll() override;

 private:
  void Run();

  storage::Database& database_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::set<UserId> waiting_;
  bool all_ = false;
  bool ending_ = false;
  std::thread thread_;
};

// Makes `accounts` forget what another replica, or this one, has changed.
class ChangeListener {
 public:
  // Both outlive this. Listens when it returns, if the database can be reached.
  ChangeListener(storage::Database& database, Accounts& accounts);
  ~ChangeListener();

 private:
  void Listen();
  void Run(const std::stop_token& stop);

  storage::Database& database_;
  Accounts& accounts_;
  std::unique_ptr<storage::Connection> connection_;
  std::unique_ptr<pqxx::notification_receiver> receiver_;
  std::jthread thread_;
};

}  // namespace fairline::accounts
