#pragma once
// Advice in the money of one account, beside the bets that it has open already.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/settlement.hpp"
#include "services/prediction/app/serving/match_view.hpp"

namespace fairline::prediction {

// A bet of the account that is not settled yet.
struct AccountBet {
  MatchId match;
  Day match_date;
  domain::Selection selection;
  domain::BetSide side = domain::BetSide::kBack;
  domain::DecimalOdds odds;
  double commission = 0.0;  // of winnings
  Money exposure;           // what it can still lose
};

// Whose stake is computed.
struct Account {
  Money bankroll;  // free to be staked
  staking::RiskLevel risk = staking::RiskLevel::kLow;
  Money open_exposure = {};  // what open bets can still lose; not in the bankroll
  // The open bets themselves. What they leave of open_exposure may be on any match.
  std::vector<AccountBet> open_bets = {};

  // What stakes are parts of: open bets count at what was paid for them.
  [[nodiscard]] Money Wealth() const { return bankroll + open_exposure; }
};

enum class NoBet {
  kNone,
  kByPolicy,       // see the domain's reason
  kStakeTooSmall,  // less than the smallest stake allowed
  kOpenBets,       // open bets put as much at risk as the caps allow, or stand in its place
};

// One outcome's advice in an account's money.
struct OutcomeStake {
  staking::OutcomeAdvice advice;  // beside the open bets
  const BestOffer* offer = nullptr;
  Money stake;
  NoBet no_bet = NoBet::kNone;
  std::string explanation;
};

struct StakedMatch {
  std::vector<OutcomeStake> outcomes;  // in the market's order
  bool has_bet = false;
  std::string summary;  // one sentence
};

// What the advice of one day promises, if the forecasts are right.
struct DayOutlook {
  Day day;
  int bets = 0;
  staking::GrowthOutlook outlook;
  double gap = 0.0;
  double drawdown_scale = 1.0;
  double exposure_scale = 1.0;  // what the open bets leave of all stakes together
  std::string summary;          // in words
};

// The snapshot's advice for one account: as it is for an account without open bets; for others the
// bets of each day are staked anew beside the open ones, by match and outcome.
class AccountStakes {
 public:
  // `only`: no other day is asked for. `account` outlives this. Milliseconds a day when there are
  // open bets, nothing otherwise.
  [[nodiscard]] static absl::StatusOr<AccountStakes> Make(std::shared_ptr<const Snapshot> snapshot,
                                                          const Account& account,
                                                          std::optional<Day> only = {});

  // `view` is of the same snapshot and its advice is not null; the result points into it.
  [[nodiscard]] StakedMatch Of(const MatchView& view) const;
  // The days on which a bet of the account's risk level, with or without the open bets, is large
  // enough to be placed, in order: they count the bets that Of says there are.
  [[nodiscard]] absl::StatusOr<std::vector<DayOutlook>> Days() const;

 private:
  struct RestakedDay {
    std::map<std::int64_t, std::vector<staking::OutcomeAdvice>> advice;  // by match
    DayStakes stakes;
  };

  AccountStakes(std::shared_ptr<const Snapshot> snapshot, const Account& account)
      : snapshot_(std::move(snapshot)), account_(account) {}
  [[nodiscard]] absl::StatusOr<RestakedDay> Restake(Day day) const;
  // `stakes` without those that are too small in the account's money.
  [[nodiscard]] absl::StatusOr<DayStakes> Placeable(DayStakes stakes) const;

  std::shared_ptr<const Snapshot> snapshot_;
  const Account& account_;
  std::map<Day, RestakedDay> restaked_;
};

// One match alone.
[[nodiscard]] absl::StatusOr<StakedMatch> StakeMatch(const MatchView& view, const Account& account);

}  // namespace fairline::prediction
