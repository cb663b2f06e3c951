#pragma once
// The forecast of one pairing and the prices on offer.

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/staking/staking.hpp"
#include "services/prediction/app/forecast/model.hpp"
#include "services/prediction/app/forecast/season_data.hpp"

namespace fairline::prediction {

// One of the models that a forecast is pooled from.
struct Member {
  std::string name;
  double weight = 0.0;  // its exponent in the logarithmic pool
  std::vector<double> probabilities;
};

struct MatchForecast {
  std::vector<double> probabilities;  // of the market's outcomes, in order; they sum to 1
  std::vector<double> deviations;     // standard deviation of each; empty when not known
  std::vector<Member> members;        // the weightiest first; empty when the model is no pool
  // With the average line: its de-vigged probabilities and its prices; empty without.
  std::vector<double> market_probabilities;
  std::vector<double> average_odds;
  Information information = Information::kNoOdds;
  bool anchored = false;        // a correction of that line: the only kind that may advise
  std::vector<float> features;  // the row of the whole catalogue
  std::string features_hash;    // SHA-256 of the row's bytes
};

// From `low` to `high` in four cases of five: the logarithm of the odds is taken for normal, so
// that the interval stays within 0 and 1.
struct ProbabilityInterval {
  double low = 0.0;
  double high = 0.0;
};
[[nodiscard]] ProbabilityInterval IntervalOf(double probability, double deviation);

// The prices of `line` for so many outcomes; none unless each is valid odds.
[[nodiscard]] std::optional<std::vector<domain::DecimalOdds>> PricesOf(const features::Line& line,
                                                                       std::size_t outcomes);

// Minutes since the price was last seen; unknown for a price without a time.
[[nodiscard]] std::optional<double> AgeMinutes(const BookPrices& book, Instant now);

// When prices are looked at, and how old they may be.
struct PriceAges {
  Instant now;
  double max_minutes = std::numeric_limits<double>::infinity();
};

// The best price of an outcome over the bookmakers (no exchanges, no aggregates): any that is not
// too old before those that are. The first book by code wins a tie.
struct BestOffer {
  staking::Offer offer;
  std::string bookmaker_code;  // empty without a price
  std::string bookmaker_name;
  std::optional<Instant> captured_at;
  std::optional<Instant> seen_at;
};
[[nodiscard]] std::vector<BestOffer> BestOffers(std::span<const BookPrices> quoted,
                                                std::size_t outcomes,
                                                const std::optional<PriceAges>& ages = {});

// SHA-256 over the match's kick-off and every price known of it: the same prices give the same
// hash, whatever order they were read in.
[[nodiscard]] std::string OddsHash(const ComingMatch& match);

}  // namespace fairline::prediction
