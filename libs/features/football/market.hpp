#pragma once
// The odds of the match itself.

#include <array>
#include <optional>

#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct MarketView {
  std::array<double, 3> probabilities{};  // home, draw, away; power de-vig
  double overround = 0.0;

  // log((pH + pD/2) / (pA + pD/2))
  [[nodiscard]] double Supremacy() const;
};

// None unless all three prices are valid odds.
[[nodiscard]] std::optional<MarketView> ViewOf(const Line& line);

// `expected_supremacy` is what the odds of past matches led to expect, NaN when unknown.
void EmitMarket(FeatureSink& sink, const Fixture& fixture, double expected_supremacy);

}  // namespace fairline::features::football
