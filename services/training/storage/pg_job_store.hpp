#pragma once

#include "libs/storage/database.hpp"
#include "services/training/app/ports.hpp"

namespace fairline::training {

// Trainings and walk-forwards in training.jobs. Thread-safe. A write under a claim that another
// has superseded is Aborted and changes nothing.
class PgJobStore final : public TrainingStore, public WalkForwardStore {
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

  absl::StatusOr<std::int64_t> StartWalkForward(std::string_view request_id, std::string_view sport,
                                                int first_season, int last_season) override;
  absl::StatusOr<std::optional<WalkForwardTask>> ClaimWalkForward() override;
  absl::Status SaveSeason(const JobClaim& claim, int season,
                          const std::vector<ForecastSet>& forecasts,
                          const std::vector<ModelEvaluation>& evaluations,
                          const TaskProgress& progress) override;
  absl::StatusOr<std::map<int, std::vector<ForecastSet>>> LoadSeasons(
      std::int64_t walk_forward_id, std::size_t outcomes) override;
  absl::Status FinishWalkForward(const JobClaim& claim,
                                 const std::vector<ModelEvaluation>& all_seasons) override;
  absl::StatusOr<WalkForward> GetWalkForward(std::int64_t id) override;
  absl::StatusOr<std::vector<WalkForward>> ListWalkForwards(std::int64_t before_id,
                                                            int limit) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::training
