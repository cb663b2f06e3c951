#pragma once
// The real door on a free port, over the real program of accounts with a real database, and gRPC
// services that answer fixed things.

#include <filesystem>
#include <memory>
#include <string>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "fairline/accounts/v1/accounts.grpc.pb.h"
#include "fairline/ingest/v1/ingest.grpc.pb.h"
#include "fairline/pipeline/v1/pipeline.grpc.pb.h"
#include "fairline/prediction/v1/prediction.grpc.pb.h"
#include "fairline/preprocessing/v1/preprocessing.grpc.pb.h"
#include "fairline/registry/v1/registry.grpc.pb.h"
#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/core/clock.hpp"
#include "libs/testing/postgres.hpp"
#include "libs/testing/program.hpp"
#include "libs/testing/rpc.hpp"
#include "services/auth_gateway/gateway_server.hpp"

namespace fairline::auth_gateway {

inline constexpr char kPassword[] = "Passw0rd!";

// Two championships; E0 with Arsenal and Leeds.
class FakeIngest final : public ingest::v1::IngestService::Service {
 public:
  grpc::Status ListCompetitions(grpc::ServerContext* context,
                                const ingest::v1::ListCompetitionsRequest* request,
                                ingest::v1::ListCompetitionsResponse* response) override;
  grpc::Status ListTeams(grpc::ServerContext* context, const ingest::v1::ListTeamsRequest* request,
                         ingest::v1::ListTeamsResponse* response) override;
};

// Arsenal - Leeds is a coming match with a bet on home; any other pairing of E0 is none.
class FakePrediction final : public prediction::v1::PredictionService::Service {
 public:
  explicit FakePrediction(rpc::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  grpc::Status PredictMatch(grpc::ServerContext* context,
                            const prediction::v1::PredictMatchRequest* request,
                            prediction::v1::PredictMatchResponse* response) override;
  grpc::Status ListForecasts(grpc::ServerContext* context,
                             const prediction::v1::ListForecastsRequest* request,
                             prediction::v1::ListForecastsResponse* response) override;
  grpc::Status ListAdvice(grpc::ServerContext* context,
                          const prediction::v1::ListAdviceRequest* request,
                          prediction::v1::ListAdviceResponse* response) override;

 private:
  rpc::Endpoint endpoint_;
};

// Streams two states of a run; a resume token "1" skips the first. Run "missing" is not found.
class FakePipeline final : public pipeline::v1::PipelineService::Service {
 public:
  grpc::Status WatchRun(grpc::ServerContext* context, const pipeline::v1::WatchRunRequest* request,
                        grpc::ServerWriter<pipeline::v1::WatchRunResponse>* writer) override;
};

// It stands at 2026-01-31T09:00:00Z, before the matches of its league.
class GatewayFixture {
 public:
  explicit GatewayFixture(HttpServerOptions options = {}, StaticFiles files = {});
  ~GatewayFixture();

  [[nodiscard]] int port() const { return server_->port(); }
  [[nodiscard]] telemetry::Metrics& metrics() { return host_.host().metrics(); }

  // A new client; `token` is sent when not empty.
  [[nodiscard]] std::unique_ptr<httplib::Client> Client(const std::string& token = "",
                                                        bool versioned = true) const;
  // A token of a new account of `role` with a bankroll of 250.00 and medium risk.
  [[nodiscard]] std::string NewUser(const std::string& username, Role role);
  [[nodiscard]] std::string Token(const std::string& username);

  // Waits until /readyz answers with `status`; its detail, if it says one. Throws after 5 seconds.
  [[nodiscard]] std::string AwaitReady(int status) const;

  // Past the door: revokes the account's tokens.
  void ChangePassword(const std::string& username);
  // Kills the program of accounts, and starts it again on the same port.
  void StopAccounts() { accounts_program_.reset(); }
  void StartAccounts();

 private:
  static testing::PrivatePostgres& Postgres();
  [[nodiscard]] std::string AccountsAddress() const;

  const int accounts_port_ = testing::FreePort();
  const std::filesystem::path accounts_log_;
  std::unique_ptr<testing::Program> accounts_program_;
  std::unique_ptr<accounts::v1::AccountsService::Stub> accounts_stub_;
  RealClock clock_;
  std::unique_ptr<AccountsClient> accounts_;
  testing::TestHost host_;
  FakeIngest ingest_;
  FakePrediction prediction_;
  FakePipeline pipeline_;
  preprocessing::v1::PreprocessingService::Service preprocessing_;
  training::v1::TrainingService::Service training_;
  registry::v1::ModelRegistryService::Service registry_;
  std::unique_ptr<GatewayServer> server_;
};

}  // namespace fairline::auth_gateway
