#include "libs/backtest/drawdown.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace fairline::backtest {
namespace {

constexpr int kDraws = 1000;

double PartLost(Money peak, Money now) {
  return 1.0 - static_cast<double>(now.minor_units) / static_cast<double>(peak.minor_units);
}

}  // namespace

std::optional<Drawdown> MaxDrawdown(Money start, const Simulation& simulation,
                                    std::span<const PastMatch> matches) {
  struct Peak {
    Money money;
    std::optional<Day> day;
  };
  Peak peak{start, std::nullopt};
  Peak of_worst;
  std::optional<Drawdown> worst;
  for (const DayOfBets& day : simulation.days) {
    if (day.bankroll >= peak.money) peak = {day.bankroll, day.date};
    const double depth = PartLost(peak.money, day.bankroll);
    if (depth <= (worst ? worst->depth : 0.0)) continue;
    worst = Drawdown{.depth = depth, .peak = peak.day, .trough = day.date, .recovered = {}};
    of_worst = peak;
  }
  if (!worst) return worst;
  for (const DayOfBets& day : simulation.days) {
    if (day.date <= worst->trough || day.bankroll < of_worst.money) continue;
    worst->recovered = day.date;
    break;
  }
  const Day begin = worst->peak.value_or(simulation.days.front().date);
  const Day end = worst->recovered.value_or(simulation.days.back().date);
  worst->days = static_cast<int>((end - begin).count());
  worst->bets = std::count_if(simulation.bets.begin(), simulation.bets.end(), [&](const Bet& bet) {
    const Day day = matches[bet.match].date;
    return (worst->peak ? day > begin : day >= begin) && day <= end;
  });
  return worst;
}

Interval SimulatedMaxDrawdown(Money start, std::span<const DayOfBets> days, std::uint64_t seed) {
  std::vector<std::vector<double>> weeks;  // of daily log growth
  std::int64_t last_week = 0;
  double before = static_cast<double>(start.minor_units);
  for (const DayOfBets& day : days) {
    const std::int64_t week = statistics::WeekOf(day.date);
    if (weeks.empty() || week != last_week) weeks.emplace_back();
    last_week = week;
    const double after = std::max(0.5, static_cast<double>(day.bankroll.minor_units));
    weeks.back().push_back(std::log(after / before));
    before = after;
  }
  if (weeks.size() < statistics::kMinWeeks) return {kUnknown, kUnknown, kUnknown};
  std::mt19937_64 random(seed);
  std::vector<double> drawdowns;
  double sum = 0.0;
  for (int draw = 0; draw < kDraws; ++draw) {
    double level = 0.0, peak = 0.0, deepest = 0.0;
    for (std::size_t w = 0; w < weeks.size(); ++w) {
      for (const double growth : weeks[random() % weeks.size()]) {
        level += growth;
        peak = std::max(peak, level);
        deepest = std::min(deepest, level - peak);
      }
    }
    drawdowns.push_back(1.0 - std::exp(deepest));
    sum += drawdowns.back();
  }
  return statistics::PercentileInterval(sum / kDraws, drawdowns);
}

void AddBetStatistics(const Simulation& simulation, Report& report) {
  std::int64_t losses = 0;
  std::int64_t wins = 0;
  const auto bets = static_cast<double>(report.bets);
  for (const Bet& bet : simulation.bets) {
    losses = bet.won ? 0 : losses + 1;
    wins = bet.won ? wins + 1 : 0;
    report.longest_losing_streak = std::max(report.longest_losing_streak, losses);
    report.longest_winning_streak = std::max(report.longest_winning_streak, wins);
    report.hit_rate += (bet.won ? 1.0 : 0.0) / bets;
    report.expected_hit_rate += bet.probability / bets;
    report.average_odds += bet.odds / bets;
    report.largest_stake = std::max(report.largest_stake, bet.stake);
  }
  report.average_stake = {std::llround(static_cast<double>(report.staked.minor_units) / bets)};
}

}  // namespace fairline::backtest
