#include "libs/staking/portfolio.hpp"

#include <cmath>

#include <fmt/format.h>

namespace fairline::staking {
namespace {

using domain::CheckCompleteEvent;
using domain::DecimalOdds;
using domain::LayAsBackOdds;

absl::Status CheckCap(double value, std::string_view field) {
  if (!(value >= 0.0 && value <= 1.0)) return InvalidField(field, "must be from 0 to 1");
  return absl::OkStatus();
}

absl::Status CheckPayoff(const Payoff& payoff, std::size_t states) {
  if (payoff.size() != states)
    return InvalidField("payoff", "one per state of the match are needed");
  for (const double profit : payoff) {
    if (!std::isfinite(profit) || profit < -1.0) {
      return InvalidField("payoff", "a bet earns a finite sum and loses at most what is at risk");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMatch(const MatchBets& match, double& open) {
  RETURN_IF_ERROR(CheckCompleteEvent(match.probabilities));
  RETURN_IF_ERROR(CheckCap(match.max_fraction, "max_fraction"));
  for (const CandidateBet& bet : match.candidates) {
    RETURN_IF_ERROR(CheckPayoff(bet.payoff, match.probabilities.size()));
    RETURN_IF_ERROR(CheckCap(bet.max_fraction, "max_fraction"));
  }
  for (const OpenBet& bet : match.open) {
    RETURN_IF_ERROR(Within("open", CheckPayoff(bet.payoff, match.probabilities.size())));
    RETURN_IF_ERROR(Within("open", CheckCap(bet.fraction, "fraction")));
    open += bet.fraction;
  }
  return absl::OkStatus();
}

}  // namespace

Payoff BackPayoff(std::size_t outcome, std::size_t states, DecimalOdds odds) {
  Payoff payoff(states, -1.0);
  payoff.at(outcome) = odds.value() - 1.0;
  return payoff;
}

absl::StatusOr<Payoff> LayPayoff(std::size_t outcome, std::size_t states, DecimalOdds odds,
                                 double commission) {
  ASSIGN_OR_RETURN(const DecimalOdds others, LayAsBackOdds(odds, commission));
  Payoff payoff(states, others.value() - 1.0);
  payoff.at(outcome) = -1.0;
  return payoff;
}

absl::Status Portfolio::Validate() const {
  RETURN_IF_ERROR(CheckCap(max_per_day, "max_per_day"));
  RETURN_IF_ERROR(CheckCap(max_total, "max_total"));
  double open = 0.0;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    RETURN_IF_ERROR(Within(fmt::format("matches[{}]", m), CheckMatch(matches[m], open)));
  }
  if (!(open < 1.0)) return InvalidField("open", "open bets put the whole bankroll at risk");
  return absl::OkStatus();
}

std::size_t Portfolio::CountCandidates() const {
  std::size_t count = 0;
  for (const MatchBets& match : matches) count += match.candidates.size();
  return count;
}

}  // namespace fairline::staking
