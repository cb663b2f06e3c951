#pragma once
// Joint Kelly for probabilities and prices of one's own, taken at their word: caps hold, the guards
// against bad models and bad prices (staking.hpp) do not.

#include <optional>
#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/staking/growth_outlook.hpp"
#include "libs/staking/portfolio.hpp"
#include "libs/staking/staking.hpp"

namespace fairline::staking {

struct UserMatch {
  std::vector<domain::Probability> probabilities;  // of every outcome; they sum to 1
  // What each outcome can be backed and laid at, as printed; none where it cannot.
  std::vector<std::optional<domain::DecimalOdds>> back = {}, lay = {};
  double commission = 0.0;         // of winnings, in [0, 1)
  std::vector<OpenBet> open = {};  // placed already
  int day = 0;                     // matches of one number share the day's cap
};

enum class StakeCap { kBet = 1, kMatch = 2, kDay = 3, kTotal = 4, kDrawdown = 5 };

struct UserBet {
  std::size_t outcome = 0;
  bool lay = false;
  double odds = 0.0;        // as printed
  double edge = 0.0;        // expected profit per unit at risk, after commission
  double full_kelly = 0.0;  // beside all other bets, without caps, drawdown limit or open bets
  double stake = 0.0;       // part of the bankroll to put at risk; of a lay the liability
  std::vector<StakeCap> caps = {};  // that made the stake smaller
};

struct CustomPortfolio {
  std::vector<std::vector<UserBet>> matches;  // one a price: backs, then lays, by outcome
  bool enumerated = false;                    // growth computed over every joint result
  double gap = 0.0;  // what other stakes could add to the log growth of full Kelly, at most
  double drawdown_scale = 1.0;  // what the drawdown limit left of every stake
  GrowthOutlook outlook;        // of the stakes and the open bets together
};

// `kelly_fraction`, in (0, 1], of the joint Kelly under the caps and the drawdown limit of `caps`,
// as StakeTogether does. Pure. Errors: InvalidArgument naming the field (kelly_fraction, a cap,
// drawdowns, matches[i]: ...).
[[nodiscard]] absl::StatusOr<CustomPortfolio> StakePortfolio(
    std::span<const UserMatch> matches, const StakingPolicy& caps, double kelly_fraction,
    std::span<const double> drawdowns = kUsualDrawdowns);

}  // namespace fairline::staking
