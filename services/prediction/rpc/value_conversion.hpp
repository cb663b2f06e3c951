#pragma once
// Value lists and staking policies to and from their proto messages.

#include "fairline/prediction/v1/prediction.pb.h"

#include "libs/core/status.hpp"
#include "services/prediction/app/serving/value_list.hpp"
#include "services/prediction/app/staking/staking_policies.hpp"

namespace fairline::prediction {

void ToProto(const ValuePage& page, v1::ListValueResponse& out);

void ToProto(const staking::StakingPolicy& policy, v1::StakingPolicy& out);
void ToProto(const PolicyVersion& version, v1::StakingPolicyVersion& out);
// Every field must be there but the age of prices, which is without limit when absent.
// InvalidArgument names the field that is not.
[[nodiscard]] absl::StatusOr<staking::StakingPolicy> PolicyOf(const v1::StakingPolicy& message);

}  // namespace fairline::prediction
