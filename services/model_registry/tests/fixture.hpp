#pragma once
// One private PostgreSQL for the program, and the registry on it.

#include <memory>

#include "libs/storage/database.hpp"
#include "libs/testing/postgres.hpp"
#include "services/model_registry/app/registry.hpp"
#include "services/model_registry/storage/pg_registry_store.hpp"

namespace fairline::model_registry {

inline testing::PrivatePostgres& Server() {
  static const auto server = testing::PrivatePostgres::Start();
  return *server;
}

inline FeatureCatalogue TestCatalogue(const std::string& hash = "cafe") {
  return {.hash = hash,
          .sport = "football",
          .revision = "1",
          .features = {{.name = "elo_difference",
                        .meaning = "Home minus away Elo.",
                        .unit = "Elo points",
                        .source = "results",
                        .block = "rating"}}};
}

inline std::vector<DescribedModel> OneModel(const std::string& name = "no_odds") {
  return {{.name = name, .kind = "trees", .serves = "no_odds", .inputs = {"elo_difference"}}};
}

struct TestRegistry {
  std::unique_ptr<storage::Database> database =
      storage::Database::Open({Server().Url("fairline_registry"), 8, "registry", 2}).value();
  RegistryFor registry_for = [this](std::chrono::system_clock::time_point deadline) {
    return Registry(std::make_unique<PgRegistryStore>(*database, deadline));
  };
  Registry registry = registry_for(std::chrono::system_clock::now() + std::chrono::minutes(5));
};

}  // namespace fairline::model_registry
