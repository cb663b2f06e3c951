#pragma once
// Commands on the staking policy and on value.

#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

[[nodiscard]] absl::Status ShowStakingPolicy(Context& context);
// `changes` are FIELD=VALUE; the other fields stay. Refused when somebody else changed the policy
// in between.
[[nodiscard]] absl::Status SetStakingPolicy(Context& context,
                                            const std::vector<std::string>& changes,
                                            const std::string& reason);
// `policy` (proto JSON) with those changes. A number, true or false, or "none" for no limit.
// Errors: InvalidArgument naming the field.
[[nodiscard]] absl::StatusOr<nlohmann::json> WithChanges(nlohmann::json policy,
                                                         const std::vector<std::string>& changes);

struct ValueOptions {
  std::string competition;
  std::string min_edge;  // a number; empty: 0
  std::string commission;
  bool only_usable = false;
  bool include_unanchored = false;
  std::size_t limit = 50;
};
[[nodiscard]] absl::Status ListValue(Context& context, const ValueOptions& options);

}  // namespace fairline::cli
