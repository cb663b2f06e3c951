#include "libs/features/football/form.hpp"

#include "libs/features/football/statistics.hpp"

namespace fairline::features::football {
namespace {

constexpr double kSlow = 0.04;
constexpr double kFast = 0.17;
constexpr double kByGround = 0.07;

using FormValues = std::array<double, kFormQuantities>;

FormValues ValuesOf(int scored, int conceded, const Statistics& own, const Statistics& other) {
  FormValues values{};
  values[kPoints] = scored > conceded ? 3.0 : scored == conceded ? 1.0 : 0.0;
  values[kGoalsFor] = scored;
  values[kGoalsAgainst] = conceded;
  values[kShotsFor] = Get(own, Statistic::kShots);
  values[kShotsAgainst] = Get(other, Statistic::kShots);
  values[kOnTargetFor] = Get(own, Statistic::kShotsOnTarget);
  values[kOnTargetAgainst] = Get(other, Statistic::kShotsOnTarget);
  values[kCornersFor] = Get(own, Statistic::kCorners);
  values[kCornersAgainst] = Get(other, Statistic::kCorners);
  return values;
}

void AddAll(FormAverages& averages, const FormValues& values, double alpha) {
  for (std::size_t q = 0; q < kFormQuantities; ++q) averages[q].Add(values[q], alpha);
}

struct Singles {
  FormQuantity quantity;
  std::string_view home_name;
  std::string_view away_name;
  std::string_view unit;
};

constexpr std::array<Singles, 7> kSingles = {{
    {kPoints, "home_form_points", "away_form_points", "points per match"},
    {kGoalsFor, "home_form_goals_for", "away_form_goals_for", "goals per match"},
    {kGoalsAgainst, "home_form_goals_against", "away_form_goals_against", "goals per match"},
    {kOnTargetFor, "home_form_shots_on_target_for", "away_form_shots_on_target_for",
     "shots on target per match"},
    {kOnTargetAgainst, "home_form_shots_on_target_against", "away_form_shots_on_target_against",
     "shots on target per match"},
    {kCornersFor, "home_form_corners_for", "away_form_corners_for", "corners per match"},
    {kCornersAgainst, "home_form_corners_against", "away_form_corners_against",
     "corners per match"},
}};

struct Balance {
  FormQuantity won;
  FormQuantity lost;
  std::string_view slow_name;
  std::string_view fast_name;
  std::string_view unit;
};

constexpr std::array<Balance, 4> kBalances = {{
    {kGoalsFor, kGoalsAgainst, "form_goal_balance_difference", "fast_form_goal_balance_difference",
     "goals per match"},
    {kShotsFor, kShotsAgainst, "form_shot_balance_difference", "fast_form_shot_balance_difference",
     "shots per match"},
    {kOnTargetFor, kOnTargetAgainst, "form_shot_on_target_balance_difference",
     "fast_form_shot_on_target_balance_difference", "shots on target per match"},
    {kCornersFor, kCornersAgainst, "form_corner_balance_difference",
     "fast_form_corner_balance_difference", "corners per match"},
}};

double BalanceOf(const FormAverages& averages, FormQuantity won, FormQuantity lost) {
  return averages[won].value - averages[lost].value;
}

constexpr std::string_view kSlowSource = "results and statistics, weighted mean, newest 4 %";
constexpr std::string_view kFastSource = "results and statistics, weighted mean, newest 17 %";
constexpr std::string_view kGroundSource = "results and statistics, weighted mean, newest 7 %";

void EmitByGround(FeatureSink& sink, const TeamForm& home, const TeamForm& away) {
  sink({"home_form_at_home_points", "Home side's points in its home matches", "points per match",
        kGroundSource, Block::kForm},
       home.at_home[kPoints].value);
  sink({"away_form_away_points", "Away side's points in its away matches", "points per match",
        kGroundSource, Block::kForm},
       away.away[kPoints].value);
  sink({"home_form_at_home_goal_balance", "Home side's goals for minus against in home matches",
        "goals per match", kGroundSource, Block::kForm},
       BalanceOf(home.at_home, kGoalsFor, kGoalsAgainst));
  sink({"away_form_away_goal_balance", "Away side's goals for minus against in away matches",
        "goals per match", kGroundSource, Block::kForm},
       BalanceOf(away.away, kGoalsFor, kGoalsAgainst));
  sink({"home_form_at_home_shot_on_target_balance",
        "Home side's shots on target for minus against in home matches",
        "shots on target per match", kGroundSource, Block::kForm},
       BalanceOf(home.at_home, kOnTargetFor, kOnTargetAgainst));
  sink({"away_form_away_shot_on_target_balance",
        "Away side's shots on target for minus against in away matches",
        "shots on target per match", kGroundSource, Block::kForm},
       BalanceOf(away.away, kOnTargetFor, kOnTargetAgainst));
}

}  // namespace

void EmitForm(FeatureSink& sink, const TeamForm& home, const TeamForm& away) {
  for (const Singles& single : kSingles) {
    sink({single.home_name, "Home side's average over its matches", single.unit, kSlowSource,
          Block::kForm},
         home.slow[single.quantity].value);
    sink({single.away_name, "Away side's average over its matches", single.unit, kSlowSource,
          Block::kForm},
         away.slow[single.quantity].value);
  }
  for (const Balance& balance : kBalances) {
    sink({balance.slow_name, "Home side's balance (for minus against) minus the away side's",
          balance.unit, kSlowSource, Block::kForm},
         BalanceOf(home.slow, balance.won, balance.lost) -
             BalanceOf(away.slow, balance.won, balance.lost));
    sink({balance.fast_name, "Home side's balance (for minus against) minus the away side's",
          balance.unit, kFastSource, Block::kForm},
         BalanceOf(home.fast, balance.won, balance.lost) -
             BalanceOf(away.fast, balance.won, balance.lost));
  }
  sink({"fast_form_points_difference", "Home side's points per match minus the away side's",
        "points per match", kFastSource, Block::kForm},
       home.fast[kPoints].value - away.fast[kPoints].value);
  EmitByGround(sink, home, away);
}

void UpdateForm(TeamForm& home, TeamForm& away, const Match& match) {
  const FormValues home_values =
      ValuesOf(match.home_score, match.away_score, match.home_statistics, match.away_statistics);
  const FormValues away_values =
      ValuesOf(match.away_score, match.home_score, match.away_statistics, match.home_statistics);
  AddAll(home.slow, home_values, kSlow);
  AddAll(home.fast, home_values, kFast);
  AddAll(away.slow, away_values, kSlow);
  AddAll(away.fast, away_values, kFast);
  if (match.neutral) return;
  AddAll(home.at_home, home_values, kByGround);
  AddAll(away.away, away_values, kByGround);
}

}  // namespace fairline::features::football
