#pragma once
// Runs in PostgreSQL, schema pipeline. Threads: any.

#include "libs/storage/database.hpp"
#include "services/pipeline/app/run_store.hpp"

namespace fairline::pipeline {

class PgRunStore final : public RunStore {
 public:
  // `database` outlives the store.
  explicit PgRunStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<Run> Create(const Run& run, const std::string& actor,
                             const std::string& request_id) override;
  absl::StatusOr<Run> Get(const std::string& run_id) override;
  absl::StatusOr<Head> GetHead(const std::string& run_id) override;
  absl::StatusOr<Page<Run>> List(int page_size, const std::string& page_token) override;
  absl::StatusOr<Run> RequestCancel(const std::string& run_id) override;
  absl::StatusOr<Run> Retry(const std::string& run_id) override;
  absl::StatusOr<std::optional<Lease>> Claim(std::chrono::milliseconds lease) override;
  absl::StatusOr<bool> Renew(const Lease& lease, std::chrono::milliseconds duration) override;
  absl::StatusOr<Run> Load(const Lease& lease) override;
  absl::Status SaveStage(const Lease& lease, const Stage& stage, const std::string& event) override;
  absl::Status End(const Lease& lease, RunState state, const std::string& error) override;
  absl::Status Release(const Lease& lease) override;
  absl::StatusOr<std::optional<EarlierTraining>> FindTraining(const TrainingData& data) override;

 private:
  storage::Database& database_;
};

}  // namespace fairline::pipeline
