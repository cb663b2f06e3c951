#include <deque>

#include "libs/lake/lake.hpp"
#include "libs/rpc/client.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/training/app/backtest/backtests.hpp"
#include "services/training/app/fit/trainer.hpp"
#include "services/training/app/jobs/jobs.hpp"
#include "services/training/app/jobs/search.hpp"
#include "services/training/app/jobs/walk_forward.hpp"
#include "services/training/app/jobs/workers.hpp"
#include "services/training/config.hpp"
#include "services/training/rpc/backtest_service.hpp"
#include "services/training/rpc/grpc_registry.hpp"
#include "services/training/rpc/training_service.hpp"
#include "services/training/storage/lake_bundles.hpp"
#include "services/training/storage/pg_backtests.hpp"
#include "services/training/storage/pg_checkpoints.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_match_source.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {
namespace {

constexpr int kBacktestThreads = 2;

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(std::vector<SportRecipe> recipes, config.ReadRecipes());
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open(config.lake_url));
  PgMatchSource matches(*database);
  PgCheckpoints checkpoints(*database);
  PgJobStore trainings(*database);
  PgTaskStore tasks(*database);
  LakeBundles bundles(*lake);
  GrpcRegistry registry(rpc::Connect(config.model_registry_address),
                        [&host] { return host.ServiceCall(std::chrono::seconds(30)); });

  JobDataCache data(matches, tasks);
  WalkForwardWork walk_forwards(data, tasks);
  SearchWork searches(data, tasks);
  Workers workers(tasks, {{JobKind::kWalkForward, &walk_forwards}, {JobKind::kSearch, &searches}},
                  config.Workers(), [&data] { data.Clear(); });
  const TrainerPorts ports{matches, checkpoints, trainings, bundles, registry, host.as_of()};
  std::deque<Trainer> trainers;
  std::deque<Jobs> jobs;
  std::vector<SportTraining> sports;
  for (SportRecipe& each : recipes) {
    sports.push_back({&trainers.emplace_back(ports, each.recipe, FAIRLINE_CODE_VERSION),
                      &jobs.emplace_back(tasks, host.as_of(), each.recipe.sport, each.recipe.json,
                                         std::move(each.spaces))});
  }
  TrainingService service(std::move(sports), host.EndpointFor<v1::TrainingService>(),
                          [&workers] { workers.Wake(); });
  host.Register(service);
  PgBacktests backtests(*database);
  BacktestWorker backtest_worker(backtests, backtests, host.as_of(), kBacktestThreads);
  BacktestService backtest_service(backtests, host, [&backtest_worker] { backtest_worker.Wake(); });
  host.Register(backtest_service);
  host.SetReadiness([&database] { return database->Ping(); });
  return host.Serve();
}

}  // namespace
}  // namespace fairline::training

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::training::Config>(
      "training", "fits, judges and registers the models", argc, argv, fairline::training::Serve);
}
