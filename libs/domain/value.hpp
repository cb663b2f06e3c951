#pragma once
// Where a match is offered at more than it is worth: the best price of every outcome over all
// bookmakers and markets, what the forecast makes of it, and books that contradict each other.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/domain/odds.hpp"
#include "libs/domain/score_grid.hpp"

namespace fairline::domain {

struct PriceQuote {
  std::string bookmaker;  // its code
  Market market = Market::kMatchResult;
  int line_quarters = 0;
  Outcome outcome = Outcome::kHome;
  DecimalOdds odds;
  double commission = 0.0;                               // of net winnings, in [0, 1)
  std::optional<double> age_minutes = std::nullopt;      // unknown for historical prices
  std::optional<double> max_age_minutes = std::nullopt;  // its source's limit
};

// What the forecast says of one bet.
struct BetChance {
  Market market = Market::kMatchResult;
  int line_quarters = 0;
  Outcome outcome = Outcome::kHome;
  SettlementProbabilities settlement;
};

struct ValueLimits {
  // A price this many times the median of the other books' is more often a mistake than a gift;
  // judged with two other books or more.
  double max_to_median = 1.3;
};

enum class QuoteFlag { kUsable, kStale, kSuspicious };

struct BestPrice {
  Market market = Market::kMatchResult;
  int line_quarters = 0;
  Outcome outcome = Outcome::kHome;
  std::size_t quote = 0;              // index of the best usable price after commission
  int bookmakers = 0;                 // with a usable price
  double net_odds = 0.0;              // after commission
  std::optional<double> median_odds;  // of the usable prices, as printed
  std::optional<double> edge;         // expected profit per unit; none without a forecast
};

struct ArbitrageLeg {
  std::size_t quote = 0;
  double stake_share = 0.0;  // of the whole stake; the legs sum to 1
};

// One bet on every outcome of a market that together cannot lose.
struct Arbitrage {
  Market market = Market::kMatchResult;
  int line_quarters = 0;
  std::vector<ArbitrageLeg> legs;
  double profit = 0.0;        // per unit staked, however it ends unless on the line
  double least_profit = 0.0;  // when the result falls on the line and stakes are returned
  bool suspicious = false;    // rests on a price that is flagged as such: probably a mistake
};

struct ValueReport {
  std::vector<QuoteFlag> flags;  // by quote
  std::vector<BestPrice> best;   // by market, line and outcome; those without usable price absent
  std::vector<Arbitrage> arbitrages;  // the most profitable first
};

// Pure. The first of equal prices wins. Errors: InvalidArgument naming `commission`.
[[nodiscard]] absl::StatusOr<ValueReport> FindValue(std::span<const PriceQuote> quotes,
                                                    std::span<const BetChance> chances,
                                                    const ValueLimits& limits = {});

}  // namespace fairline::domain
