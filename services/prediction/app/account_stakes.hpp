#pragma once
// Advice in the money of one account, beside the bets that it has open already.

#include <string>
#include <vector>

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "services/prediction/app/match_view.hpp"

namespace fairline::prediction {

// Whose stake is computed.
struct Account {
  Money bankroll;  // free to be staked
  domain::RiskLevel risk = domain::RiskLevel::kLow;
  Money open_exposure = {};  // what open bets can still lose; not in the bankroll

  // What stakes are parts of: open bets count at what was paid for them.
  [[nodiscard]] Money Wealth() const { return bankroll + open_exposure; }
};

enum class NoBet {
  kNone,
  kByPolicy,       // see the domain's reason
  kStakeTooSmall,  // less than the smallest stake allowed
  kOpenBets,       // open bets put as much at risk as the caps allow
};

// One outcome's advice in an account's money.
struct OutcomeStake {
  const domain::OutcomeAdvice* advice = nullptr;
  const BestOffer* offer = nullptr;
  double fraction = 0.0;  // of the account's wealth, after its open bets
  Money stake;
  NoBet no_bet = NoBet::kNone;
  std::string explanation;
};

struct StakedMatch {
  std::vector<OutcomeStake> outcomes;  // in the market's order
  bool has_bet = false;
  std::string summary;  // one sentence
};
// `view.advice` is not null; the result points into it.
[[nodiscard]] StakedMatch StakeMatch(const MatchView& view, const Account& account);

// What every stake of `day` is multiplied by so that together with the account's open bets, which
// may be on the same day, they stay within the day's cap and the risk level's part of the bankroll.
[[nodiscard]] double ExposureScale(const Snapshot& snapshot, Day day, const Account& account);

// What the advice of one day promises, if the forecasts are right.
struct DayOutlook {
  Day day;
  int bets = 0;
  domain::GrowthOutlook outlook;
  double gap = 0.0;
  double drawdown_scale = 1.0;
  double exposure_scale = 1.0;
  std::string summary;  // in words
};
// The days with a bet at the account's risk level, in order.
[[nodiscard]] absl::StatusOr<std::vector<DayOutlook>> OutlookByDay(const Snapshot& snapshot,
                                                                   const Account& account);

}  // namespace fairline::prediction
