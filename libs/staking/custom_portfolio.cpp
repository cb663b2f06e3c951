#include "libs/staking/custom_portfolio.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "libs/staking/joint_kelly.hpp"
#include "libs/staking/screening.hpp"

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using domain::NetOdds;

// A sum this near to a cap is at it, and a stake this near to the one wished for is that one.
constexpr double kAtCap = 1e-6;

struct Offered {
  std::vector<UserBet> bets;
  MatchBets match;  // its candidates are the bets
};

absl::StatusOr<Offered> OfferedBy(const UserMatch& user) {
  const std::size_t outcomes = user.probabilities.size();
  Offered offered;
  offered.match = {.probabilities = user.probabilities,
                   .candidates = {},
                   .open = user.open,
                   .max_fraction = 1.0,
                   .day = user.day};
  const auto add = [&](std::size_t outcome, bool lay, DecimalOdds odds, Payoff payoff) {
    double edge = 0.0;
    for (std::size_t s = 0; s < outcomes; ++s) edge += user.probabilities[s].value() * payoff[s];
    offered.bets.push_back({.outcome = outcome, .lay = lay, .odds = odds.value(), .edge = edge});
    offered.match.candidates.push_back({.payoff = std::move(payoff)});
  };
  for (const bool lay : {false, true}) {
    const auto& prices = lay ? user.lay : user.back;
    const std::string_view field = lay ? "lay_odds" : "odds";
    if (!prices.empty() && prices.size() != outcomes) {
      return InvalidField(field, "one per probability is needed, or none");
    }
    for (std::size_t i = 0; i < prices.size(); ++i) {
      if (!prices[i]) continue;
      if (lay) {
        ASSIGN_OR_RETURN(Payoff payoff, LayPayoff(i, outcomes, *prices[i], user.commission));
        add(i, lay, *prices[i], std::move(payoff));
      } else {
        ASSIGN_OR_RETURN(const DecimalOdds net, NetOdds(*prices[i], user.commission));
        add(i, lay, *prices[i], BackPayoff(i, outcomes, net));
      }
    }
  }
  return offered;
}

double OpenOf(const MatchBets& match) {
  double sum = 0.0;
  for (const OpenBet& bet : match.open) sum += bet.fraction;
  return sum;
}

// At risk by match, by day and in all, the open bets included.
struct AtRisk {
  std::vector<double> matches;
  std::map<int, double> days;
  double total = 0.0;
};

AtRisk SumUp(const Portfolio& portfolio, const std::vector<std::vector<UserBet>>& bets) {
  AtRisk sums;
  for (std::size_t m = 0; m < bets.size(); ++m) {
    double of_match = OpenOf(portfolio.matches[m]);
    for (const UserBet& bet : bets[m]) of_match += bet.stake;
    sums.matches.push_back(of_match);
    sums.days[portfolio.matches[m].day] += of_match;
    sums.total += of_match;
  }
  return sums;
}

// The caps that a bet of less than its wish has reached, before the drawdown limit.
void NameCaps(const Portfolio& portfolio, const StakingPolicy& caps, double kelly_fraction,
              std::vector<std::vector<UserBet>>& matches) {
  const AtRisk sums = SumUp(portfolio, matches);
  for (std::size_t m = 0; m < matches.size(); ++m) {
    for (UserBet& bet : matches[m]) {
      if (!(bet.stake < kelly_fraction * bet.full_kelly - kAtCap)) continue;
      const auto reached = [&](double sum, double cap, StakeCap name) {
        if (sum > cap - kAtCap) bet.caps.push_back(name);
      };
      reached(bet.stake, caps.max_per_bet, StakeCap::kBet);
      reached(sums.matches[m], caps.max_per_match, StakeCap::kMatch);
      reached(sums.days.at(portfolio.matches[m].day), caps.max_per_day, StakeCap::kDay);
      reached(sums.total, kelly_fraction, StakeCap::kTotal);
    }
  }
}

