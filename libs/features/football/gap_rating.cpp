#include "libs/features/football/gap_rating.hpp"

#include <algorithm>
#include <cmath>

#include "libs/features/football/statistics.hpp"

namespace fairline::features::football {
namespace {

constexpr double kStep = 0.1;
constexpr double kSameGround = 0.8;  // share of the step on the rating of the ground played on
constexpr double kMeanStep = 0.01;

struct Quantity {
  std::string_view home_name;
  std::string_view away_name;
  std::string_view difference_name;
  std::string_view unit;
};

constexpr std::array<Quantity, kGapQuantities> kQuantities = {{
    {"gap_goals_home", "gap_goals_away", "gap_goals_difference", "goals"},
    {"gap_shots_home", "gap_shots_away", "gap_shots_difference", "shots"},
    {"gap_shots_on_target_home", "gap_shots_on_target_away", "gap_shots_on_target_difference",
     "shots on target"},
    {"gap_corners_home", "gap_corners_away", "gap_corners_difference", "corners"},
}};

struct Amounts {
  double home;
  double away;
};

std::array<Amounts, kGapQuantities> AmountsOf(const Match& match) {
  const auto of = [&](Statistic which) {
    return Amounts{Get(match.home_statistics, which), Get(match.away_statistics, which)};
  };
  return {Amounts{static_cast<double>(match.home_score), static_cast<double>(match.away_score)},
          of(Statistic::kShots), of(Statistic::kShotsOnTarget), of(Statistic::kCorners)};
}

void StartIfNew(TeamGap& team, const DivisionGap& division) {
  if (!std::isnan(team.home_attack)) return;
  team = {.home_attack = division.home_mean,
          .home_defence = division.away_mean,
          .away_attack = division.away_mean,
          .away_defence = division.home_mean};
}

void Move(double& same_ground, double& other_ground, double residual) {
  same_ground = std::max(0.0, same_ground + kStep * kSameGround * residual);
  other_ground = std::max(0.0, other_ground + kStep * (1.0 - kSameGround) * residual);
}

void UpdateOne(TeamGap& home, TeamGap& away, DivisionGap& division, const Amounts& amounts) {
  if (std::isnan(amounts.home) || std::isnan(amounts.away)) return;
  if (std::isnan(division.home_mean)) division = {amounts.home, amounts.away};
  StartIfNew(home, division);
  StartIfNew(away, division);
  const double home_residual = amounts.home - 0.5 * (home.home_attack + away.away_defence);
  const double away_residual = amounts.away - 0.5 * (away.away_attack + home.home_defence);
  Move(home.home_attack, home.away_attack, home_residual);
  Move(away.away_defence, away.home_defence, home_residual);
  Move(away.away_attack, away.home_attack, away_residual);
  Move(home.home_defence, home.away_defence, away_residual);
  division.home_mean += kMeanStep * (amounts.home - division.home_mean);
  division.away_mean += kMeanStep * (amounts.away - division.away_mean);
}

}  // namespace

void EmitGaps(FeatureSink& sink, const TeamGaps& home, const TeamGaps& away) {
  constexpr std::string_view kSource = "match statistics, GAP rating";
  for (std::size_t q = 0; q < kGapQuantities; ++q) {
    const double home_expected = 0.5 * (home[q].home_attack + away[q].away_defence);
    const double away_expected = 0.5 * (away[q].away_attack + home[q].home_defence);
    sink({kQuantities[q].home_name, "Expected amount of the home side", kQuantities[q].unit,
          kSource, Block::kRating},
         home_expected);
    sink({kQuantities[q].away_name, "Expected amount of the away side", kQuantities[q].unit,
          kSource, Block::kRating},
         away_expected);
    sink({kQuantities[q].difference_name, "Home minus away expected amount", kQuantities[q].unit,
          kSource, Block::kRating},
         home_expected - away_expected);
  }
}

void UpdateGaps(TeamGaps& home, TeamGaps& away, DivisionGaps& division, const Match& match) {
  const auto amounts = AmountsOf(match);
  for (std::size_t q = 0; q < kGapQuantities; ++q) {
    UpdateOne(home[q], away[q], division[q], amounts[q]);
  }
}

}  // namespace fairline::features::football
