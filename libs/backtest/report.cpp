#include "libs/backtest/report.hpp"

#include <algorithm>
#include <cmath>

#include "libs/backtest/baselines.hpp"
#include "libs/backtest/bet_rows.hpp"
#include "libs/backtest/drawdown.hpp"
#include "libs/backtest/luck_verdict.hpp"
#include "libs/backtest/notes.hpp"
#include "libs/backtest/slices.hpp"

namespace fairline::backtest {
namespace {

Summary Begin(const Settings& settings, const Simulation& simulation) {
  Summary summary;
  summary.matches = simulation.matches;
  summary.priced = simulation.priced;
  summary.bets = static_cast<std::int64_t>(simulation.bets.size());
  summary.start = summary.end = settings.bankroll;
  summary.currency = settings.currency;
  if (!simulation.days.empty()) summary.end = simulation.days.back().bankroll;
  for (const DayOfBets& day : simulation.days) summary.staked = summary.staked + day.staked;
  summary.equity = simulation.days;
  return summary;
}

void AddMetrics(std::span<const PastMatch> matches, const Settings& settings,
                const Simulation& simulation, const BetRows& rows, const Metrics& metrics,
                Summary& summary) {
  summary.yield = metrics.Of(kProfit, kStake);
  summary.log_growth = metrics.Of(kLog, kColumns);
  summary.closing_bets = std::llround(rows.Sum(kClvCount));
  if (summary.closing_bets > 0) summary.closing_line_value = metrics.Of(kClv, kClvCount);
  const auto drawdown = MaxDrawdown(settings.bankroll, simulation, matches);
  summary.max_drawdown = drawdown ? drawdown->depth : 0.0;
}

double MeanBookmakers(std::span<const PastMatch> matches, const Settings& settings,
                      const Simulation& simulation) {
  if (settings.price == PriceSource::kBookmaker) return 1.0;
  if (settings.price != PriceSource::kBest) return 0.0;
  double sum = 0.0;
  for (const Bet& bet : simulation.bets) sum += matches[bet.match].bookmakers;
  return sum / static_cast<double>(simulation.bets.size());
}

}  // namespace

absl::StatusOr<Summary> Summarise(std::span<const PastMatch> matches, const Settings& settings,
                                  const Simulation& simulation) {
  Summary summary = Begin(settings, simulation);
  if (summary.bets == 0) return summary;
  const BetRows rows = MakeBetRows(matches, settings, simulation);
  ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                   statistics::BlockBootstrap::Make(rows.dates, settings.seed));
  AddMetrics(matches, settings, simulation, rows, Metrics(rows, bootstrap), summary);
  return summary;
}

absl::StatusOr<Report> MakeReport(std::span<const PastMatch> matches, const Settings& settings,
                                  const Simulation& simulation, const Provenance& provenance) {
  Report report;
  static_cast<Summary&>(report) = Begin(settings, simulation);
  if (report.bets > 0) {
    const BetRows rows = MakeBetRows(matches, settings, simulation);
    ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                     statistics::BlockBootstrap::Make(rows.dates, settings.seed));
    const Metrics metrics(rows, bootstrap);
    AddMetrics(matches, settings, simulation, rows, metrics, report);
    report.flat_yield = metrics.Of(kFlat, kCount);
    report.market_yield = metrics.Of(kMarket, kStake);
    report.better_than_market = metrics.Of(kProfit, kStake, kMarket);
    report.worst_drawdown = MaxDrawdown(settings.bankroll, simulation, matches);
    report.simulated_max_drawdown =
        SimulatedMaxDrawdown(settings.bankroll, simulation.days, settings.seed);
    report.average_bookmakers = MeanBookmakers(matches, settings, simulation);
    AddBetStatistics(simulation, report);
    RETURN_IF_ERROR(AddSlices(matches, settings, simulation, rows, report));
    AddRandomBets(matches, settings, simulation, report);
  }
  report.verdict = LuckVerdict(report, settings, provenance);
  report.price_note = PriceNote(report, settings);
  report.notes = NotesOn(matches, settings, simulation, provenance, report);
  return report;
}

}  // namespace fairline::backtest
