#pragma once

#include <string>
#include <vector>

#include "libs/config/environment.hpp"
#include "libs/rpc/host.hpp"
#include "libs/storage/database.hpp"
#include "services/training/app/fit/recipe.hpp"
#include "services/training/app/jobs/search_space.hpp"
#include "services/training/app/jobs/workers.hpp"

namespace fairline::training {

// How the models of one sport are made, and what a search may vary of it.
struct SportRecipe {
  Recipe recipe;
  SearchSpaces spaces;
};

struct Config {
  rpc::HostConfig host;
  storage::DatabaseConfig database;
  std::string lake_url;                // where bundles are written
  std::string model_registry_address;  // "host:port"
  std::string recipe_files;            // how the models are made, JSON; separated by commas
  std::string search_files;            // what a search may vary, likewise
  int workers;  // threads for tasks of walk-forwards and searches; 0: one a core

  [[nodiscard]] static Config Read(config::Environment& env);

  // One a sport, the default sport's first. Errors name the variable.
  [[nodiscard]] absl::StatusOr<std::vector<SportRecipe>> ReadRecipes() const;
  // For walk-forwards and searches; for backtests, which people wait for: a thread of their own.
  [[nodiscard]] WorkersConfig Workers() const;
  [[nodiscard]] WorkersConfig BacktestWorkers() const;
  // "host:pid"
  [[nodiscard]] std::string ProcessName() const;
  // Frees the tasks of processes that ran on this machine (or in this container, whose processes
  // have the same numbers again after a restart) and do not run any more. Before this one works.
  [[nodiscard]] absl::Status TakeBackTasks(TaskStore& tasks) const;
};

}  // namespace fairline::training
