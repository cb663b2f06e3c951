#pragma once
// From a forecast and the prices on offer to advice: how much of the bankroll to put on each
// outcome of one match, or why nothing. Most of the time the answer is nothing.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/account.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::staking {

using domain::RiskLevel;

// The defaults are those of the forecasting study (its section 6): growth hardly depends on them
// within wide limits, drawdown does; the least edge is what `fairline backtest least-edge` prints.
// Fractions are parts of the bankroll in [0, 1].
struct StakingPolicy {
  double kelly_low = 0.10;
  double kelly_medium = 0.25;
  double kelly_high = 0.50;
  double min_edge_best_of_many = 0.04;  // the price is the best of several bookmakers'
  double min_edge_single_book = 0.04;   // only one bookmaker's price is known
  double max_per_bet = 0.03;
  double max_per_match = 0.05;
  double max_per_day = 0.50;
  double max_best_to_average = 1.3;  // a price further from the average is stale or a mistake
  double min_odds = 1.0;             // only prices of at least this
  double max_odds = 5.0;             // only prices below it; above min_odds
  // A price older than this is not bet on, unless its source has a limit of its own (Offer).
  double max_price_age_minutes = std::numeric_limits<double>::infinity();
  // Weight of the model against the de-vigged average line in a logarithmic pool: 1 is the model
  // alone, 0 the market alone. Below 1 the average prices of all outcomes must be known.
  double model_weight = 1.0;
  // Stakes are cut until the chance of ever falling by `max_drawdown` from where the bankroll
  // stands is at most `max_drawdown_chance` (Busseti, Ryu and Boyd 2016, eq. 8): half of it at most
  // with 15 %, which quarter Kelly keeps by far and full Kelly does not. A chance of 1 is no limit.
  double max_drawdown = 0.50;
  double max_drawdown_chance = 0.15;
  // Money: stakes are rounded down to whole steps, and below the minimum there is no bet.
  std::int64_t min_stake_minor_units = 1;
  std::int64_t stake_step_minor_units = 1;
  // The old system's levels, 1/2, 1 and 3/2 of Kelly, instead of the three above. More than full
  // Kelly grows slower and ruins sooner; nothing else here goes above 1.
  bool compatibility_multipliers = false;

  // Full Kelly with every cap and guard off: the bare formula, for comparison and tests.
  [[nodiscard]] static StakingPolicy Unrestricted();
  [[nodiscard]] double KellyMultiplier(RiskLevel risk) const;
  // Errors: InvalidArgument naming the first field that is NaN or out of its range.
  [[nodiscard]] absl::Status Validate() const;
};

// Of the bankroll: what is below it is no bet.
inline constexpr double kMinStake = 1e-9;

struct MatchForecast {
  std::vector<domain::Probability> probabilities;  // of all outcomes of the match; they sum to 1
  // Made as a correction of the market line. Nothing else may advise a stake: on 39,143 past bets
  // an unanchored model lost at the best price of all bookmakers.
  bool anchored = false;
  // Standard deviation of each probability as an estimate; empty when unknown. Stakes shrink by
  // edge^2 / (edge^2 + odds^2 sd^2) (Baker and McHale 2013, eq. 5).
  std::vector<double> probability_sd = {};
};

struct Offer {
  std::optional<domain::DecimalOdds> best;     // the highest price on offer
  std::optional<domain::DecimalOdds> average;  // over bookmakers
  int bookmakers = 0;                          // how many `best` was chosen from
  double commission = 0.0;                     // of net winnings at `best`, in [0, 1); exchanges
  std::optional<double> age_minutes = std::nullopt;      // of `best`; unknown for historical prices
  std::optional<double> max_age_minutes = std::nullopt;  // its source's limit
};

enum class NoBetReason {
  kNone = 0,  // there is a bet
  kNoOdds = 1,
  kNotAnchored = 2,
  kNegativeEdge = 3,
  kBelowMinimumEdge = 4,
  kNoAveragePrice = 5,
  kPriceFarFromAverage = 6,
  kOddsTooLong = 7,
  kPriceTooOld = 8,
  kOddsTooShort = 9,
  kNoRoom = 10,        // the caps, or bets on this and other matches, leave nothing for it
  kTooUncertain = 11,  // nothing is left of the stake after shrinkage
};

struct OutcomeAdvice {
  double probability = 0.0;  // after pooling with the market by model_weight
  std::optional<domain::DecimalOdds> fair_odds;
  std::optional<domain::DecimalOdds> best_price;
  std::optional<double> edge;  // expected profit per unit at best_price, net of commission
  double full_kelly = 0.0;     // of the bankroll, before the risk level, shrinkage and caps
  double shrinkage = 1.0;      // what the forecast's uncertainty leaves of the stake
  double stake = 0.0;          // of the bankroll, in [0, max_per_bet]; 0 whenever there is a reason
  bool capped = false;         // a cap or the drawdown limit made the stake smaller
  NoBetReason no_bet = NoBetReason::kNoOdds;
};

// The edge required of this offer: more when only one bookmaker's price is known.
[[nodiscard]] double MinimumEdge(const Offer& offer, const StakingPolicy& policy);

// The money to put on: `fraction` of the bankroll rounded down to the policy's step, and nothing
// when that is below its minimum.
[[nodiscard]] Money StakeInMoney(double fraction, Money bankroll, const StakingPolicy& policy);

// A stable name such as "below_minimum_edge"; "" for kNone.
[[nodiscard]] std::string_view NoBetReasonName(NoBetReason reason);
// The same for a reader: "No bet, because the edge of 1.2 % is below the 2.0 % required." or
// "Stake 1.50 % of the bankroll." `offer` and `policy` are those the advice was made from.
[[nodiscard]] std::string Sentence(const OutcomeAdvice& advice, const Offer& offer,
                                   const StakingPolicy& policy);

}  // namespace fairline::staking
