#pragma once
// The real gateway on a free port, over a real database and gRPC services that answer fixed things.

#include <memory>
#include <string>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "fairline/ingest/v1/ingest.grpc.pb.h"
#include "fairline/pipeline/v1/pipeline.grpc.pb.h"
#include "fairline/prediction/v1/prediction.grpc.pb.h"
#include "fairline/preprocessing/v1/preprocessing.grpc.pb.h"
#include "fairline/registry/v1/registry.grpc.pb.h"
#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/testing/postgres.hpp"
#include "libs/testing/rpc.hpp"
#include "services/accounts/rpc/accounts_service.hpp"
#include "services/accounts/rpc/bet_service.hpp"
#include "services/accounts/rpc/limit_service.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"
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

// It stands at 2026-01-31T09:00:00Z, before the matches of league.hpp.
class GatewayFixture {
 public:
  explicit GatewayFixture(HttpServerOptions options = {}, StaticFiles files = {});
  ~GatewayFixture();

  [[nodiscard]] int port() const { return server_->port(); }
  [[nodiscard]] Accounts& accounts() { return accounts_; }
  [[nodiscard]] Bets& bets() { return bets_; }
  [[nodiscard]] telemetry::Metrics& metrics() { return host_.host().metrics(); }

  // A new client; `token` is sent when not empty.
  [[nodiscard]] std::unique_ptr<httplib::Client> Client(const std::string& token = "",
                                                        bool versioned = true) const;
  // A token of a new account of `role` with a bankroll of 250.00 and medium risk.
  [[nodiscard]] std::string NewUser(const std::string& username, Role role);
  [[nodiscard]] std::string Token(const std::string& username);

 private:
  static testing::PrivatePostgres& Postgres();

  std::unique_ptr<storage::Database> database_;
  RealClock clock_;
  PgAccountStore store_;
  PasswordHasher hasher_;
  SessionTokens tokens_{std::string(32, 'k'), clock_};
  SignInLimiter limiter_{clock_};
  Accounts accounts_;
  PgBetStore bet_store_;
  testing::TestHost host_;
  Bets bets_;
  AccountsService service_;
  BetService bet_service_;
  LimitService limit_service_;
  FakeIngest ingest_;
  FakePrediction prediction_;
  FakePipeline pipeline_;
  preprocessing::v1::PreprocessingService::Service preprocessing_;
  training::v1::TrainingService::Service training_;
  registry::v1::ModelRegistryService::Service registry_;
  std::unique_ptr<GatewayServer> server_;
};

}  // namespace fairline::auth_gateway
