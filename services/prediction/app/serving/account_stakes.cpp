#include "services/prediction/app/serving/account_stakes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "libs/staking/winner_payoff.hpp"

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
                    std::span<const domain::Outcome> names) {
  std::string bets;
  std::size_t closest = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const OutcomeStake& outcome = outcomes[i];
    if (outcome.no_bet == NoBet::kNone) {
      bets +=
          fmt::format("{}Bet {:.2f} % of the bankroll on {} at {:.2f} with {}.",
                      bets.empty() ? "" : " ", 100.0 * outcome.advice.stake, OutcomeWord(names[i]),
                      outcome.offer->offer.best->value(), outcome.offer->bookmaker_name);
    }
    const auto edge_of = [](const OutcomeStake& stake) {
      return stake.advice.edge.value_or(-std::numeric_limits<double>::infinity());
    };
    if (edge_of(outcome) > edge_of(outcomes[closest])) closest = i;
  }
  return bets.empty() ? outcomes[closest].explanation : bets;
}

// A stake that differs by less is the same one in print.
constexpr double kSameStake = 1e-5;

std::string Explain(const OutcomeStake& outcome, const staking::OutcomeAdvice& without_open_bets,
                    const staking::StakingPolicy& policy) {
  switch (outcome.no_bet) {
    case NoBet::kStakeTooSmall:
      return "No bet, because the stake would be less than the smallest allowed.";
    case NoBet::kOpenBets:
      return "No bet, because open bets put as much at risk as the caps allow, or stand in its "
             "place.";
    case NoBet::kNone:
      if (std::abs(outcome.advice.stake - without_open_bets.stake) > kSameStake) {
        return fmt::format(
            "Stake {:.2f} % of the bankroll; it would be {:.2f} % without open bets.",
            100.0 * outcome.advice.stake, 100.0 * without_open_bets.stake);
      }
      break;
    case NoBet::kByPolicy:
      break;
  }
  return staking::Sentence(outcome.advice, outcome.offer->offer, policy);
}

std::string Summary(const DayOutlook& day) {
  const staking::GrowthOutlook& outlook = day.outlook;
  std::string text = fmt::format(
      "{}: {} bet{}, {:.2f} % of the bankroll at risk; expected growth {:+.3f} %, give or take "
      "{:.2f} %",
      FormatDay(day.day), day.bets, day.bets == 1 ? "" : "s", 100.0 * outlook.at_risk,
      100.0 * outlook.log_growth, 100.0 * outlook.log_growth_sd);
  std::string_view lead = "; on days like this for ever, the bankroll falls by ";
  for (const staking::DrawdownChance& fall : outlook.drawdowns) {
    text += fmt::format("{}{:.0f} % with a chance of {:.1f} %", lead, 100.0 * fall.drawdown,
                        100.0 * fall.chance);
    lead = ", ";
  }
  text += '.';
  if (day.exposure_scale < 1.0) {
    text += fmt::format(" The open bets leave {:.0f} % of what would be staked without them.",
                        100.0 * day.exposure_scale);
  }
  return text;
}

// A match of which nothing is known but what is at risk on it.
staking::MatchToStake Elsewhere(double fraction, int day) {
  const auto half = domain::Probability::Make(0.5).value();
  return {.forecast = {.probabilities = {half, half}},
          .offers = std::vector<staking::Offer>(2),
          .open = {{.payoff = {0.0, 0.0}, .fraction = fraction}},
          .day = day};
}

}  // namespace

absl::StatusOr<AccountStakes> AccountStakes::Make(std::shared_ptr<const Snapshot> snapshot,
                                                  const Account& account, std::optional<Day> only) {
  AccountStakes stakes(std::move(snapshot), account);
  if (account.open_exposure.minor_units <= 0) return stakes;
  for (const auto& [day, plan] : stakes.snapshot_->days()) {
    if (only && day != *only) continue;
    ASSIGN_OR_RETURN(RestakedDay restaked, stakes.Restake(day));
    stakes.restaked_.emplace(day, std::move(restaked));
  }
  return stakes;
}

