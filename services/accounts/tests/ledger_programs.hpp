#pragma once
// The real accounts behind the real door over a private PostgreSQL: accounts is killed and started
// again, the door goes on.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "fairline/accounts/v1/bets.grpc.pb.h"

#include "libs/testing/postgres.hpp"
#include "libs/testing/program.hpp"

namespace fairline::accounts {

class LedgerPrograms {
 public:
  // Does not start accounts yet. The as-of clock will stand at `now`; the door's other peers are
  // not there.
  LedgerPrograms(const testing::PrivatePostgres& postgres, const std::string& now);
  // Kills both.
  ~LedgerPrograms();

  // Returns once accounts can be reached through the door; the ports are the same after each start.
  void Start();
  // Accounts, as kill -9 does.
  void Kill() { program_.reset(); }

  // Of accounts.
  [[nodiscard]] std::string grpc_address() const;
  // A client of the REST routes, not signed in without a token.
  [[nodiscard]] std::unique_ptr<httplib::Client> Client(const std::string& token = "") const;
  // Opens an account with this bankroll and signs it in; its token outlives accounts.
  [[nodiscard]] std::string NewUser(const std::string& username, std::int64_t bankroll) const;
  // The first admin's token.
  [[nodiscard]] std::string AdminToken() const { return SignIn("admin"); }

  // One number that the database answers.
  [[nodiscard]] std::int64_t Query(const std::string& sql) const;
  [[nodiscard]] std::int64_t Violations() const {
    return Query("SELECT count(*) FROM accounts.v1_ledger_violations");
  }

 private:
  [[nodiscard]] std::string SignIn(const std::string& username) const;

  const testing::PrivatePostgres& postgres_;
  std::vector<std::string> environment_;
  std::filesystem::path log_;
  std::filesystem::path door_log_;
  int port_ = 0;
  int http_port_ = 0;
  std::unique_ptr<testing::Program> door_;
  std::unique_ptr<testing::Program> program_;
};

// Settles as the pipeline does and reads the stream to its end.
grpc::Status SettleAt(const std::string& grpc_address, accounts::v1::SettleSummary* summary);

}  // namespace fairline::accounts
