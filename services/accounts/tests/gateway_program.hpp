#pragma once
// The gateway's real program over a private PostgreSQL, to be killed and started again.

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

class GatewayProgram {
 public:
  // Does not start it yet. Its as-of clock will stand at `now`; its peers are not there.
  GatewayProgram(const testing::PrivatePostgres& postgres, const std::string& now);
  // Kills it.
  ~GatewayProgram();

  // Returns once it listens; its HTTP port is the same after each start.
  void Start();
  // As kill -9 does.
  void Kill() { program_.reset(); }

  [[nodiscard]] std::string grpc_address() const { return program_->Address(); }
  // A client of the REST routes, not signed in without a token.
  [[nodiscard]] std::unique_ptr<httplib::Client> Client(const std::string& token = "") const;
  // Opens an account with this bankroll and signs it in; its token outlives the program.
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
  int http_port_ = 0;
  std::unique_ptr<testing::Program> program_;
};

// Settles as the pipeline does and reads the stream to its end.
grpc::Status SettleAt(const std::string& grpc_address, accounts::v1::SettleSummary* summary);

}  // namespace fairline::accounts
