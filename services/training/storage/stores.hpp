#pragma once
// All that the service keeps: rows of its schema, bundles in the lake, and what it reads of others.

#include <string>

#include "services/training/app/fit/trainer.hpp"
#include "services/training/storage/lake_bundles.hpp"
#include "services/training/storage/pg_backtests.hpp"
#include "services/training/storage/pg_checkpoints.hpp"
#include "services/training/storage/pg_job_store.hpp"
#include "services/training/storage/pg_match_source.hpp"
#include "services/training/storage/pg_task_store.hpp"

namespace fairline::training {

struct Stores {
  // Both outlive the stores. Trainings are claimed in the name of `process`.
  Stores(storage::Database& database, lake::Lake& lake, const std::string& process)
      : matches(database),
        checkpoints(database),
        tasks(database),
        trainings(database, tasks, process),
        backtests(database),
        bundles(lake) {}

  // They hold as long as the stores, `registry` and `as_of`.
  [[nodiscard]] TrainerPorts ForTrainer(Registry& registry, const Clock& as_of) {
    return {matches, checkpoints, trainings, bundles, registry, as_of};
  }

  PgMatchSource matches;
  PgCheckpoints checkpoints;
  PgTaskStore tasks;
  PgJobStore trainings;
  PgBacktests backtests;
  LakeBundles bundles;
};

}  // namespace fairline::training
