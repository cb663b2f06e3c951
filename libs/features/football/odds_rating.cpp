#include "libs/features/football/odds_rating.hpp"

#include <cmath>
#include <optional>

#include "libs/features/football/market.hpp"

namespace fairline::features::football {
namespace {

constexpr double kStep = 0.35;
constexpr double kHomeStep = 0.01;
constexpr double kMeanStep = 0.02;
constexpr double kPerTier = 0.5;
constexpr double kNewcomerBelowMean = 0.25;
constexpr double kSurpriseWeight = 0.07;
constexpr double kDrawWeight = 0.1;

// The sharpest view of the match that is known afterwards.
std::optional<MarketView> LatestView(const Match& match) {
  for (const Line* line : {&match.pinnacle_closing, &match.average_closing, &match.average,
                           &match.pinnacle, &match.bookmaker_mean}) {
    if (const auto view = ViewOf(*line)) return view;
  }
  return std::nullopt;
}

}  // namespace

DivisionOdds DivisionOdds::Start(int tier) { return {.mean = -kPerTier * (tier - 1)}; }

double OddsSupremacy(const TeamOdds& home, const TeamOdds& away, const DivisionOdds& division,
                     bool neutral) {
  return home.rating - away.rating + (neutral ? 0.0 : division.home_advantage);
}

void EmitOddsRating(FeatureSink& sink, const TeamOdds& home, const TeamOdds& away,
                    const DivisionOdds& division, bool neutral) {
  constexpr std::string_view kSource = "odds of past matches, closing where known";
  sink(
      {"odds_rating_supremacy",
       "Log ratio of the expected points shares by ratings from past odds, home advantage included",
       "log ratio", kSource, Block::kPastOdds},
      OddsSupremacy(home, away, division, neutral));
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
  sink({"odds_rating_draw", "Mean of both sides' draw probability in the odds of past matches",
        "probability", kSource, Block::kPastOdds},
       0.5 * (home.draw_expected.value + away.draw_expected.value));
}

void UpdateOddsRating(TeamOdds& home, TeamOdds& away, DivisionOdds& division, const Match& match) {
  const auto view = LatestView(match);
  if (!view.has_value()) return;
  for (TeamOdds* team : {&home, &away}) {
    if (std::isnan(team->rating)) team->rating = division.mean - kNewcomerBelowMean;
  }
  const double residual = view->Supremacy() - OddsSupremacy(home, away, division, match.neutral);
  home.rating += kStep * residual;
  away.rating -= kStep * residual;
  if (!match.neutral) division.home_advantage += kHomeStep * residual;
  division.mean += kMeanStep * (0.5 * (home.rating + away.rating) - division.mean);

  const int margin = match.home_score - match.away_score;
  const double home_share = margin > 0 ? 1.0 : margin == 0 ? 0.5 : 0.0;
  const double surprise = home_share - view->probabilities[0] - 0.5 * view->probabilities[1];
  home.surprise.Add(surprise, kSurpriseWeight);
  away.surprise.Add(-surprise, kSurpriseWeight);
  home.draw_expected.Add(view->probabilities[1], kDrawWeight);
  away.draw_expected.Add(view->probabilities[1], kDrawWeight);
}

}  // namespace fairline::features::football
