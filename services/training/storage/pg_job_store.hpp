#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

// Trainings in training.jobs. Thread-safe. A write under a claim that another
// has superseded is Aborted and changes nothing.
class PgJobStore final : public TrainingStore {
 public:
  explicit PgJobStore(storage::Database& database) : database_(database) {}

  absl::Status RenewLease(const JobClaim& claim) override;
  absl::Status FailJob(const JobClaim& claim, std::string_view error) override;

  absl::StatusOr<Claimed> ClaimTraining(std::string_view request_id,
                                        std::string_view sport) override;
  absl::Status FinishTraining(const JobClaim& claim, const TrainSummary& summary,
                              int held_out_season,
                              const std::vector<ForecastSet>& held_out) override;
  absl::StatusOr<std::optional<ForecastSet>> FindHeldOut(std::string_view bundle_sha256, int season,
                                                         std::string_view model) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