// The same portfolio at full Kelly: stakes are `kelly_fraction` times its solution.
Portfolio AtFullKelly(const Portfolio& portfolio, const StakingPolicy& caps,
                      double kelly_fraction) {
  const auto scaled = [&](double cap) { return std::min(1.0, cap / kelly_fraction); };
  Portfolio full = portfolio;
  full.max_per_day = scaled(caps.max_per_day);
  for (MatchBets& match : full.matches) {
    match.max_fraction = scaled(caps.max_per_match);
    for (OpenBet& bet : match.open) bet.fraction = scaled(bet.fraction);
    for (CandidateBet& bet : match.candidates) bet.max_fraction = scaled(caps.max_per_bet);
  }
  return full;
}

absl::Status FillFullKelly(Portfolio portfolio, std::vector<std::vector<UserBet>>& matches) {
  for (MatchBets& match : portfolio.matches) match.open.clear();
  ASSIGN_OR_RETURN(const JointStakes full, JointKelly(portfolio));
  for (std::size_t m = 0; m < matches.size(); ++m) {
    for (std::size_t k = 0; k < matches[m].size(); ++k) {
      matches[m][k].full_kelly = full.fractions[m][k];
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CustomPortfolio> StakePortfolio(std::span<const UserMatch> matches,
                                               const StakingPolicy& caps, double kelly_fraction,
                                               std::span<const double> drawdowns) {
  RETURN_IF_ERROR(caps.Validate());
  if (!(kelly_fraction > 0.0 && kelly_fraction <= 1.0)) {
    return InvalidField("kelly_fraction", "above 0 and at most 1");
  }
  CustomPortfolio out;
  Portfolio portfolio;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    auto offered = OfferedBy(matches[m]);
    RETURN_IF_ERROR(Within(fmt::format("matches[{}]", m), offered.status()));
    out.matches.push_back(std::move(offered->bets));
    portfolio.matches.push_back(std::move(offered->match));
  }
  RETURN_IF_ERROR(portfolio.Validate());
  RETURN_IF_ERROR(FillFullKelly(portfolio, out.matches));

  double open = 0.0;
  for (const MatchBets& match : portfolio.matches) open += OpenOf(match);
  std::vector<std::vector<double>> stakes;
  for (const auto& bets : out.matches) stakes.emplace_back(bets.size(), 0.0);
  if (open < kelly_fraction) {
    ASSIGN_OR_RETURN(const JointStakes joint,
                     JointKelly(AtFullKelly(portfolio, caps, kelly_fraction)));
    out.gap = joint.gap;
    out.enumerated = joint.enumerated;
    for (std::size_t m = 0; m < stakes.size(); ++m) {
      for (std::size_t k = 0; k < stakes[m].size(); ++k) {
        const double stake = std::min(kelly_fraction * joint.fractions[m][k], caps.max_per_bet);
        stakes[m][k] = stake < kMinStake ? 0.0 : stake;
        out.matches[m][k].stake = stakes[m][k];
      }
    }
    out.drawdown_scale = DrawdownScale(portfolio, stakes, DrawdownPower(caps));
  }
  NameCaps(portfolio, caps, kelly_fraction, out.matches);
  Portfolio held = portfolio;
  for (std::size_t m = 0; m < stakes.size(); ++m) {
    held.matches[m].candidates.clear();
    for (std::size_t k = 0; k < stakes[m].size(); ++k) {
      UserBet& bet = out.matches[m][k];
      if (bet.stake <= 0.0) continue;
      if (out.drawdown_scale < 1.0) bet.caps.push_back(StakeCap::kDrawdown);
      bet.stake *= out.drawdown_scale;
      held.matches[m].open.push_back({portfolio.matches[m].candidates[k].payoff, bet.stake});
    }
  }
  ASSIGN_OR_RETURN(out.outlook, ComputeOutlook(held, drawdowns));
  return out;
}

}  // namespace fairline::staking
