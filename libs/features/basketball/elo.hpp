#pragma once
// Elo (1978) moved by the margin of victory, less the further the winner was already ahead (after
// Silver's multiplier for the NBA, 2015), over regular seasons and tournaments.

#include <cstdint>

#include "libs/features/match.hpp"

namespace fairline::features::basketball {

struct TeamElo {
  double rating = 1500.0;
  std::int16_t season = 0;  // of the last match; 0 before the first

  // The rating with which it enters `season`: between seasons it falls back toward the mean.
  [[nodiscard]] double Entering(std::int16_t entered) const;
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(rating);
    archive(season);
  }
};

// Home minus away in rating points, the home court included.
[[nodiscard]] double EloDifference(const TeamElo& home, const TeamElo& away,
                                   const Fixture& fixture);
void UpdateElo(TeamElo& home, TeamElo& away, const Match& match);

}  // namespace fairline::features::basketball
