#pragma once
// Positions of football's match statistics (sports.statistics), and the ones ratings learn from.

#include <cstddef>

#include "libs/features/match.hpp"

namespace fairline::features::football {

enum class Statistic : std::size_t {
  kHalfTimeGoals = 1,
  kShots = 2,
  kShotsOnTarget = 3,
  kCorners = 4,
  kFouls = 5,
  kYellowCards = 6,
  kRedCards = 7,
};

[[nodiscard]] inline double Get(const Statistics& statistics, Statistic which) {
  return statistics[static_cast<std::size_t>(which) - 1];
}

}  // namespace fairline::features::football
