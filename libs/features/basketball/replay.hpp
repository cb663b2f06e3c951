#pragma once
// What is known of basketball teams after each day. Every feature is of the home (first) side
// against the away side and changes its sign, and nothing else, when the sides of a match on
// neutral ground are exchanged.

#include <memory>

#include "libs/features/replay.hpp"

namespace fairline::features::basketball {

[[nodiscard]] std::unique_ptr<Replay> MakeBasketballReplay();

}  // namespace fairline::features::basketball
