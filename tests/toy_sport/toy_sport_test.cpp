// A sport that no line of any service names goes all the way: the files of its source are loaded,
// its features computed, its models fitted by a recipe, registered, judged and put in production,
// and its coming matches forecast. What a new sport costs is in this folder and in the toy source:
// a reader, a feature builder and a registration.
#include <cmath>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/testing/postgres.hpp"
#include "libs/testing/rpc.hpp"
#include "services/ingest/tests/ingest_world.hpp"
#include "services/ingest/tests/toy_source.hpp"
#include "services/model_registry/rpc/model_registry_service.hpp"
#include "services/model_registry/storage/pg_registry_store.hpp"
#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/rpc/registry_client.hpp"
#include "services/prediction/storage/lake_model_loader.hpp"
#include "services/prediction/storage/pg_policies.hpp"
#include "services/prediction/storage/pg_sports_data.hpp"
#include "services/preprocessing/app/compute_features.hpp"
#include "services/preprocessing/storage/pg_feature_store.hpp"
#include "services/preprocessing/storage/pg_match_source.hpp"
#include "services/training/app/fit/trainer.hpp"
#include "services/training/rpc/grpc_registry.hpp"
#include "services/training/storage/lake_bundles.hpp"
#include "services/training/storage/pg_checkpoints.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_match_source.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline {
namespace {

using namespace std::chrono_literals;

constexpr int kTeams = 8;

constexpr char kRecipe[] = R"({"format": 2, "name": "toy.1", "sport": "toy",
  "outcomes": ["home", "away"], "seed": 1, "seasons_ahead": 1, "least_training_matches": 100,
  "least_held_out_matches": 50, "models": [
    {"name": "base_rate", "kind": "base_rate"},
    {"name": "margins", "kind": "logistic", "blocks": ["rating"], "parameters": {"ridge": 1}},
    {"name": "no_odds", "kind": "pool", "members": ["margins"], "serve": "no_odds"}]})";

// Every team plays every other twice at home; the stronger wins more often, nobody draws.
std::string Season(int year, std::mt19937& random) {
  std::string file;
  Day day = std::chrono::year(year) / 1 / 2;
  for (int round = 0; round < 2; ++round) {
    for (int home = 0; home < kTeams; ++home) {
      for (int away = 0; away < kTeams; ++away) {
        if (home == away) continue;
        const double chance = 1.0 / (1.0 + std::exp(-0.3 * (home - away)));
        const bool won = static_cast<double>(random()) / std::mt19937::max() < chance;
        file += fmt::format("{} | Team {} | Team {} | {}\n", FormatDay(day), home, away,
                            won ? "3:1" : "1:3");
        day += std::chrono::days(2);
      }
    }
  }
  return file;
}

rpc::Outgoing CallOf(const std::string& service) {
  return rpc::AsService(service, testing::TestIdentityKey(),
                        std::chrono::system_clock::now() + 30s);
}

// The services over one database and one lake; the registry is called over gRPC.
class Suite {
 public:
  Suite() {
    world_.server().Execute(
        "INSERT INTO sports.competitions (code, sport, name, country, tier) VALUES ('TOY1', 'toy', "
        "'Toy League', 'Toyland', 1)");
    std::mt19937 random(20260130);
    for (int year = 2021; year <= 2025; ++year) {
      world_.source.Put(fmt::format("toy/{}/TOY1.toy", year), Season(year, random));
    }
    world_.source.Put(
        "toy/coming.toy",
        "TOY1 | 2026-01-31 | Team 7 | Team 0 |\nTOY1 | 2026-02-01 | Team 0 | Team 7 |\n");
    registry_host_.host().Register(registry_service_);
    registry_host_.Start();
  }

  absl::StatusOr<ingest::BatchSummary> Ingest() {
    return world_.Over({{&toy_, "memory:"}})
        ->Run(
            {"", {}, 0, 0, "toy"}, [](const ingest::Progress&) {}, [] { return false; });
  }

  absl::StatusOr<preprocessing::FeatureSummary> Preprocess() {
    preprocessing::PgMatchSource matches(*features_);
    preprocessing::PgFeatureStore store(*features_);
    return preprocessing::ComputeFeatures(
        "toy", world_.clock.Now(), matches, store,
        {preprocessing::Deadline::max(), [](const preprocessing::Progress&) {},
         [] { return false; }});
  }

