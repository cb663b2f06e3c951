#include <fstream>
#include <sstream>

#include "libs/lake/lake.hpp"
#include "libs/rpc/client.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/training/app/trainer.hpp"
#include "services/training/app/walk_forward.hpp"
#include "services/training/config.hpp"
#include "services/training/rpc/grpc_registry.hpp"
#include "services/training/rpc/training_service.hpp"
#include "services/training/storage/lake_bundles.hpp"
#include "services/training/storage/pg_checkpoints.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_match_source.hpp"

namespace fairline::training {
namespace {

absl::StatusOr<Recipe> ReadRecipe(const std::string& path) {
  std::ifstream file(path);
  if (!file) return InvalidField("FAIRLINE_TRAINING_RECIPE", "cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return ParseRecipe(text.str());
}

absl::Status Serve(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const Recipe recipe, ReadRecipe(config.recipe_file));
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(config.database));
  ASSIGN_OR_RETURN(const auto lake, lake::Lake::Open(config.lake_url));
  PgMatchSource matches(*database);
  PgCheckpoints checkpoints(*database);
  PgJobStore jobs(*database);
  LakeBundles bundles(*lake);
  GrpcRegistry registry(rpc::Connect(config.model_registry_address),
                        [&host] { return host.ServiceCall(std::chrono::seconds(30)); });

  Trainer trainer({matches, checkpoints, jobs, bundles, registry, host.as_of()}, recipe,
                  FAIRLINE_CODE_VERSION);
  WalkForwardRunner runner({matches, checkpoints, jobs, host.as_of()}, recipe,
                           FAIRLINE_CODE_VERSION);
  WalkForwardThread background(runner);
  TrainingService service(trainer, jobs, host.EndpointFor(kServiceName),
                          [&background] { background.Wake(); });
  host.Register(service);
  host.SetReadiness([&database] { return database->Ping(); });
  return host.Serve();
}

}  // namespace
}  // namespace fairline::training

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::training::Config>(
      "training", "fits, judges and registers the models", argc, argv, fairline::training::Serve);
}
