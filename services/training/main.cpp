#include <deque>

#include "libs/lake/lake.hpp"
#include "libs/rpc/client.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/training/app/backtest/backtests.hpp"
#include "services/training/app/fit/trainer.hpp"
#include "services/training/app/jobs/jobs.hpp"
#include "services/training/app/jobs/search.hpp"
#include "services/training/app/jobs/walk_forward.hpp"
#include "services/training/config.hpp"
#include "services/training/rpc/backtest_service.hpp"
#include "services/training/rpc/grpc_registry.hpp"
#include "services/training/rpc/training_service.hpp"
#include "services/training/storage/stores.hpp"

namespace fairline::training {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(std::vector<SportRecipe> recipes, config.ReadRecipes());
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open(config.lake_url));
  Stores store(*database, *lake, config.ProcessName());
  RETURN_IF_ERROR(config.TakeBackTasks(store.tasks));
  GrpcRegistry registry(rpc::Connect(config.model_registry_address),
                        [&host] { return host.ServiceCall(std::chrono::seconds(30)); });
  JobDataCache data(store.matches, store.tasks);
  WalkForwardWork walks(data, store.tasks);
  SearchWork searches(data, store.tasks);
  BacktestWork replays(store.tasks, store.backtests, host.as_of());
  Workers workers(store.tasks, {{JobKind::kWalkForward, &walks}, {JobKind::kSearch, &searches}},
                  config.Workers(), [&] { data.Clear(); });
  Workers replayers(store.tasks, {{JobKind::kBacktest, &replays}}, config.BacktestWorkers());
  const TrainerPorts ports = store.ForTrainer(registry, host.as_of());
  std::deque<Trainer> trainers;
  std::deque<Jobs> jobs;
  std::vector<SportTraining> sports;
  for (SportRecipe& each : recipes) {
    sports.push_back({&trainers.emplace_back(ports, each.recipe, FAIRLINE_CODE_VERSION),
                      &jobs.emplace_back(store.tasks, host.as_of(), each.recipe.sport,
                                         each.recipe.json, std::move(each.spaces))});
  }
  TrainingService trainings(std::move(sports), host.EndpointFor<v1::TrainingService>(),
                            [&] { workers.Wake(); });
  BacktestService backtests(store.backtests, host, [&] { replayers.Wake(); });
  host.Register(trainings);
  host.Register(backtests);
  host.AddReadiness([&lake] { return lake->CheckWriting(); });
  storage::AddToHost(host, *database);
  return host.Serve();
}

}  // namespace
}  // namespace fairline::training

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::training::Config>(
      "training", "fits, judges and registers the models", argc, argv, fairline::training::Serve);
}
