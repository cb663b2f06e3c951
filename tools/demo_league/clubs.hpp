#pragma once
// Names of clubs that do not exist.

#include <span>
#include <string_view>

namespace fairline::demo {

struct DivisionPlan {
  std::string_view code;
  std::span<const std::string_view> clubs;  // those of the first season
  double strength;                          // mean of attack plus defence of its clubs
};

// Top divisions before lower ones; promotion is between neighbours of the same country letter.
[[nodiscard]] std::span<const DivisionPlan> Divisions();

}  // namespace fairline::demo
