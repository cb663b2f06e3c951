#include "libs/features/football/odds_rating.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "libs/features/football/market.hpp"

namespace fairline::features::football {
namespace {

constexpr double kHomeStep = 0.01;
constexpr double kCommonHomeStep = 0.003;
constexpr double kHomeExtraStep = 0.007;
constexpr double kMeanStep = 0.02;
constexpr double kDrawStep = 0.1;
constexpr double kDrawLevelStep = 0.01;
constexpr double kPerTier = 0.5;
constexpr double kNewcomerBelowMean = 0.4;
constexpr double kSurpriseWeight = 0.07;
// Variances on the scale of the log ratio of points shares.
constexpr double kNewcomerVariance = 0.3;
constexpr double kVariancePerDay = 0.0005;
constexpr double kVariancePerSeason = 0.12;
constexpr double kOddsVariance = 0.03;
constexpr int kMaxDays = 400;
// What a match itself shows beyond its odds, in goals. One unit of the log ratio is worth so many.
constexpr double kGoalsPerUnit = 0.9;
constexpr double kStepOfShots = 0.035;      // per goal of what shots were worth
constexpr double kStepOfGoals = 0.014;      // per goal, where shots are known
constexpr double kStepOfGoalsAlone = 0.02;  // per goal, where they are not
constexpr double kUsualDeviation = 0.2;     // of the rating difference; steps grow with it
constexpr double kGreatestMargin = 3.0;

// The sharpest view of the match that is known afterwards.
std::optional<MarketView> LatestView(const Match& match) {
  for (const Line* line : {&match.pinnacle_closing, &match.average_closing, &match.average,
                           &match.pinnacle, &match.bookmaker_mean}) {
    if (const auto view = ViewOf(*line)) return view;
  }
  return std::nullopt;
}

double ExpectedDrawRatio(const TeamOdds& home, const TeamOdds& away, const DivisionOdds& division,
                         double supremacy) {
  return division.draw_level + division.draw_curvature * supremacy * supremacy + home.draws +
         away.draws;
}

// The logarithms of pH / pD and pA / pD that have this log ratio of points shares and this
// log(pD / sqrt(pH pA)): with pH : pD : pA as y : k : 1 / y, a quadratic equation in y.
struct LogRatios {
  double home_to_draw;
  double away_to_draw;
};
LogRatios RatiosOf(double supremacy, double draw_ratio) {
  const double ratio = std::exp(supremacy);
  const double half = 0.25 * (ratio - 1.0) * std::exp(draw_ratio);
  const double log_y = std::log(half + std::sqrt(half * half + ratio));
  return {log_y - draw_ratio, -log_y - draw_ratio};
}

void Advance(TeamOdds& team, const DivisionOdds& division, const Match& match) {
  const auto day = static_cast<std::int32_t>(match.day.time_since_epoch().count());
  if (std::isnan(team.rating)) {
    team.rating = division.mean - kNewcomerBelowMean;
    team.variance = kNewcomerVariance;
  } else {
    team.variance += kVariancePerDay * std::min(day - team.day, kMaxDays);
    if (match.season != team.season) team.variance += kVariancePerSeason;
  }
  team.day = day;
  team.season = match.season;
}

void FollowOdds(TeamOdds& home, TeamOdds& away, DivisionOdds& division, CommonOdds& common,
                bool neutral, double supremacy) {
  const double residual = supremacy - OddsSupremacy(home, away, division, common, neutral);
  const double total = home.variance + away.variance + kOddsVariance;
  const double home_gain = home.variance / total;
  const double away_gain = away.variance / total;
  home.rating += home_gain * residual;
  away.rating -= away_gain * residual;
  home.variance *= 1.0 - home_gain;
  away.variance *= 1.0 - away_gain;
  if (!neutral) {
    home.home_extra += kHomeExtraStep * residual;
    division.home_advantage += kHomeStep * residual;
    common.home_advantage += kCommonHomeStep * residual;
  }
  division.mean += kMeanStep * (0.5 * (home.rating + away.rating) - division.mean);
}

void FollowDraws(TeamOdds& home, TeamOdds& away, DivisionOdds& division, const MarketView& view,
                 double supremacy) {
  const auto& p = view.probabilities;
  const double residual =
      std::log(p[1] / std::sqrt(p[0] * p[2])) - ExpectedDrawRatio(home, away, division, supremacy);
  home.draws += kDrawStep * residual;
  away.draws += kDrawStep * residual;
  division.draw_level += kDrawLevelStep * residual;
  const double square = supremacy * supremacy;
  division.draw_curvature += kDrawLevelStep * residual * square / (1.0 + square * square);
}

// The market has not seen the match yet: its next odds will have.
void FollowMatch(TeamOdds& home, TeamOdds& away, const Match& match, const ShotsWorth& shots,
                 double supremacy) {
  const double expected = kGoalsPerUnit * supremacy;
  const double goals =
      std::clamp<double>(match.home_score - match.away_score, -kGreatestMargin, kGreatestMargin);
  const double worth = shots.home - shots.away;
  const double shown = std::isnan(worth)
                           ? kStepOfGoalsAlone * (goals - expected)
                           : kStepOfGoals * (goals - expected) + kStepOfShots * (worth - expected);
  const double step = shown * std::sqrt(home.variance + away.variance) / kUsualDeviation;
  home.rating += step;
  away.rating -= step;
}

}  // namespace

DivisionOdds DivisionOdds::Start(int tier) { return {.mean = -kPerTier * (tier - 1)}; }

double OddsSupremacy(const TeamOdds& home, const TeamOdds& away, const DivisionOdds& division,
                     const CommonOdds& common, bool neutral) {
  return home.rating - away.rating +
         (neutral ? 0.0 : common.home_advantage + division.home_advantage + home.home_extra);
}

void EmitOddsRating(FeatureSink& sink, const TeamOdds& home, const TeamOdds& away,
                    const DivisionOdds& division, const CommonOdds& common, bool neutral) {
  constexpr std::string_view kSource =
      "odds of past matches, closing where known, and what happened in them; Kalman filter";
  const double supremacy = OddsSupremacy(home, away, division, common, neutral);
  const LogRatios ratios = RatiosOf(supremacy, ExpectedDrawRatio(home, away, division, supremacy));
  const double home_weight = std::exp(ratios.home_to_draw);
  const double away_weight = std::exp(ratios.away_to_draw);
  const double all = home_weight + 1.0 + away_weight;
  sink(
      {"odds_rating_supremacy",
       "Log ratio of the expected points shares by ratings from past odds, home advantage included",
       "log ratio", kSource, Block::kPastOdds},
      supremacy);
  sink({"odds_rating_home_to_draw", "Log of home win over draw probability by these ratings",
        "log ratio", kSource, Block::kPastOdds},
       ratios.home_to_draw);
  sink({"odds_rating_away_to_draw", "Log of away win over draw probability by these ratings",
        "log ratio", kSource, Block::kPastOdds},
       ratios.away_to_draw);
  sink({"odds_rating_home_win", "Probability of a home win by ratings from past odds",
        "probability", kSource, Block::kPastOdds},
       home_weight / all);
  sink({"odds_rating_draw", "Probability of a draw by ratings from past odds", "probability",
        kSource, Block::kPastOdds},
       1.0 / all);
  sink({"home_odds_rating", "Home side's rating from past odds above its division's mean",
        "log ratio", kSource, Block::kPastOdds},
       home.rating - division.mean);
  sink({"away_odds_rating", "Away side's rating from past odds above its division's mean",
        "log ratio", kSource, Block::kPastOdds},
       away.rating - division.mean);
  sink({"home_market_surprise", "Share of points the home side won lately above the odds' mean",
        "-1 to 1", kSource, Block::kPastOdds},
       home.surprise.value);
  sink({"away_market_surprise", "Share of points the away side won lately above the odds' mean",
        "-1 to 1", kSource, Block::kPastOdds},
       away.surprise.value);
}

void UpdateOddsRating(TeamOdds& home, TeamOdds& away, DivisionOdds& division, CommonOdds& common,
                      const Match& match, const ShotsWorth& shots) {
  const auto view = LatestView(match);
  if (!view.has_value()) return;
  const double supremacy = view->Supremacy();
  Advance(home, division, match);
  Advance(away, division, match);
  FollowOdds(home, away, division, common, match.neutral, supremacy);
  FollowDraws(home, away, division, *view, supremacy);
  FollowMatch(home, away, match, shots, supremacy);

  const int margin = match.home_score - match.away_score;
  const double home_share = margin > 0 ? 1.0 : margin == 0 ? 0.5 : 0.0;
  const double surprise = home_share - view->probabilities[0] - 0.5 * view->probabilities[1];
  home.surprise.Add(surprise, kSurpriseWeight);
  away.surprise.Add(-surprise, kSurpriseWeight);
}

}  // namespace fairline::features::football