absl::StatusOr<AccountStakes::RestakedDay> AccountStakes::Restake(Day day) const {
  const auto wealth = static_cast<double>(account_.Wealth().minor_units);
  const std::vector<ComingMatch>& coming = snapshot_->season_data().coming();
  std::vector<staking::MatchToStake> matches;
  std::map<std::int64_t, std::size_t> position;
  for (const std::size_t i : snapshot_->season_data().ComingOn(day)) {
    if (!snapshot_->coming()[i]) continue;
    const ComingForecast& forecast = *snapshot_->coming()[i];
    ASSIGN_OR_RETURN(staking::MatchToStake match,
                     ToStake(forecast.forecast, forecast.advice.offers));
    position.emplace(coming[i].id.value, matches.size());
    matches.push_back(std::move(match));
  }
  const std::size_t of_day = matches.size();
  double that_day = 0.0, other_days = 0.0, known = 0.0;
  for (const AccountBet& bet : account_.open_bets) {
    const double fraction = static_cast<double>(bet.exposure.minor_units) / wealth;
    known += fraction;
    if (const auto found = position.find(bet.match.value); found != position.end()) {
      staking::MatchToStake& match = matches[found->second];
      match.open.push_back({staking::WinnerPayoff(bet.selection, bet.side, bet.odds, bet.commission,
                                                  match.offers.size()),
                            fraction});
    } else {
      (bet.match_date == day ? that_day : other_days) += fraction;
    }
  }
  const double open = static_cast<double>(account_.open_exposure.minor_units) / wealth;
  that_day += std::max(0.0, open - known);
  if (that_day > 0.0) matches.push_back(Elsewhere(std::min(1.0, that_day), 0));
  if (other_days > 0.0) matches.push_back(Elsewhere(std::min(1.0, other_days), 1));

  const staking::StakingPolicy& policy = snapshot_->policy();
  RestakedDay out;
  staking::StakingPlan plan;
  if (std::max(open, known) < 1.0) {
    ASSIGN_OR_RETURN(plan, staking::StakeTogether(matches, policy, account_.risk));
  } else {
    // Nothing is left to stake: what would be staked finds no room.
    for (staking::MatchToStake& match : matches) match.open.clear();
    ASSIGN_OR_RETURN(plan, staking::StakeTogether(matches, policy, account_.risk));
    for (auto& match : plan.matches) {
      for (staking::OutcomeAdvice& outcome : match) {
        if (outcome.stake > 0.0) outcome.no_bet = staking::NoBetReason::kNoRoom;
        outcome.stake = 0.0;
      }
    }
    for (staking::MatchBets& match : plan.held.matches) match.open.clear();
  }
  for (const auto& [match, at] : position) {
    if (at < of_day) out.advice.emplace(match, plan.matches[at]);
  }
  ASSIGN_OR_RETURN(out.stakes, StakesOf(std::move(plan), matches));
  return out;
}

StakedMatch AccountStakes::Of(const MatchView& view) const {
  const staking::StakingPolicy& policy = snapshot_->policy();
  const auto& alone = view.advice->at_risk[RiskIndex(account_.risk)];
  const auto restaked = restaked_.find(view.match->match_date);
  const auto& beside =
      restaked == restaked_.end() ? alone : restaked->second.advice.at(view.match->id.value);
  StakedMatch staked;
  for (std::size_t i = 0; i < beside.size(); ++i) {
    OutcomeStake outcome;
    outcome.advice = beside[i];
    outcome.offer = &view.advice->offers[i];
    outcome.stake = staking::StakeInMoney(beside[i].stake, account_.Wealth(), policy);
    if (beside[i].no_bet != staking::NoBetReason::kNone) {
      const bool bet_alone = alone[i].no_bet == staking::NoBetReason::kNone;
      outcome.no_bet = bet_alone ? NoBet::kOpenBets : NoBet::kByPolicy;
    } else if (outcome.stake.minor_units <= 0) {
      outcome.no_bet = NoBet::kStakeTooSmall;
    } else {
      staked.has_bet = true;
    }
    outcome.explanation = Explain(outcome, alone[i], policy);
    staked.outcomes.push_back(std::move(outcome));
  }
  staked.summary =
      Summary(staked.outcomes, domain::OutcomesOf(domain::WinnerMarket(beside.size())));
  return staked;
}

absl::StatusOr<DayStakes> AccountStakes::Placeable(DayStakes stakes) const {
  const int advised = stakes.bets;
  stakes.bets = 0;
  for (staking::MatchBets& match : stakes.held.matches) {
    std::erase_if(match.open, [this](const staking::OpenBet& bet) {
      return staking::StakeInMoney(bet.fraction, account_.Wealth(), snapshot_->policy())
                 .minor_units <= 0;
    });
    stakes.bets += static_cast<int>(match.open.size());
  }
  if (stakes.bets == advised) return stakes;
  std::erase_if(stakes.held.matches,
                [](const staking::MatchBets& match) { return match.open.empty(); });
  stakes.outlook = {};
  if (stakes.bets > 0) {
    ASSIGN_OR_RETURN(stakes.outlook, staking::ComputeOutlook(stakes.held));
  }
  return stakes;
}

absl::StatusOr<std::vector<DayOutlook>> AccountStakes::Days() const {
  std::vector<DayOutlook> days;
  for (const auto& [day, plan] : snapshot_->days()) {
    ASSIGN_OR_RETURN(const DayStakes alone, Placeable(plan[RiskIndex(account_.risk)]));
    const auto restaked = restaked_.find(day);
    DayStakes stakes = alone;
    if (restaked != restaked_.end()) {
      ASSIGN_OR_RETURN(stakes, Placeable(restaked->second.stakes));
    }
    if (alone.bets == 0 && stakes.bets == 0) continue;
    const double whole = alone.outlook.at_risk;
    days.push_back(
        {.day = day,
         .bets = stakes.bets,
         .outlook = stakes.outlook,
         .gap = stakes.gap,
         .drawdown_scale = stakes.drawdown_scale,
         .exposure_scale = whole > 0.0 ? std::min(1.0, stakes.outlook.at_risk / whole) : 1.0,
         .summary = {}});
    days.back().summary = Summary(days.back());
  }
  return days;
}

absl::StatusOr<StakedMatch> StakeMatch(const MatchView& view, const Account& account) {
  ASSIGN_OR_RETURN(const AccountStakes stakes,
                   AccountStakes::Make(view.snapshot, account, view.match->match_date));
  return stakes.Of(view);
}

}  // namespace fairline::prediction
