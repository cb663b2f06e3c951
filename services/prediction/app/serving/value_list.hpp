#pragma once
// The prices of every bookmaker and market on the coming matches against the served forecasts:
// where a price is above fair, which prices are too old or too good to be true, and books that
// contradict each other. A comparison, not advice: stakes come from the advice alone.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/page.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/value.hpp"
#include "services/prediction/app/serving/match_view.hpp"

namespace fairline::prediction {

// What exchanges commonly take of net winnings; what an account really pays is not in the data.
inline constexpr double kUsualCommission = 0.05;

struct ValueFilter {
  const Competition* competition = nullptr;       // null: all
  double min_edge = 0.0;                          // of a price, after commission
  bool only_usable = false;                       // without stale and suspicious prices
  bool include_unanchored = false;                // also what only ratings say, not prices
  double exchange_commission = kUsualCommission;  // of net winnings
};

// One price: the best usable one of its outcome, or a flagged one.
struct ValuePrice {
  MatchView view;
  domain::PriceQuote quote;
  std::string bookmaker_name;
  std::optional<Instant> seen_at;
  domain::QuoteFlag flag = domain::QuoteFlag::kUsable;
  domain::SettlementProbabilities settlement;  // of a unit staked, by the forecast
  double edge = 0.0;                           // expected profit per unit staked, after commission
  int bookmakers = 0;                          // with a usable price of the outcome
  std::optional<double> median_odds;           // of those
  bool anchored = false;                       // the forecast starts from prices
  bool in_arbitrage = false;
};

struct LockingStake {
  domain::PriceQuote quote;
  std::string bookmaker_name;
  double stake_share = 0.0;  // of the whole stake
};

// Bets on every outcome of a market, with several books, that together cannot lose.
struct MatchArbitrage {
  MatchView view;
  domain::Market market = domain::Market::kMatchResult;
  int line_quarters = 0;
  std::vector<LockingStake> legs;  // in the market's order
  double profit = 0.0;             // per unit staked, however it ends unless on the line
  double least_profit = 0.0;       // when it ends on the line
  bool suspicious = false;         // rests on a suspicious price
  std::string explanation;         // in words
};

struct ValuePage {
  std::vector<ValuePrice> prices;          // the largest edge first
  std::vector<MatchArbitrage> arbitrages;  // all of them, the most profitable first
  std::string next_token;
};

inline constexpr std::string_view kValueNote =
    "A comparison of prices with the forecasts, not advice: only the forecast of the winner that "
    "starts from the market's own line carries stakes, and those are in the advice. A price far "
    "above the other books' is more often a mistake than a gift.";

// Of the matches still to come at `now` (as-of time), which is also what the age of prices is
// counted to. About 50 us a match. Errors: InvalidArgument naming `min_edge`,
// `exchange_commission`, `page_size` or `page_token`.
[[nodiscard]] absl::StatusOr<ValuePage> ListValue(const std::shared_ptr<const Snapshot>& snapshot,
                                                  Instant now, const ValueFilter& filter,
                                                  const PageRequest& page);

}  // namespace fairline::prediction
