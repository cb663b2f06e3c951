#pragma once
// Generalised Attacking Performance ratings (Wheatcroft 2020): how much of something (goals, shots,
// shots on target, corners) each side may expect, from ratings of attack and defence at home and
// away that are moved by what happened.

#include <array>
#include <limits>

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

inline constexpr std::size_t kGapQuantities = 4;

struct DivisionGap {  // mean amounts lately; NaN until the first match with them
  double home_mean = std::numeric_limits<double>::quiet_NaN();
  double away_mean = std::numeric_limits<double>::quiet_NaN();

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(home_mean);
    archive(away_mean);
  }
};

struct TeamGap {  // amounts won (attack) and allowed (defence); NaN until the first match with them
  double home_attack = std::numeric_limits<double>::quiet_NaN();
  double home_defence = std::numeric_limits<double>::quiet_NaN();
  double away_attack = std::numeric_limits<double>::quiet_NaN();
  double away_defence = std::numeric_limits<double>::quiet_NaN();

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(home_attack);
    archive(home_defence);
    archive(away_attack);
    archive(away_defence);
  }
};

using TeamGaps = std::array<TeamGap, kGapQuantities>;
using DivisionGaps = std::array<DivisionGap, kGapQuantities>;

void EmitGaps(FeatureSink& sink, const TeamGaps& home, const TeamGaps& away);
void UpdateGaps(TeamGaps& home, TeamGaps& away, DivisionGaps& division, const Match& match);

}  // namespace fairline::features::football