  absl::StatusOr<training::TrainSummary> Train() {
    training::PgMatchSource matches(*training_);
    training::PgCheckpoints checkpoints(*training_);
    training::PgTaskStore tasks(*training_);
    training::PgJobStore jobs(*training_, tasks, "toy");
    training::LakeBundles bundles(world_.lake());
    training::GrpcRegistry registry(registry_host_.channel(), [] { return CallOf("training"); });
    ASSIGN_OR_RETURN(const training::Recipe recipe, training::ParseRecipe(kRecipe));
    return training::Trainer({matches, checkpoints, jobs, bundles, registry, world_.clock}, recipe,
                             "test")
        .Train("toys", [](const training::TaskProgress&) { return true; });
  }

  registry::v1::JudgeVersionResponse Judge(const training::TrainSummary& trained) {
    registry::v1::JudgeVersionRequest request;
    request.set_model(trained.registered_model);
    request.set_version(trained.version);
    request.set_actor("test");
    registry::v1::JudgeVersionResponse judgement;
    grpc::ClientContext context;
    testing::CallAs(context, testing::ServiceCaller("pipeline"));
    const auto stub = registry::v1::ModelRegistryService::NewStub(registry_host_.channel());
    const grpc::Status status = stub->JudgeVersion(&context, request, &judgement);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return judgement;
  }

  // Chances of the first side of each coming match, by its name.
  std::map<std::string, double> Forecast() {
    prediction::RegistryClient registry(registry_host_.channel(),
                                        [] { return CallOf("prediction"); });
    prediction::LakeModelLoader loader(world_.lake());
    prediction::PgSportsData data(*prediction_);
    prediction::PgPolicies policy_store(*prediction_);
    prediction::StakingPolicies policies(policy_store, {});
    prediction::SnapshotKeeper keeper({registry, loader, data, world_.clock, world_.clock},
                                      features::ReplaySports(), policies);
    const absl::Status refreshed = keeper.Refresh();
    INFO(refreshed.ToString());
    REQUIRE(refreshed.ok());
    const auto page = prediction::Predictor(keeper).ListForecasts("TOY1", {});
    INFO(page.status().ToString());
    REQUIRE(page.ok());
    std::map<std::string, double> chances;
    for (const prediction::MatchView& match : page->matches) {
      REQUIRE(match.forecast().probabilities.size() == 2);
      chances[match.home->name] = match.forecast().probabilities.front();
    }
    return chances;
  }

  std::string Value(const std::string& sql) { return world_.Value(sql); }

 private:
  std::unique_ptr<storage::Database> Open(const std::string& role, const std::string& schema) {
    return storage::Database::Open({world_.server().Url(role), 4, schema, 0}).value();
  }

  ingest::IngestWorld world_;
  const ingest::ToySource toy_;
  std::unique_ptr<storage::Database> features_ = Open("fairline_preprocessing", "features");
  std::unique_ptr<storage::Database> training_ = Open("fairline_training", "training");
  std::unique_ptr<storage::Database> registry_ = Open("fairline_registry", "registry");
  std::unique_ptr<storage::Database> prediction_ = Open("fairline_prediction", "prediction");
  testing::TestHost registry_host_{"model-registry"};
  model_registry::ModelRegistryService registry_service_{
      [this](std::chrono::system_clock::time_point deadline) {
        return model_registry::Registry(
            std::make_unique<model_registry::PgRegistryStore>(*registry_, deadline));
      },
      registry_host_.host().EndpointFor<registry::v1::ModelRegistryService>()};
};

TEST_CASE("a sport that the services do not name goes from its files to its forecasts",
          "[toy_sport][db]") {
  Suite suite;
  const auto loaded = suite.Ingest();
  INFO(loaded.status().ToString());
  REQUIRE(loaded.ok());
  CHECK(loaded->loaded.matches_added == 5 * 2 * kTeams * (kTeams - 1) + 2);

  const auto computed = suite.Preprocess();
  INFO(computed.status().ToString());
  REQUIRE(computed.ok());
  CHECK(computed->features == 2);
  CHECK(computed->computation.coming_matches == 2);

  const auto trained = suite.Train();
  INFO(trained.status().ToString());
  REQUIRE(trained.ok());
  CHECK(trained->registered_model == "toy");

  const auto judgement = suite.Judge(*trained);
  INFO(judgement.ShortDebugString());
  REQUIRE(judgement.promoted());

  const auto chances = suite.Forecast();
  REQUIRE(chances.size() == 2);
  CHECK(chances.at("Team 7") > 0.7);
  CHECK(chances.at("Team 0") < 0.3);
}

}  // namespace
}  // namespace fairline
