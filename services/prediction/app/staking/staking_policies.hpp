#pragma once
// The staking policy in force and its history: what the environment says until an admin changes it,
// from then on the last change. Nothing is ever edited; a change adds a version.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::prediction {

struct PolicyVersion {
  std::int64_t version = 0;  // 0: the environment's, never changed
  staking::StakingPolicy policy;
  // Of the change; nothing of version 0.
  std::string changed_by;
  std::string reason;
  std::optional<Instant> changed_at;  // real time
};

struct PolicyChange {
  staking::StakingPolicy policy;
  std::int64_t actor_id = 0;
  std::string actor;
  std::string reason;
  // The version that the change was made from; none makes it whatever came before.
  std::optional<std::int64_t> base_version = std::nullopt;
};

class PolicyStore {
 public:
  virtual ~PolicyStore() = default;
  // None before the first change. DataLoss for a policy that cannot be read.
  [[nodiscard]] virtual absl::StatusOr<std::optional<PolicyVersion>> Latest() = 0;
  // The next version. FailedPrecondition when `base_version` is not the latest.
  [[nodiscard]] virtual absl::StatusOr<PolicyVersion> Add(
      const PolicyChange& change, std::chrono::system_clock::time_point deadline) = 0;
};

// Thread-safe as far as the store is.
class StakingPolicies {
 public:
  static constexpr std::size_t kMaxReason = 500;  // bytes

  // `store` outlives this.
  StakingPolicies(PolicyStore& store, const staking::StakingPolicy& defaults)
      : store_(store), defaults_(defaults) {}

  [[nodiscard]] const staking::StakingPolicy& defaults() const { return defaults_; }
  [[nodiscard]] absl::StatusOr<PolicyVersion> Current() const;
  // Errors: InvalidArgument naming `policy` with its field, or `reason`; those of the store.
  [[nodiscard]] absl::StatusOr<PolicyVersion> Change(
      const PolicyChange& change, std::chrono::system_clock::time_point deadline);

 private:
  PolicyStore& store_;
  staking::StakingPolicy defaults_;
};

}  // namespace fairline::prediction
