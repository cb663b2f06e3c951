#include "libs/backtest/baselines.hpp"

#include <random>

#include "libs/backtest/bet_rows.hpp"

namespace fairline::backtest {
namespace {

constexpr int kDraws = 1000;

// The outcomes of a bet's match that the policy's odds allow, with the profit of the stake on each.
struct Choice {
  std::size_t count = 0;
  ByOutcome profit = {};
};

}  // namespace

void AddRandomBets(std::span<const PastMatch> matches, const Settings& settings,
                   const Simulation& simulation, Report& report) {
  std::vector<Choice> choices;
  for (const Bet& bet : simulation.bets) {
    const PastMatch& match = matches[bet.match];
    const ByOutcome& prices = PricesOf(match, settings.price);
    Choice choice;
    for (std::size_t i = 0; i < match.outcomes; ++i) {
      if (!(prices[i] > 1.0 && prices[i] >= settings.policy.min_odds &&
            prices[i] < settings.policy.max_odds)) {
        continue;
      }
      choice.profit[choice.count++] = static_cast<double>(bet.stake.minor_units) *
                                      ProfitPerUnit(match, prices, i, settings.commission);
    }
    choices.push_back(choice);
  }
  const auto staked = static_cast<double>(report.staked.minor_units);
  std::mt19937_64 random(settings.seed);
  std::vector<double> yields;
  double sum = 0.0;
  int as_good = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    double profit = 0.0;
    for (const Choice& choice : choices) profit += choice.profit[random() % choice.count];
    yields.push_back(profit / staked);
    sum += yields.back();
    if (yields.back() >= report.yield.value) ++as_good;
  }
  report.random_yield = statistics::PercentileInterval(sum / kDraws, yields);
  report.random_as_good = (1.0 + as_good) / (1.0 + kDraws);
}

}  // namespace fairline::backtest
