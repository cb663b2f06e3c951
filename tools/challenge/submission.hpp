#pragma once

#include <span>
#include <string>
#include <vector>

#include "libs/sources/soccer_challenge.hpp"
#include "tools/challenge/forecast.hpp"

namespace fairline::challenge {

// The file that is handed in: ID, Sea, Lge, Date, HT, AT as they stood in the fixtures (the number
// of the row where they had no ID) and prd_H, prd_D, prd_A with six decimals that sum to 1.
[[nodiscard]] std::string WriteSubmission(std::span<const sources::ChallengeFixture> fixtures,
                                          std::span<const Probabilities> forecasts);

}  // namespace fairline::challenge
