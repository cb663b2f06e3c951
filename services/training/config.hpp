#pragma once

#include <string>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"
#include "services/training/app/fit/recipe.hpp"
#include "services/training/app/jobs/search_space.hpp"
#include "services/training/app/jobs/workers.hpp"

namespace fairline::training {

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string lake_url;                // where bundles are written
  std::string model_registry_address;  // "host:port"
  std::string recipe_file;             // how the models are made, JSON
  std::string search_file;             // what a search may vary, JSON
  int workers;  // threads for tasks of walk-forwards and searches; 0: one a core

  [[nodiscard]] static Config Read(config::Environment& env);

  // Errors name the variable.
  [[nodiscard]] absl::StatusOr<Recipe> ReadRecipe() const;
  // Without a file of their own those of search.json beside the recipe; none when there is none.
  [[nodiscard]] absl::StatusOr<SearchSpaces> ReadSearchSpaces() const;
  [[nodiscard]] WorkersConfig Workers() const;
};

}  // namespace fairline::training
