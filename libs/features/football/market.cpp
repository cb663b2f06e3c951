#include "libs/features/football/market.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "libs/domain/devig.hpp"

namespace fairline::features::football {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Logit(double probability) { return std::log(probability / (1.0 - probability)); }

double LogPriceRatio(float price, float other) {
  return std::log(static_cast<double>(price) / static_cast<double>(other));
}

}  // namespace

double MarketView::Supremacy() const {
  const double half_draw = 0.5 * probabilities[1];
  return std::log((probabilities[0] + half_draw) / (probabilities[2] + half_draw));
}

std::optional<MarketView> ViewOf(const Line& line) {
  std::vector<domain::DecimalOdds> prices;
  prices.reserve(line.size());
  for (const float price : line) {
    const auto odds = domain::PrintedOdds(price);
    if (!odds.ok()) return std::nullopt;
    prices.push_back(*odds);
  }
  const auto book = domain::Devig(prices, domain::DevigMethod::kPower);
  if (!book.ok()) return std::nullopt;
  MarketView view{.overround = book->overround};
  for (std::size_t i = 0; i < line.size(); ++i) {
    view.probabilities[i] = book->probabilities[i].value();
  }
  return view;
}

void EmitMarket(FeatureSink& sink, const Fixture& fixture, double expected_supremacy) {
  constexpr std::string_view kAverage = "pre-match average odds, power de-vig";
  constexpr std::string_view kBest = "pre-match best and average odds";
  constexpr std::string_view kSharp = "pre-match Pinnacle and average odds, power de-vig";
  const auto average = ViewOf(fixture.average);
  const auto pinnacle = ViewOf(fixture.pinnacle);
  const auto probability = [&](std::size_t i) {
    return average ? average->probabilities[i] : kNan;
  };
  const auto best_ratio = [&](std::size_t i) {
    return average ? LogPriceRatio(fixture.best[i], fixture.average[i]) : kNan;
  };
  const auto sharp_shift = [&](std::size_t i) {
    return average && pinnacle
               ? Logit(pinnacle->probabilities[i]) - Logit(average->probabilities[i])
               : kNan;
  };

  sink({"market_home", "Probability of a home win by the average line", "probability", kAverage,
        Block::kMarket},
       probability(0));
  sink({"market_draw", "Probability of a draw by the average line", "probability", kAverage,
        Block::kMarket},
       probability(1));
  sink({"market_away", "Probability of an away win by the average line", "probability", kAverage,
        Block::kMarket},
       probability(2));
  sink({"market_overround", "Margin in the average line", "0.05 is 5 %", kAverage, Block::kMarket},
       average ? average->overround : kNan);
  sink({"best_to_average_home", "Log of best over average price, home", "log ratio", kBest,
        Block::kMarket},
       best_ratio(0));
  sink({"best_to_average_draw", "Log of best over average price, draw", "log ratio", kBest,
        Block::kMarket},
       best_ratio(1));
  sink({"best_to_average_away", "Log of best over average price, away", "log ratio", kBest,
        Block::kMarket},
       best_ratio(2));
  sink({"pinnacle_minus_average_home", "Pinnacle's log-odds minus the average line's, home",
        "log-odds", kSharp, Block::kMarket},
       sharp_shift(0));
  sink({"pinnacle_minus_average_draw", "Pinnacle's log-odds minus the average line's, draw",
        "log-odds", kSharp, Block::kMarket},
       sharp_shift(1));
  sink({"pinnacle_minus_average_away", "Pinnacle's log-odds minus the average line's, away",
        "log-odds", kSharp, Block::kMarket},
       sharp_shift(2));
  sink({"market_minus_odds_rating",
        "The average line's log ratio of points shares minus the one past odds led to expect",
        "log ratio", kAverage, Block::kMarket},
       average ? average->Supremacy() - expected_supremacy : kNan);
}

}  // namespace fairline::features::football
