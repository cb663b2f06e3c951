#pragma once
// The use cases of the registry: checks what comes in, asks the gate, pages the lists.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/core/page.hpp"
#include "libs/core/status.hpp"
#include "services/model_registry/app/gate.hpp"
#include "services/model_registry/app/model.hpp"
#include "services/model_registry/app/store.hpp"

namespace fairline::model_registry {

// Made for one call, since its store keeps that call's deadline. InvalidArgument names the
// request's field.
class Registry {
 public:
  explicit Registry(std::unique_ptr<RegistryStore> store, GatePolicy policy = {})
      : store_(std::move(store)), policy_(policy) {}

  [[nodiscard]] absl::StatusOr<std::string> CreateRun(const std::string& request_id,
                                                      const std::string& experiment,
                                                      const std::string& name);
  [[nodiscard]] absl::Status LogToRun(const std::string& run_id,
                                      const std::vector<Parameter>& parameters,
                                      const std::vector<Metric>& metrics,
                                      const std::vector<Tag>& tags);
  [[nodiscard]] absl::Status FinishRun(const std::string& run_id, RunState state);
  [[nodiscard]] absl::StatusOr<Page<Run>> ListRuns(const std::string& experiment,
                                                   const PageRequest& page);
  [[nodiscard]] absl::StatusOr<Run> GetRun(const std::string& run_id);

  [[nodiscard]] absl::StatusOr<ModelVersion> RegisterVersion(const NewVersion& version);
  [[nodiscard]] absl::StatusOr<Page<RegisteredModel>> ListModels(const PageRequest& page);
  [[nodiscard]] absl::StatusOr<Page<ModelVersion>> ListVersions(const std::string& model,
                                                                const PageRequest& page);
  [[nodiscard]] absl::StatusOr<VersionDescription> GetVersion(const std::string& model,
                                                              std::int32_t version);
  [[nodiscard]] absl::StatusOr<ModelVersion> GetVersionByAlias(const std::string& model,
                                                               const std::string& alias);

  // Puts a version before the gate, once; asking again answers the same, whatever moved since.
  [[nodiscard]] absl::StatusOr<Judgement> GateVersion(const std::string& model,
                                                      std::int32_t version,
                                                      const std::string& actor);
  [[nodiscard]] absl::StatusOr<AliasMove> MoveAlias(const std::string& model,
                                                    const std::string& alias, std::int32_t version,
                                                    const std::string& actor,
                                                    const std::string& reason);
  [[nodiscard]] absl::StatusOr<Page<AliasMove>> ListAliasMoves(const std::string& model,
                                                               const PageRequest& page);

 private:
  [[nodiscard]] absl::StatusOr<Judgement> GateOnce(const std::string& model, std::int32_t version,
                                                   const std::string& actor);

  std::unique_ptr<RegistryStore> store_;
  GatePolicy policy_;
};

// A registry for one call that ends by `deadline`. Thread-safe.
using RegistryFor = std::function<Registry(std::chrono::system_clock::time_point deadline)>;

}  // namespace fairline::model_registry
