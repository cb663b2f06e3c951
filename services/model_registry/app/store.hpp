#pragma once
// What the registry needs of its storage for one call. Every method is one transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "services/model_registry/app/model.hpp"

namespace fairline::model_registry {

class RegistryStore {
 public:
  virtual ~RegistryStore() = default;

  // The run of that request, made with its experiment when there is none yet.
  virtual absl::StatusOr<std::string> CreateRun(const std::string& request_id,
                                                const std::string& experiment,
                                                const std::string& name) = 0;
  // NotFound without the run; AlreadyExists when a parameter has another value.
  virtual absl::Status LogToRun(const std::string& run_id, const std::vector<Parameter>& parameters,
                                const std::vector<Metric>& metrics,
                                const std::vector<Tag>& tags) = 0;
  // Ends a running or failed run. NotFound; FailedPrecondition when a finished run should fail.
  virtual absl::Status EndRun(const std::string& run_id, RunState state) = 0;
  // Newest first, without what they logged; `before` is a run number.
  virtual absl::StatusOr<std::vector<Run>> ListRuns(const std::string& experiment,
                                                    std::optional<std::int64_t> before,
                                                    int limit) = 0;
  virtual absl::StatusOr<Run> GetRun(const std::string& run_id) = 0;

  // The version with that bundle, or of that request, or else a new one. NotFound without the run.
  virtual absl::StatusOr<ModelVersion> RegisterVersion(const NewVersion& version) = 0;
  // By name; `after` is a model's name.
  virtual absl::StatusOr<std::vector<RegisteredModel>> ListModels(const std::string& after,
                                                                  int limit) = 0;
  // Newest first; `before` is a version. NotFound without the model.
  virtual absl::StatusOr<std::vector<ModelVersion>> ListVersions(const std::string& model,
                                                                 std::optional<std::int64_t> before,
                                                                 int limit) = 0;
  // What the version was fitted on and what it holds, with it. NotFound without the version.
  virtual absl::StatusOr<VersionDescription> DescribeVersion(const std::string& model,
                                                             std::int32_t version) = 0;
  // NotFound when the alias points nowhere.
  virtual absl::StatusOr<ModelVersion> GetVersionByAlias(const std::string& model,
                                                         const std::string& alias) = 0;

  virtual absl::StatusOr<std::optional<Judgement>> FindJudgement(const std::string& model,
                                                                 std::int32_t version) = 0;
  // Keeps the judgement, tags the version's quality and, when it is promoted, moves "production"
  // to it: all or nothing. Answers the judgement in force, which is the former one when the
  // version was judged meanwhile. Aborted when production is no longer `champion`.
  virtual absl::StatusOr<Judgement> RecordJudgement(const std::string& model, std::int32_t version,
                                                    std::optional<std::int32_t> champion,
                                                    const Judgement& judgement,
                                                    const std::string& actor) = 0;

  // Moves an alias and writes its history. NotFound without the version.
  virtual absl::StatusOr<AliasMove> MoveAlias(const std::string& model, const std::string& alias,
                                              std::int32_t version, const std::string& actor,
                                              const std::string& reason) = 0;
  // Newest first; `before` is a move id.
  virtual absl::StatusOr<std::vector<AliasMove>> ListAliasMoves(const std::string& model,
                                                                std::optional<std::int64_t> before,
                                                                int limit) = 0;
};

}  // namespace fairline::model_registry
