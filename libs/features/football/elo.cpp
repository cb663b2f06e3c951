#include "libs/features/football/elo.hpp"

#include <cmath>
#include <cstdlib>

namespace fairline::features::football {
namespace {

constexpr double kK = 14.0;
constexpr double kNewcomerBoost = 1.6;
constexpr int kNewcomerMatches = 15;
constexpr double kMarginExponent = 0.35;
constexpr double kTopMean = 1500.0;
constexpr double kPointsPerTier = 120.0;
constexpr double kNewcomerBelowMean = 60.0;
constexpr double kHomeAdvantageStep = 0.3;
constexpr double kMeanStep = 0.02;

double Difference(const TeamElo& home, const TeamElo& away, const DivisionElo& division,
                  bool neutral) {
  return home.rating - away.rating + (neutral ? 0.0 : division.home_advantage);
}

double ExpectedScore(double difference) {
  return 1.0 / (1.0 + std::pow(10.0, -difference / 400.0));
}

double StepSize(const TeamElo& team, double margin_factor) {
  return kK * margin_factor * (team.matches < kNewcomerMatches ? kNewcomerBoost : 1.0);
}

}  // namespace

DivisionElo DivisionElo::Start(int tier) {
  return {.mean = kTopMean - kPointsPerTier * (tier - 1)};
}

TeamElo TeamElo::Newcomer(const DivisionElo& division) {
  return {.rating = division.mean - kNewcomerBelowMean};
}

void EmitElo(FeatureSink& sink, const TeamElo& home, const TeamElo& away,
             const DivisionElo& division, bool neutral) {
  const double difference = Difference(home, away, division, neutral);
  sink({"elo_difference", "Home minus away Elo, home advantage of the division included",
        "rating points", "results, Elo over all tiers", Block::kRating},
       difference);
  sink({"elo_home_score", "Expected share of the point for the home side, a draw counting half",
        "0 to 1", "results, Elo over all tiers", Block::kRating},
       ExpectedScore(difference));
  sink({"home_elo_above_division", "Home side's Elo minus the mean of its division",
        "rating points", "results, Elo over all tiers", Block::kRating},
       home.rating - division.mean);
  sink({"away_elo_above_division", "Away side's Elo minus the mean of its division",
        "rating points", "results, Elo over all tiers", Block::kRating},
       away.rating - division.mean);
}

void UpdateElo(TeamElo& home, TeamElo& away, DivisionElo& division, const Match& match) {
  const int margin = match.home_score - match.away_score;
  const double score = margin > 0 ? 1.0 : margin == 0 ? 0.5 : 0.0;
  const double residual = score - ExpectedScore(Difference(home, away, division, match.neutral));
  const double margin_factor = std::pow(1.0 + std::abs(margin), kMarginExponent);
  home.rating += StepSize(home, margin_factor) * residual;
  away.rating -= StepSize(away, margin_factor) * residual;
  ++home.matches;
  ++away.matches;
  if (!match.neutral) division.home_advantage += kHomeAdvantageStep * residual;
  division.mean += kMeanStep * (0.5 * (home.rating + away.rating) - division.mean);
}

}  // namespace fairline::features::football
