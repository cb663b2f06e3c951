#pragma once
// Elo (1978) over all tiers of a country: a club keeps its rating when it changes division.

#include <cstdint>

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct DivisionElo {
  double mean = 0.0;             // slow average of the ratings of those who play in it
  double home_advantage = 65.0;  // rating points, learned

  [[nodiscard]] static DivisionElo Start(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(mean);
    archive(home_advantage);
  }
};

struct TeamElo {
  double rating = 0.0;
  std::int32_t matches = 0;

  // A club never seen before is a little below its division's mean.
  [[nodiscard]] static TeamElo Newcomer(const DivisionElo& division);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(rating);
    archive(matches);
  }
};

void EmitElo(FeatureSink& sink, const TeamElo& home, const TeamElo& away,
             const DivisionElo& division, bool neutral);
void UpdateElo(TeamElo& home, TeamElo& away, DivisionElo& division, const Match& match);

}  // namespace fairline::features::football
