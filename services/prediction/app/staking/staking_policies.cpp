#include "services/prediction/app/staking/staking_policies.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::prediction {

absl::StatusOr<PolicyVersion> StakingPolicies::Current() const {
  ASSIGN_OR_RETURN(const std::optional<PolicyVersion> latest, store_.Latest());
  if (latest) return *latest;
  return PolicyVersion{.version = 0,
                       .policy = defaults_,
                       .changed_by = {},
                       .reason = {},
                       .changed_at = std::nullopt};
}

absl::StatusOr<PolicyVersion> StakingPolicies::Change(
    const PolicyChange& change, std::chrono::system_clock::time_point deadline) {
  RETURN_IF_ERROR(Within("policy", change.policy.Validate()));
  const bool blank = std::all_of(change.reason.begin(), change.reason.end(),
                                 [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  if (blank) return InvalidField("reason", "must not be empty");
  if (change.reason.size() > kMaxReason) {
    return InvalidField("reason", fmt::format("at most {} bytes", kMaxReason));
  }
  return store_.Add(change, deadline);
}

}  // namespace fairline::prediction
