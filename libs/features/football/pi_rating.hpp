#pragma once
// Pi-ratings (Constantinou and Fenton 2013): each club has a rating at home and one away, in units
// that give the expected goal difference against an average side, moved by the error in it with
// large errors damped.

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct TeamPi {
  double home = 0.0;
  double away = 0.0;

  // The study's offset per tier, since the paper knows one division only.
  [[nodiscard]] static TeamPi Newcomer(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(home);
    archive(away);
  }
};

void EmitPi(FeatureSink& sink, const TeamPi& home, const TeamPi& away);
void UpdatePi(TeamPi& home, TeamPi& away, const Match& match);

}  // namespace fairline::features::football
