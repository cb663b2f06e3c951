#pragma once
// The stakes that make the logarithm of the bankroll grow fastest (Kelly 1956), as fractions of the
// bankroll in [0, 1]. Bare mathematics: minimum edges, caps and who may bet are in staking.hpp.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::staking {

// One outcome alone: (p o - 1) / (o - 1), and 0 when the edge is not positive.
[[nodiscard]] double KellyFraction(domain::Probability probability, domain::DecimalOdds odds);

// The fractions for mutually exclusive outcomes of one event bet together, in closed form
// (Smoczynski and Tomkins 2010): an outcome is taken when its expected return p o exceeds the
// reserve rate of the better ones, and then gets p - reserve / o. An outcome with a negative edge
// can be taken as a hedge. The fractions sum to at most 1. `probabilities` may leave outcomes out,
// so they sum to at most 1.
// Errors: InvalidArgument when the sizes differ or the probabilities sum to more than 1.
[[nodiscard]] absl::StatusOr<std::vector<double>> ExclusiveKelly(
    std::span<const domain::Probability> probabilities, std::span<const domain::DecimalOdds> odds);

}  // namespace fairline::staking
