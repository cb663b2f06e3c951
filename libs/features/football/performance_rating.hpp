#pragma once
// How well a club plays, by goals, the goals its shots were worth and corners together: a Kalman
// filter (1960) of each club's strength in goals. It moves faster the longer a club was not seen,
// and between seasons each strength drifts a little toward the mean of its division.

#include <cstdint>
#include <limits>

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct DivisionPerformance {
  double mean = 0.0;
  double home_advantage = 0.0;
  double total = 0.0;  // of both sides, between average ones

  [[nodiscard]] static DivisionPerformance Start(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(mean);
    archive(home_advantage);
    archive(total);
  }
};

struct TeamPerformance {
  double strength = 0.0;
  double variance = 0.0;
  double open = 0.0;     // how far its matches raise the total of both sides
  std::int32_t day = 0;  // of the last match, since 1970
  std::int16_t season = 0;

  // A club never seen before is below its division's mean.
  [[nodiscard]] static TeamPerformance Newcomer(const DivisionPerformance& division);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(strength);
    archive(variance);
    archive(open);
    archive(day);
    archive(season);
  }
};

// Goals that the sides' shots in a match were worth; NaN where unknown.
struct ShotsWorth {
  double home = 0.0;
  double away = 0.0;
};

void EmitPerformance(FeatureSink& sink, const TeamPerformance& home, const TeamPerformance& away,
                     const DivisionPerformance& division, bool neutral);
void UpdatePerformance(TeamPerformance& home, TeamPerformance& away, DivisionPerformance& division,
                       const Match& match, const ShotsWorth& shots);

}  // namespace fairline::features::football
