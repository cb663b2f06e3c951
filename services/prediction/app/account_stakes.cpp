#include "services/prediction/app/account_stakes.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace fairline::prediction {
namespace {

std::string_view OutcomeWord(domain::Outcome outcome) {
  switch (outcome) {
    case domain::Outcome::kHome:
      return "the home side";
    case domain::Outcome::kDraw:
      return "the draw";
    case domain::Outcome::kAway:
      return "the away side";
    default:
      return "this outcome";
  }
}

// The sentence of the bets, or of the outcome that comes closest to being one.
std::string Summary(const std::vector<OutcomeStake>& outcomes,
                    const std::vector<domain::Outcome>& names) {
  std::string bets;
  std::size_t closest = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const OutcomeStake& outcome = outcomes[i];
    if (outcome.no_bet == NoBet::kNone) {
      bets += fmt::format("{}Bet {:.2f} % of the bankroll on {} at {:.2f} with {}.",
                          bets.empty() ? "" : " ", 100.0 * outcome.fraction, OutcomeWord(names[i]),
                          outcome.offer->offer.best->value(), outcome.offer->bookmaker_name);
    }
    const auto edge_of = [](const OutcomeStake& stake) {
      return stake.advice->edge.value_or(-std::numeric_limits<double>::infinity());
    };
    if (edge_of(outcome) > edge_of(outcomes[closest])) closest = i;
  }
  return bets.empty() ? outcomes[closest].explanation : bets;
}

std::string Explain(const OutcomeStake& outcome, double scale,
                    const domain::StakingPolicy& policy) {
  switch (outcome.no_bet) {
    case NoBet::kStakeTooSmall:
      return "No bet, because the stake would be less than the smallest allowed.";
    case NoBet::kOpenBets:
      return "No bet, because open bets put as much at risk as the caps allow.";
    case NoBet::kNone:
    case NoBet::kByPolicy:
      break;
  }
  if (scale == 1.0 || outcome.no_bet != NoBet::kNone) {
    return domain::Sentence(*outcome.advice, outcome.offer->offer, policy);
  }
  return fmt::format("Stake {:.2f} % of the bankroll, cut to {:.0f} % to leave room for open bets.",
                     100.0 * outcome.fraction, 100.0 * scale);
}

std::string Summary(const DayOutlook& day) {
  const domain::GrowthOutlook& outlook = day.outlook;
  std::string text = fmt::format(
      "{}: {} bet{}, {:.2f} % of the bankroll at risk; expected growth {:+.3f} %, give or take "
      "{:.2f} %",
      FormatDay(day.day), day.bets, day.bets == 1 ? "" : "s", 100.0 * outlook.at_risk,
      100.0 * outlook.log_growth, 100.0 * outlook.log_growth_sd);
  std::string_view lead = "; on days like this for ever, the bankroll falls by ";
  for (const domain::DrawdownChance& fall : outlook.drawdowns) {
    text += fmt::format("{}{:.0f} % with a chance of {:.1f} %", lead, 100.0 * fall.drawdown,
                        100.0 * fall.chance);
    lead = ", ";
  }
  text += '.';
  if (day.exposure_scale < 1.0) {
    text += fmt::format(
        " Stakes are cut to {:.0f} %, so that with the open bets they stay within the caps.",
        100.0 * day.exposure_scale);
  }
  return text;
}

}  // namespace

double ExposureScale(const Snapshot& snapshot, Day day, const Account& account) {
  const auto plan = snapshot.days().find(day);
  if (plan == snapshot.days().end() || account.open_exposure.minor_units <= 0) return 1.0;
  const double staked = plan->second[RiskIndex(account.risk)].outlook.at_risk;
  if (!(staked > 0.0)) return 1.0;
  const domain::StakingPolicy& policy = snapshot.policy();
  const double cap = std::min({1.0, policy.max_per_day, policy.KellyMultiplier(account.risk)});
  const double open = static_cast<double>(account.open_exposure.minor_units) /
                      static_cast<double>(account.Wealth().minor_units);
  return std::clamp((cap - open) / staked, 0.0, 1.0);
}

StakedMatch StakeMatch(const MatchView& view, const Account& account) {
  const domain::StakingPolicy& policy = view.snapshot->policy();
  const double scale = ExposureScale(*view.snapshot, view.match->match_date, account);
  const auto& at_risk = view.advice->at_risk[RiskIndex(account.risk)];
  StakedMatch staked;
  for (std::size_t i = 0; i < at_risk.size(); ++i) {
    OutcomeStake outcome;
    outcome.advice = &at_risk[i];
    outcome.offer = &view.advice->offers[i];
    outcome.fraction = scale * at_risk[i].stake;
    outcome.stake = domain::StakeInMoney(outcome.fraction, account.Wealth(), policy);
    if (at_risk[i].no_bet != domain::NoBetReason::kNone) {
      outcome.no_bet = NoBet::kByPolicy;
    } else if (scale == 0.0) {
      outcome.no_bet = NoBet::kOpenBets;
    } else if (outcome.stake.minor_units <= 0) {
      outcome.no_bet = NoBet::kStakeTooSmall;
    } else {
      staked.has_bet = true;
    }
    outcome.explanation = Explain(outcome, scale, policy);
    staked.outcomes.push_back(std::move(outcome));
  }
  staked.summary = Summary(staked.outcomes, OutcomesOf(MarketOf(at_risk.size())));
  return staked;
}

absl::StatusOr<std::vector<DayOutlook>> OutlookByDay(const Snapshot& snapshot,
                                                     const Account& account) {
  std::vector<DayOutlook> days;
  for (const auto& [day, plan] : snapshot.days()) {
    const DayStakes& stakes = plan[RiskIndex(account.risk)];
    if (stakes.bets == 0) continue;
    const double scale = ExposureScale(snapshot, day, account);
    ASSIGN_OR_RETURN(domain::GrowthOutlook outlook, OutlookOf(stakes, scale));
    days.push_back({.day = day,
                    .bets = stakes.bets,
                    .outlook = std::move(outlook),
                    .gap = stakes.gap,
                    .drawdown_scale = stakes.drawdown_scale,
                    .exposure_scale = scale,
                    .summary = {}});
    days.back().summary = Summary(days.back());
  }
  return days;
}

}  // namespace fairline::prediction
