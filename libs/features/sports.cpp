#include <array>

#include "libs/features/basketball/replay.hpp"
#include "libs/features/football/replay.hpp"
#include "libs/features/replay.hpp"

namespace fairline::features {

std::span<const Sport> Sports() {
  // A new sport is one line here; the first is the default one.
  static constexpr std::array kSports = {Sport{"football", &football::MakeFootballReplay},
                                         Sport{"basketball", &basketball::MakeBasketballReplay}};
  return kSports;
}

}  // namespace fairline::features
