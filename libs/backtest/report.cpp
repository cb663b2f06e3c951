#include "libs/backtest/report.hpp"

#include <algorithm>
#include <cmath>

#include "libs/backtest/baselines.hpp"
#include "libs/backtest/bet_rows.hpp"
#include "libs/backtest/course.hpp"
#include "libs/backtest/notes.hpp"
#include "libs/backtest/slices.hpp"
#include "libs/backtest/verdict.hpp"

namespace fairline::backtest {
namespace {

Summary Begin(const Settings& settings, const Replay& replay) {
  Summary summary;
  summary.matches = replay.matches;
  summary.priced = replay.priced;
  summary.bets = static_cast<std::int64_t>(replay.bets.size());
  summary.start = summary.end = settings.bankroll;
  if (!replay.days.empty()) summary.end = replay.days.back().bankroll;
  for (const DayOfBets& day : replay.days) summary.staked = summary.staked + day.staked;
  summary.equity = replay.days;
  return summary;
}

void AddFigures(std::span<const PastMatch> matches, const Settings& settings, const Replay& replay,
                const BetRows& rows, const Figures& figures, Summary& summary) {
  summary.yield = figures.Of(kProfit, kStake);
  summary.log_growth = figures.Of(kLog, kColumns);
  summary.closing_bets = std::llround(rows.Sum(kClvCount));
  if (summary.closing_bets > 0) summary.closing_line_value = figures.Of(kClv, kClvCount);
  const auto fall = WorstFall(settings.bankroll, replay, matches);
  summary.max_drawdown = fall ? fall->depth : 0.0;
}

double MeanBookmakers(std::span<const PastMatch> matches, const Settings& settings,
                      const Replay& replay) {
  if (settings.price == PriceSource::kBookmaker) return 1.0;
  if (settings.price != PriceSource::kBest) return 0.0;
  double sum = 0.0;
  for (const Bet& bet : replay.bets) sum += matches[bet.match].bookmakers;
  return sum / static_cast<double>(replay.bets.size());
}

}  // namespace

absl::StatusOr<Summary> Summarise(std::span<const PastMatch> matches, const Settings& settings,
                                  const Replay& replay) {
  Summary summary = Begin(settings, replay);
  if (summary.bets == 0) return summary;
  const BetRows rows = MakeBetRows(matches, settings, replay);
  ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                   statistics::BlockBootstrap::Make(rows.dates, settings.seed));
  AddFigures(matches, settings, replay, rows, Figures(rows, bootstrap), summary);
  return summary;
}

absl::StatusOr<Report> MakeReport(std::span<const PastMatch> matches, const Settings& settings,
                                  const Replay& replay, const Provenance& provenance) {
  Report report;
  static_cast<Summary&>(report) = Begin(settings, replay);
  if (report.bets > 0) {
    const BetRows rows = MakeBetRows(matches, settings, replay);
    ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                     statistics::BlockBootstrap::Make(rows.dates, settings.seed));
    const Figures figures(rows, bootstrap);
    AddFigures(matches, settings, replay, rows, figures, report);
    report.flat_yield = figures.Of(kFlat, kCount);
    report.market_yield = figures.Of(kMarket, kStake);
    report.better_than_market = figures.Of(kProfit, kStake, kMarket);
    report.worst_fall = WorstFall(settings.bankroll, replay, matches);
    report.fall_by_chance = FallByChance(settings.bankroll, replay.days, settings.seed);
    report.average_bookmakers = MeanBookmakers(matches, settings, replay);
    AddCourse(replay, report);
    RETURN_IF_ERROR(AddSlices(matches, settings, replay, rows, report));
    AddRandomBets(matches, settings, replay, report);
  }
  report.verdict = VerdictOf(report, settings, provenance);
  report.price_note = PriceNote(report, settings);
  report.notes = NotesOn(matches, settings, replay, provenance, report);
  return report;
}

}  // namespace fairline::backtest
