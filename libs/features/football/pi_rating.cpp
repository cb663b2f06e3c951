#include "libs/features/football/pi_rating.hpp"

#include <cmath>

namespace fairline::features::football {
namespace {

constexpr double kBase = 10.0;
constexpr double kScale = 3.0;              // c of the paper
constexpr double kStep = 0.03;              // lambda
constexpr double kOtherGroundShare = 0.35;  // gamma
constexpr double kPerTier = 0.35;

// Goals against an average side; equation 3.
double ExpectedGoalDifference(double rating) {
  return std::copysign(std::pow(kBase, std::abs(rating) / kScale) - 1.0, rating);
}

// How much of an error counts; equation 5.
double Damped(double error) {
  return std::copysign(kScale * std::log10(1.0 + std::abs(error)), error);
}

}  // namespace

TeamPi TeamPi::Newcomer(int tier) {
  return {.home = -kPerTier * (tier - 1), .away = -kPerTier * (tier - 1)};
}

void EmitPi(FeatureSink& sink, const TeamPi& home, const TeamPi& away) {
  constexpr std::string_view kSource = "goals, pi-rating";
  sink({"pi_home", "Home side's rating at home", "rating", kSource, Block::kRating}, home.home);
  sink({"pi_away", "Away side's rating away", "rating", kSource, Block::kRating}, away.away);
  sink({"pi_difference", "Expected goal difference by these ratings", "goals", kSource,
        Block::kRating},
       ExpectedGoalDifference(home.home) - ExpectedGoalDifference(away.away));
}

void UpdatePi(TeamPi& home, TeamPi& away, const Match& match) {
  const double expected = ExpectedGoalDifference(home.home) - ExpectedGoalDifference(away.away);
  const double change = kStep * Damped(match.home_score - match.away_score - expected);
  home.home += change;
  home.away += kOtherGroundShare * change;
  away.away -= change;
  away.home -= kOtherGroundShare * change;
}

}  // namespace fairline::features::football
