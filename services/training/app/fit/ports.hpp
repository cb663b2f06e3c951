#pragma once
// What the use cases need from outside; adapters are in storage/ and rpc/.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/bundle.hpp"
#include "services/training/app/fit/dataset.hpp"
#include "services/training/app/fit/forecast_set.hpp"

namespace fairline::training {

struct TaskProgress {
  std::string activity;
  std::int64_t done = 0;
  std::int64_t total = 0;  // 0 when not known yet
};

// Takes progress; returning false asks the work to stop. Called from several threads, often.
using ProgressSink = std::function<bool(const TaskProgress&)>;

class MatchSource {
 public:
  virtual ~MatchSource() = default;
  // Every finished match of `sport` with features of the newest feature set, as of `as_of`.
  // FailedPrecondition when preprocessing has computed none.
  [[nodiscard]] virtual absl::StatusOr<Dataset> Read(std::string_view sport, std::size_t outcomes,
                                                     Instant as_of) = 0;
  // "E0" and so on, by competition_id.
  [[nodiscard]] virtual absl::StatusOr<std::map<std::int32_t, std::string>> ReadCompetitionCodes(
      std::string_view sport) = 0;
};

// The bundles in the lake.
class BundleStore {
 public:
  virtual ~BundleStore() = default;
  // Idempotent: the same bundle may be written again.
  [[nodiscard]] virtual absl::Status Put(const models::BundleFiles& bundle) = 0;
  [[nodiscard]] virtual absl::StatusOr<models::Manifest> ReadManifest(std::string_view sha256) = 0;
};

struct RegistryRun {
  std::map<std::string, std::string> parameters;
  std::map<std::string, double> metrics;
  std::map<std::string, std::string> tags;
};

// One model of a bundle, as it describes itself to those who read the registry.
struct DescribedModel {
  std::string name;
  std::string kind;       // "trees", "pool", ...
  std::string serves;     // the information set that it answers for; empty when only others read it
  bool anchored = false;  // corrects the market line of the match itself
  std::vector<std::string> inputs = {};        // features, and models before it
  std::map<std::string, double> weights = {};  // of a pool's members
  std::string description = {};                // JSON; empty for nothing
};

struct CandidateVersion {
  std::string model;
  std::string run_id;
  std::string bundle_sha256;
  std::string bundle_path;
  FeatureSet feature_set;
  std::vector<DescribedModel> models;  // in the order in which they read each other
  std::map<std::string, double> metrics;
};

struct ProductionVersion {
  int version = 0;
  std::string bundle_sha256;
  std::string catalogue_hash;
};

// Every call is idempotent per request id.
class Registry {
 public:
  virtual ~Registry() = default;
  [[nodiscard]] virtual absl::StatusOr<std::string> CreateRun(std::string_view request_id,
                                                              std::string_view experiment,
                                                              std::string_view name) = 0;
  [[nodiscard]] virtual absl::Status LogToRun(std::string_view run_id, const RegistryRun& run) = 0;
  [[nodiscard]] virtual absl::Status FinishRun(std::string_view run_id, bool succeeded) = 0;
  // The version number.
  [[nodiscard]] virtual absl::StatusOr<int> RegisterVersion(std::string_view request_id,
                                                            const CandidateVersion& version) = 0;
  // nullopt when no version of the model is in production.
  [[nodiscard]] virtual absl::StatusOr<std::optional<ProductionVersion>> FindProduction(
      std::string_view model) = 0;
};

// What a finished training left behind.
struct TrainSummary {
  std::string registered_model;
  int version = 0;
  std::string run_id;
  std::string bundle_sha256;
  std::int64_t training_matches = 0;
  std::int64_t held_out_matches = 0;
  std::vector<ModelEvaluation> evaluations;
};

// The right to work on a job until the lease runs out; a later claim has a larger token, and what
// is written under a smaller one is refused (Aborted).
struct JobClaim {
  std::int64_t job_id = 0;
  std::int64_t task_id = 0;  // the only one of a training
  std::int64_t fencing_token = 0;
};

class LeaseStore {
 public:
  virtual ~LeaseStore() = default;
  // For another kLease from now. Aborted when another has claimed the job.
  [[nodiscard]] virtual absl::Status RenewLease(const JobClaim& claim) = 0;
  // Gives the lease back. The job is failed, with `error` for its reader.
  [[nodiscard]] virtual absl::Status FailJob(const JobClaim& claim, std::string_view error) = 0;
};

inline constexpr std::chrono::seconds kLease(30);

class TrainingStore : public LeaseStore {
 public:
  struct Claimed {
    JobClaim claim;
    std::optional<TrainSummary> summary;  // when the request is finished; no claim then
  };
  // The training of that request, made when it is new; a failed one may be claimed again.
  // Unavailable while another holds the lease, InvalidArgument when the request id belongs to
  // other work.
  [[nodiscard]] virtual absl::StatusOr<Claimed> ClaimTraining(std::string_view request_id,
                                                              std::string_view sport) = 0;
  // In one transaction: the summary, its evaluations and the held-out forecasts of the version.
  [[nodiscard]] virtual absl::Status FinishTraining(const JobClaim& claim,
                                                    const TrainSummary& summary,
                                                    int held_out_season,
                                                    const std::vector<ForecastSet>& held_out) = 0;
  // The held-out forecasts that were stored with a version, when they are of that season.
  [[nodiscard]] virtual absl::StatusOr<std::optional<ForecastSet>> FindHeldOut(
      std::string_view bundle_sha256, int season, std::string_view model) = 0;
};

}  // namespace fairline::training
