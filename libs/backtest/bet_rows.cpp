#include "libs/backtest/bet_rows.hpp"

#include <algorithm>
#include <cmath>

#include "libs/domain/devig.hpp"

namespace fairline::backtest {
namespace {

double NetWin(double odds, double commission) { return (odds - 1.0) * (1.0 - commission); }

// Odds after commission times the de-vigged closing probability, minus 1; unknown without a line.
double ClosingLineValue(const PastMatch& match, const Bet& bet, double commission) {
  std::vector<domain::DecimalOdds> line;
  for (std::size_t i = 0; i < match.outcomes; ++i) {
    const auto odds = domain::DecimalOdds::Make(match.closing[i]);
    if (!odds.ok()) return kUnknown;
    line.push_back(*odds);
  }
  const auto fair = domain::Devig(line);
  if (!fair.ok()) return kUnknown;
  return (1.0 + NetWin(bet.odds, commission)) * fair->probabilities[bet.outcome].value() - 1.0;
}

// The outcome with the shortest average price, or the shortest of the source without averages.
std::size_t Favourite(const PastMatch& match, const ByOutcome& prices) {
  const auto end = static_cast<std::ptrdiff_t>(match.outcomes);
  const bool averaged = std::all_of(match.average.begin(), match.average.begin() + end,
                                    [](double price) { return price > 1.0; });
  std::size_t best = match.outcomes;
  for (std::size_t i = 0; i < match.outcomes; ++i) {
    if (!(prices[i] > 1.0)) continue;
    const ByOutcome& by = averaged ? match.average : prices;
    if (best == match.outcomes || by[i] < by[best]) best = i;
  }
  return best;
}

}  // namespace

double BetRows::Sum(Column column) const {
  double sum = 0.0;
  for (std::size_t i = column; i < values.size(); i += kColumns) sum += values[i];
  return sum;
}

double ProfitPerUnit(const PastMatch& match, const ByOutcome& prices, std::size_t outcome,
                     double commission) {
  return match.result == outcome ? NetWin(prices[outcome], commission) : -1.0;
}

BetRows MakeBetRows(std::span<const PastMatch> matches, const Settings& settings,
                    const Simulation& simulation) {
  BetRows rows;
  for (const Bet& bet : simulation.bets) {
    const PastMatch& match = matches[bet.match];
    const ByOutcome& prices = PricesOf(match, settings.price);
    const double stake = static_cast<double>(bet.stake.minor_units);
    std::array<double, kColumns> row = {};
    row[kStake] = stake;
    row[kProfit] = static_cast<double>(bet.profit.minor_units);
    row[kCount] = 1.0;
    row[kFlat] = ProfitPerUnit(match, prices, bet.outcome, settings.commission);
    if (const double clv = ClosingLineValue(match, bet, settings.commission); std::isfinite(clv)) {
      row[kClv] = clv;
      row[kClvCount] = 1.0;
    }
    row[kMarket] =
        stake * ProfitPerUnit(match, prices, Favourite(match, prices), settings.commission);
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    rows.dates.push_back(match.date);
  }
  double before = static_cast<double>(settings.bankroll.minor_units);
  std::size_t bet = 0;
  for (const DayOfBets& day : simulation.days) {
    while (bet < simulation.bets.size() && rows.dates[bet] <= day.date) ++bet;
    const double after = std::max(0.5, static_cast<double>(day.bankroll.minor_units));
    rows.values[(bet - 1) * kColumns + kLog] = std::log(after / before);
    before = after;
  }
  return rows;
}

Metrics::Metrics(const BetRows& rows, const statistics::BlockBootstrap& bootstrap)
    : rows_(rows), bootstrap_(bootstrap), sums_(bootstrap.blocks() * kColumns, 0.0) {
  for (std::size_t bet = 0; bet < rows.dates.size(); ++bet) {
    for (std::size_t k = 0; k < kColumns; ++k) {
      sums_[bootstrap.block_of(bet) * kColumns + k] += rows.values[bet * kColumns + k];
    }
  }
}

Interval Metrics::Of(Column column, Column by, Column less) const {
  const auto figure = [&](std::span<const double> totals) {
    const double above = totals[column] - (less == kColumns ? 0.0 : totals[less]);
    return by == kColumns ? above : above / totals[by];
  };
  std::vector<double> all;
  for (std::size_t k = 0; k < kColumns; ++k) all.push_back(rows_.Sum(static_cast<Column>(k)));
  return OfEnoughWeeks(
      statistics::PercentileInterval(figure(all), bootstrap_.Resample(sums_, kColumns, figure)),
      bootstrap_);
}

Interval OfEnoughWeeks(Interval interval, const statistics::BlockBootstrap& bootstrap) {
  if (bootstrap.blocks() < statistics::kMinWeeks) interval.lower = interval.upper = kUnknown;
  return interval;
}

}  // namespace fairline::backtest
