#pragma once
// The registry in PostgreSQL (schema `registry`). A move of an alias is also announced on the
// channel `registry_alias` with the payload "<model>/<alias>": a hint on top of polling.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "libs/storage/database.hpp"
#include "services/model_registry/app/store.hpp"

namespace fairline::model_registry {

class PgRegistryStore final : public RegistryStore {
 public:
  // `database` outlives the store. Statements are given up at `deadline`.
  PgRegistryStore(storage::Database& database, std::chrono::system_clock::time_point deadline)
      : database_(database), deadline_(deadline) {}

  absl::StatusOr<std::string> CreateRun(const std::string& request_id,
                                        const std::string& experiment,
                                        const std::string& name) override;
  absl::Status LogToRun(const std::string& run_id, const std::vector<Parameter>& parameters,
                        const std::vector<Metric>& metrics, const std::vector<Tag>& tags) override;
  absl::Status EndRun(const std::string& run_id, RunState state) override;
  absl::StatusOr<std::vector<Run>> ListRuns(const std::string& experiment,
                                            std::optional<std::int64_t> before, int limit) override;
  absl::StatusOr<Run> GetRun(const std::string& run_id) override;

  absl::StatusOr<ModelVersion> RegisterVersion(const NewVersion& version) override;
  absl::StatusOr<std::vector<RegisteredModel>> ListModels(const std::string& after,
                                                          int limit) override;
  absl::StatusOr<std::vector<ModelVersion>> ListVersions(const std::string& model,
                                                         std::optional<std::int64_t> before,
                                                         int limit) override;
  absl::StatusOr<VersionDescription> DescribeVersion(const std::string& model,
                                                     std::int32_t version) override;
  absl::StatusOr<ModelVersion> GetVersionByAlias(const std::string& model,
                                                 const std::string& alias) override;

  absl::StatusOr<std::optional<Judgement>> FindJudgement(const std::string& model,
                                                         std::int32_t version) override;
  absl::StatusOr<Judgement> RecordJudgement(const std::string& model, std::int32_t version,
                                            std::optional<std::int32_t> champion,
                                            const Judgement& judgement,
                                            const std::string& actor) override;
  absl::StatusOr<AliasMove> MoveAlias(const std::string& model, const std::string& alias,
                                      std::int32_t version, const std::string& actor,
                                      const std::string& reason) override;
  absl::StatusOr<std::vector<AliasMove>> ListAliasMoves(const std::string& model,
                                                        std::optional<std::int64_t> before,
                                                        int limit) override;

 private:
  [[nodiscard]] storage::TransactionOptions Reading() const {
    return {.deadline = deadline_, .read_only = true};
  }
  [[nodiscard]] storage::TransactionOptions Writing() const { return {.deadline = deadline_}; }

  storage::Database& database_;
  std::chrono::system_clock::time_point deadline_;
};

}  // namespace fairline::model_registry
