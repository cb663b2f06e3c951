#pragma once

#include <string>
#include <utility>

#include "libs/storage/database.hpp"
#include "services/training/app/fit/ports.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

// Trainings as jobs of one task, in the queue of `tasks`. Thread-safe.
class PgJobStore final : public TrainingStore {
 public:
  // Both outlive the store. Claims are made in the name of `worker`.
  PgJobStore(storage::Database& database, ClaimedTasks& tasks, std::string worker)
      : database_(database), tasks_(tasks), worker_(std::move(worker)) {}

  absl::Status RenewLease(const JobClaim& claim) override;
  absl::Status FailJob(const JobClaim& claim, std::string_view error) override;
  absl::Status FinishTraining(const JobClaim& claim, const TrainSummary& summary,
                              int held_out_season,
                              const std::vector<ForecastSet>& held_out) override;
  absl::StatusOr<Claimed> ClaimTraining(std::string_view request_id,
                                        std::string_view sport) override;
  absl::StatusOr<std::optional<ForecastSet>> FindHeldOut(std::string_view bundle_sha256, int season,
                                                         std::string_view model) override;

 private:
  storage::Database& database_;
  ClaimedTasks& tasks_;
  std::string worker_;
};

}  // namespace fairline::training
