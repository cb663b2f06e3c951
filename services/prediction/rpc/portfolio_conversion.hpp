#pragma once
// Between ComputePortfolio's messages and the domain's portfolios.

#include <vector>

#include "fairline/prediction/v1/prediction.pb.h"

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/staking/custom_portfolio.hpp"

namespace fairline::prediction {

struct PortfolioQuestion {
  std::vector<staking::UserMatch> matches;
  staking::StakingPolicy caps;
  double kelly_fraction = 0.0;
  std::vector<double> drawdowns;
  Money bankroll;
};

// What the request leaves out is taken from `policy`. Errors: InvalidArgument naming the field
// ("matches[2].odds[1]"); caps and the part of Kelly are StakePortfolio's to check.
[[nodiscard]] absl::StatusOr<PortfolioQuestion> QuestionOf(
    const v1::ComputePortfolioRequest& request, const staking::StakingPolicy& policy);

void ToProto(const PortfolioQuestion& question, const staking::CustomPortfolio& answer,
             v1::ComputePortfolioResponse& out);

}  // namespace fairline::prediction
