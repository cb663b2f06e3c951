#include "libs/features/football/performance_rating.hpp"

#include <algorithm>
#include <cmath>

#include "libs/features/football/statistics.hpp"

namespace fairline::features::football {
namespace {

// What is seen of a match: a weighted sum of the differences in goals, in what shots were worth
// and in corners; of goals alone where the others are unknown.
constexpr double kGoalsWeight = 0.6;
constexpr double kShotsWeight = 0.6;
constexpr double kCornersWeight = 0.08;
constexpr double kGoalsAloneWeight = 1.2;
constexpr double kGreatestMargin = 4.0;
constexpr double kNoise = 1.1;  // its variance
constexpr double kGoalsAloneNoise = 3.5;

constexpr double kNewcomerBelowMean = 0.35;
constexpr double kNewcomerVariance = 0.3;
constexpr double kVariancePerDay = 0.00015;
constexpr double kVariancePerSeason = 0.02;
constexpr int kMaxDays = 400;
constexpr double kBackToMean = 0.15;  // share of the way, between seasons

constexpr double kPerTier = 0.4;
constexpr double kStartHome = 0.35;
constexpr double kStartTotal = 2.6;
constexpr double kHomeStep = 0.002;
constexpr double kMeanStep = 0.02;
constexpr double kTotalStep = 0.003;
constexpr double kOpenStep = 0.015;

double Expected(const TeamPerformance& home, const TeamPerformance& away,
                const DivisionPerformance& division, bool neutral) {
  return home.strength - away.strength + (neutral ? 0.0 : division.home_advantage);
}

double ExpectedTotal(const TeamPerformance& home, const TeamPerformance& away,
                     const DivisionPerformance& division) {
  return division.total + home.open + away.open;
}

void Advance(TeamPerformance& team, const DivisionPerformance& division, const Match& match) {
  const auto day = static_cast<std::int32_t>(match.day.time_since_epoch().count());
  if (team.season != 0) {
    team.variance += kVariancePerDay * std::min(day - team.day, kMaxDays);
    if (match.season != team.season) {
      team.variance += kVariancePerSeason;
      team.strength += kBackToMean * (division.mean - team.strength);
    }
  }
  team.day = day;
  team.season = match.season;
}

}  // namespace

DivisionPerformance DivisionPerformance::Start(int tier) {
  return {.mean = -kPerTier * (tier - 1), .home_advantage = kStartHome, .total = kStartTotal};
}

TeamPerformance TeamPerformance::Newcomer(const DivisionPerformance& division) {
  return {.strength = division.mean - kNewcomerBelowMean, .variance = kNewcomerVariance};
}

void EmitPerformance(FeatureSink& sink, const TeamPerformance& home, const TeamPerformance& away,
                     const DivisionPerformance& division, bool neutral) {
  constexpr std::string_view kSource = "goals, shots and corners, Kalman filter";
  sink({"performance_supremacy",
        "Home minus away performance to be expected, home advantage of "
        "the division included",
        "goals", kSource, Block::kRating},
       Expected(home, away, division, neutral));
  sink({"performance_total", "Goals of both sides to be expected, seen by shots too", "goals",
        kSource, Block::kRating},
       ExpectedTotal(home, away, division));
  sink({"home_performance_above_division", "Home side's strength above its division's mean",
        "goals", kSource, Block::kRating},
       home.strength - division.mean);
  sink({"away_performance_above_division", "Away side's strength above its division's mean",
        "goals", kSource, Block::kRating},
       away.strength - division.mean);
}

void UpdatePerformance(TeamPerformance& home, TeamPerformance& away, DivisionPerformance& division,
                       const Match& match, const ShotsWorth& shots) {
  Advance(home, division, match);
  Advance(away, division, match);
  const double margin =
      std::clamp<double>(match.home_score - match.away_score, -kGreatestMargin, kGreatestMargin);
  const double worth = shots.home - shots.away;
  const bool shots_known = !std::isnan(worth);
  const double corners = Get(match.home_statistics, Statistic::kCorners) -
                         Get(match.away_statistics, Statistic::kCorners);
  const double seen = shots_known ? kGoalsWeight * margin + kShotsWeight * worth +
                                        (std::isnan(corners) ? 0.0 : kCornersWeight * corners)
                                  : kGoalsAloneWeight * margin;
  const double residual = seen - Expected(home, away, division, match.neutral);
  const double total = home.variance + away.variance + (shots_known ? kNoise : kGoalsAloneNoise);
  const double home_gain = home.variance / total;
  const double away_gain = away.variance / total;
  home.strength += home_gain * residual;
  away.strength -= away_gain * residual;
  home.variance *= 1.0 - home_gain;
  away.variance *= 1.0 - away_gain;
  if (!match.neutral) division.home_advantage += kHomeStep * residual;
  division.mean += kMeanStep * (0.5 * (home.strength + away.strength) - division.mean);

  const double goals = match.home_score + match.away_score;
  const double both = shots_known ? 0.5 * (goals + shots.home + shots.away) : goals;
  const double more = both - ExpectedTotal(home, away, division);
  division.total += kTotalStep * more;
  home.open += kOpenStep * more;
  away.open += kOpenStep * more;
}

}  // namespace fairline::features::football
