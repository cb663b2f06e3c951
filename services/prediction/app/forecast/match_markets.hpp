#pragma once
// All markets on the goals of one match, by one score grid that agrees with the match's forecast
// and with the average price of its total, set against the prices on offer.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/goal_markets.hpp"
#include "services/prediction/app/forecast/goal_rates.hpp"
#include "services/prediction/app/forecast/match_forecast.hpp"

namespace fairline::prediction {

// Which lines are priced, in quarters of a goal; an empty list means the default one. Lines that
// bookmakers quote are always added.
struct MarketSelection {
  std::vector<int> total_lines;     // default 0.5 to 5.5 goals
  std::vector<int> handicap_lines;  // default -2.5 to 2.5 goals
  std::vector<int> team_lines;      // default 0.5, 1.5, 2.5, 3.5 goals
  std::int32_t correct_scores = 0;  // default 10
};
inline constexpr std::size_t kMaxLines = 100;  // of each list
inline constexpr std::int32_t kDefaultCorrectScores = 10;
inline constexpr std::int32_t kMaxCorrectScores = 100;

struct QuotedBet {
  domain::PricedBet bet;
  BestOffer best;
  std::optional<double> edge;  // at the best price
};

// One market at one line.
struct MarketSheet {
  domain::Market market;
  int line_quarters = 0;
  std::vector<QuotedBet> bets;  // in the market's order
  // Starts from prices: follows from a forecast of the winner that corrects the market's line, or
  // rests on a grid that agrees with the total's price too.
  bool anchored = false;
  std::string no_stake;  // why no stake is advised here; empty for the winner itself
};

// One grid for all markets, so that none contradicts another.
struct MarketGrid {
  domain::ScoreGrid grid;  // its Result is the forecast
  std::string basis;       // what it rests on, in words
  // It agrees with the average price of the total. The ratings of goals know less than that price:
  // no weight beside it made over 2.5 goals more exact (docs/forecasting.md).
  bool meets_total = false;
};

struct MatchMarkets {
  MarketGrid based;
  std::vector<MarketSheet> sheets;
  std::vector<domain::ScoreChance> likeliest;
};

// The total with an average price whose line is nearest to even, its margin taken out; none without
// one. `match` may be null.
[[nodiscard]] std::optional<domain::FairTotal> AverageTotal(const ComingMatch* match);

// The grid whose home, draw and away are the forecast's and that agrees with AverageTotal where
// there is one. FailedPrecondition when no expected goals are known, or when the sport's forecast
// has no draw.
[[nodiscard]] absl::StatusOr<MarketGrid> GridOf(const MatchForecast& forecast,
                                                const ComingMatch* match, const GoalRates& rates);

// `match` is null for a pairing that is not among the coming matches. About 100 us. Errors:
// InvalidArgument naming the request's field; FailedPrecondition when no expected goals are known,
// or when the sport's forecast has no draw.
[[nodiscard]] absl::StatusOr<MatchMarkets> PriceMarkets(const MatchForecast& forecast,
                                                        const ComingMatch* match,
                                                        const GoalRates& rates,
                                                        const MarketSelection& selection);

}  // namespace fairline::prediction
