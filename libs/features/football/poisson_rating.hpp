#pragma once
// An online Poisson rating: each club has an attack and a defence on the logarithmic scale, moved
// after each match along the gradient of the Poisson likelihood (after Maher 1982). Kept twice: on
// goals, and on goals mixed with shots turned into expected goals.

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct DivisionPoisson {
  double base = 0.0;  // log of the mean goals of one side between average sides
  double home = 0.0;  // log of the ratio of the home to the away mean
  double mean_attack = 0.0;
  double mean_defence = 0.0;

  [[nodiscard]] static DivisionPoisson Start(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(base);
    archive(home);
    archive(mean_attack);
    archive(mean_defence);
  }
};

struct TeamPoisson {
  double attack = 0.0;   // higher scores more
  double defence = 0.0;  // higher concedes less

  [[nodiscard]] static TeamPoisson Newcomer(const DivisionPoisson& division);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(attack);
    archive(defence);
  }
};

// Expected goals of both sides.
struct GoalRates {
  double home = 0.0;
  double away = 0.0;
};
[[nodiscard]] GoalRates ExpectedGoals(const TeamPoisson& home, const TeamPoisson& away,
                                      const DivisionPoisson& division, bool neutral);

// How many goals a division's shots have been worth lately.
struct ShotConversion {
  double goals = 30.0;  // decaying sums; these begin as a weak prior
  double shots_on_target = 100.0;
  double shots = 270.0;

  // Expected goals of a side from its shots; NaN when they are unknown.
  [[nodiscard]] double ExpectedGoalsOf(const Statistics& side) const;
  void Update(const Match& match);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(goals);
    archive(shots_on_target);
    archive(shots);
  }
};

void EmitGoalsRating(FeatureSink& sink, const GoalRates& rates);
void EmitShotsRating(FeatureSink& sink, const GoalRates& rates);

void UpdateGoalsRating(TeamPoisson& home, TeamPoisson& away, DivisionPoisson& division,
                       const Match& match);
// Learns from goals alone where the shots of the match are unknown. `conversion` is as it stood
// before the match.
void UpdateShotsRating(TeamPoisson& home, TeamPoisson& away, DivisionPoisson& division,
                       const ShotConversion& conversion, const Match& match);

}  // namespace fairline::features::football
