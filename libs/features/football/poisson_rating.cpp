#include "libs/features/football/poisson_rating.hpp"

#include <algorithm>
#include <cmath>

#include "libs/features/football/statistics.hpp"

namespace fairline::features::football {
namespace {

constexpr double kGoalsStep = 0.02;
constexpr double kShotsStep = 0.025;
constexpr double kDivisionStep = 0.001;
constexpr double kMeanStep = 0.02;
constexpr double kShotsShare = 0.5;     // of shots in the mix with goals
constexpr double kOnTargetShare = 0.7;  // of shots on target in the expected goals
constexpr double kConversionDecay = 0.998;
constexpr double kStartGoals = 1.3;
constexpr double kStartHome = 0.3;
constexpr double kPerTier = 0.2;
constexpr double kNewcomerBelowMean = 0.1;
constexpr double kMinRate = 0.05;
constexpr double kMaxRate = 8.0;

void Step(TeamPoisson& home, TeamPoisson& away, DivisionPoisson& division, bool neutral,
          double home_goals, double away_goals, double step) {
  const GoalRates rates = ExpectedGoals(home, away, division, neutral);
  const double home_residual = home_goals - rates.home;
  const double away_residual = away_goals - rates.away;
  home.attack += step * home_residual;
  away.defence -= step * home_residual;
  away.attack += step * away_residual;
  home.defence -= step * away_residual;
  division.base += kDivisionStep * (home_residual + away_residual);
  if (!neutral) division.home += kDivisionStep * (home_residual - away_residual);
  division.mean_attack += kMeanStep * (0.5 * (home.attack + away.attack) - division.mean_attack);
  division.mean_defence +=
      kMeanStep * (0.5 * (home.defence + away.defence) - division.mean_defence);
}

struct ResultProbabilities {
  double home = 0.0;
  double draw = 0.0;
};

// Of two independent Poisson counts, up to 15 goals a side.
ResultProbabilities FromRates(const GoalRates& rates) {
  ResultProbabilities result;
  double home_goals = std::exp(-rates.home);
  double away_goals = std::exp(-rates.away);
  double away_below = 0.0;
  for (int goals = 0; goals <= 15; ++goals) {
    result.home += home_goals * away_below;
    result.draw += home_goals * away_goals;
    away_below += away_goals;
    home_goals *= rates.home / (goals + 1);
    away_goals *= rates.away / (goals + 1);
  }
  return result;
}

double Mix(double goals, double expected_goals) {
  return std::isnan(expected_goals) ? goals
                                    : kShotsShare * expected_goals + (1.0 - kShotsShare) * goals;
}

}  // namespace

DivisionPoisson DivisionPoisson::Start(int tier) {
  const double level = -kPerTier * (tier - 1);
  return {.base = std::log(kStartGoals),
          .home = kStartHome,
          .mean_attack = level,
          .mean_defence = level};
}

TeamPoisson TeamPoisson::Newcomer(const DivisionPoisson& division) {
  return {.attack = division.mean_attack - kNewcomerBelowMean,
          .defence = division.mean_defence - kNewcomerBelowMean};
}

GoalRates ExpectedGoals(const TeamPoisson& home, const TeamPoisson& away,
                        const DivisionPoisson& division, bool neutral) {
  const double half_home = neutral ? 0.0 : 0.5 * division.home;
  const auto rate = [](double log_rate) {
    return std::clamp(std::exp(log_rate), kMinRate, kMaxRate);
  };
  return {.home = rate(division.base + half_home + home.attack - away.defence),
          .away = rate(division.base - half_home + away.attack - home.defence)};
}

double ShotConversion::ExpectedGoalsOf(const Statistics& side) const {
  return kOnTargetShare * Get(side, Statistic::kShotsOnTarget) * goals / shots_on_target +
         (1.0 - kOnTargetShare) * Get(side, Statistic::kShots) * goals / shots;
}

void ShotConversion::Update(const Match& match) {
  const double on_target = Get(match.home_statistics, Statistic::kShotsOnTarget) +
                           Get(match.away_statistics, Statistic::kShotsOnTarget);
  const double all =
      Get(match.home_statistics, Statistic::kShots) + Get(match.away_statistics, Statistic::kShots);
  if (std::isnan(on_target) || std::isnan(all)) return;
  goals = kConversionDecay * goals + match.home_score + match.away_score;
  shots_on_target = kConversionDecay * shots_on_target + on_target;
  shots = kConversionDecay * shots + all;
}

void EmitGoalsRating(FeatureSink& sink, const GoalRates& rates) {
  constexpr std::string_view kSource = "goals, online Poisson rating";
  const ResultProbabilities result = FromRates(rates);
  sink({"goals_rating_home_rate", "Expected goals of the home side", "goals", kSource,
        Block::kRating},
       rates.home);
  sink({"goals_rating_away_rate", "Expected goals of the away side", "goals", kSource,
        Block::kRating},
       rates.away);
  sink({"goals_rating_log_ratio", "Logarithm of home over away expected goals", "log ratio",
        kSource, Block::kRating},
       std::log(rates.home / rates.away));
  sink({"goals_rating_home_win", "Probability of a home win by these rates", "probability", kSource,
        Block::kRating},
       result.home);
  sink({"goals_rating_draw", "Probability of a draw by these rates", "probability", kSource,
        Block::kRating},
       result.draw);
}

void EmitShotsRating(FeatureSink& sink, const GoalRates& rates) {
  constexpr std::string_view kSource = "goals and shots, online Poisson rating";
  const ResultProbabilities result = FromRates(rates);
  sink({"shots_rating_home_rate", "Expected goals of the home side, learned from shots too",
        "goals", kSource, Block::kRating},
       rates.home);
  sink({"shots_rating_away_rate", "Expected goals of the away side, learned from shots too",
        "goals", kSource, Block::kRating},
       rates.away);
  sink({"shots_rating_log_ratio", "Logarithm of home over away expected goals, from shots too",
        "log ratio", kSource, Block::kRating},
       std::log(rates.home / rates.away));
  sink({"shots_rating_home_win", "Probability of a home win by the rates from shots too",
        "probability", kSource, Block::kRating},
       result.home);
  sink({"shots_rating_draw", "Probability of a draw by the rates from shots too", "probability",
        kSource, Block::kRating},
       result.draw);
}

void UpdateGoalsRating(TeamPoisson& home, TeamPoisson& away, DivisionPoisson& division,
                       const Match& match) {
  Step(home, away, division, match.neutral, match.home_score, match.away_score, kGoalsStep);
}

void UpdateShotsRating(TeamPoisson& home, TeamPoisson& away, DivisionPoisson& division,
                       const ShotConversion& conversion, const Match& match) {
  Step(home, away, division, match.neutral,
       Mix(match.home_score, conversion.ExpectedGoalsOf(match.home_statistics)),
       Mix(match.away_score, conversion.ExpectedGoalsOf(match.away_statistics)), kShotsStep);
}

}  // namespace fairline::features::football
