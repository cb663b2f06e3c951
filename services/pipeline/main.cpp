// fairline-pipeline: durable runs of the stages from sources to sealed forecasts.

#include "libs/core/clock.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/pipeline/app/run_worker.hpp"
#include "services/pipeline/config.hpp"
#include "services/pipeline/rpc/grpc_stage_services.hpp"
#include "services/pipeline/rpc/pipeline_service.hpp"
#include "services/pipeline/storage/pg_run_store.hpp"

namespace fairline::pipeline {
namespace {

constexpr std::chrono::milliseconds kLoadPatience{60'000};

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  PgRunStore store(*database);
  GrpcStageServices services(
      {.ingest = rpc::Connect(config.ingest_address),
       .preprocessing = rpc::Connect(config.preprocessing_address),
       .training = rpc::Connect(config.training_address),
       .model_registry = rpc::Connect(config.model_registry_address),
       .prediction = rpc::Connect(config.prediction_address),
       .accounts = rpc::Connect(config.accounts_address)},
      [&host](std::chrono::milliseconds timeout) { return host.ServiceCall(timeout); },
      config.stage_timeout, kLoadPatience);
  PipelineService rpc(store, services, host);
  host.Register(rpc);

  const RealClock clock;
  WorkerOptions options;
  options.lease = config.lease;
  options.retry.patience = config.patience;
  RunWorker worker(store, services, clock, options);
  host.OnDrain([&worker] { worker.Stop(); });
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::pipeline

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::pipeline::Config>(
      "pipeline", "durable runs of the stages from sources to sealed forecasts", argc, argv,
      fairline::pipeline::Serve);
}
