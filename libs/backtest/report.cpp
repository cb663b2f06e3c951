#include "libs/backtest/report.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "libs/backtest/verdict.hpp"
#include "libs/domain/devig.hpp"

namespace fairline::backtest {
namespace {

constexpr int kRandomDraws = 1000;
constexpr double kBucketEdges[] = {0.0, 0.02, 0.04, 0.07, 0.12, 1e9};

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
  const ByOutcome& by = averaged ? match.average : prices;
  std::size_t best = 0;
  for (std::size_t i = 1; i < match.outcomes; ++i) {
    if (by[i] > 1.0 && (!(by[best] > 1.0) || by[i] < by[best])) best = i;
  }
  return best;
}

double ProfitPerUnit(const PastMatch& match, const ByOutcome& prices, std::size_t outcome,
                     double commission) {
  return match.result == outcome ? NetWin(prices[outcome], commission) : -1.0;
}

// One row a bet, summed by week for the bootstrap.
enum Column : std::size_t {
  kStake,
  kProfit,
  kCount,
  kFlat,
  kClv,
  kClvCount,
  kMarket,
  kLog,
  kColumns
};

struct Rows {
  std::vector<double> values;  // bets x kColumns
  std::vector<Day> dates;

  [[nodiscard]] double Sum(Column column) const {
    double sum = 0.0;
    for (std::size_t i = column; i < values.size(); i += kColumns) sum += values[i];
    return sum;
  }
};

Rows MakeRows(std::span<const PastMatch> matches, const Settings& settings, const Replay& replay) {
  Rows rows;
  for (const Bet& bet : replay.bets) {
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
  // The day's growth is put on the last of its bets.
  double before = static_cast<double>(settings.bankroll.minor_units);
  std::size_t bet = 0;
  for (const DayOfBets& day : replay.days) {
    while (bet < replay.bets.size() && rows.dates[bet] <= day.date) ++bet;
    const double after = std::max(0.5, static_cast<double>(day.bankroll.minor_units));
    rows.values[(bet - 1) * kColumns + kLog] = std::log(after / before);
    before = after;
  }
  return rows;
}

class Figures {
 public:
  Figures(const Rows& rows, const models::BlockBootstrap& bootstrap)
      : rows_(rows), bootstrap_(bootstrap), sums_(bootstrap.blocks() * kColumns, 0.0) {
    for (std::size_t bet = 0; bet < rows.dates.size(); ++bet) {
      for (std::size_t k = 0; k < kColumns; ++k) {
        sums_[bootstrap.block_of(bet) * kColumns + k] += rows.values[bet * kColumns + k];
      }
    }
  }

  // The sum of `column` by that of `by`; its own sum when `by` is kColumns.
  [[nodiscard]] Interval Ratio(Column column, Column by) const {
    const auto figure = [&](std::span<const double> totals) {
      return by == kColumns ? totals[column] : totals[column] / totals[by];
    };
    std::vector<double> all;
    for (std::size_t k = 0; k < kColumns; ++k) all.push_back(rows_.Sum(static_cast<Column>(k)));
    return models::PercentileInterval(figure(all), bootstrap_.Resample(sums_, kColumns, figure));
  }

  [[nodiscard]] Interval BetterThanMarket() const {
    const auto figure = [](std::span<const double> totals) {
      return (totals[kProfit] - totals[kMarket]) / totals[kStake];
    };
    std::vector<double> all;
    for (std::size_t k = 0; k < kColumns; ++k) all.push_back(rows_.Sum(static_cast<Column>(k)));
    return models::PercentileInterval(figure(all), bootstrap_.Resample(sums_, kColumns, figure));
  }

 private:
  const Rows& rows_;
  const models::BlockBootstrap& bootstrap_;
  std::vector<double> sums_;
};

void FillRandom(std::span<const PastMatch> matches, const Settings& settings, const Replay& replay,
                Report& report) {
  struct Choice {
    double stake = 0.0;
    std::size_t count = 0;
    ByOutcome profit = {};
  };
  std::vector<Choice> choices;
  double staked = 0.0;
  for (const Bet& bet : replay.bets) {
    const PastMatch& match = matches[bet.match];
    const ByOutcome& prices = PricesOf(match, settings.price);
    Choice choice;
    choice.stake = static_cast<double>(bet.stake.minor_units);
    for (std::size_t i = 0; i < match.outcomes; ++i) {
      if (!(prices[i] > 1.0 && prices[i] >= settings.policy.min_odds &&
            prices[i] < settings.policy.max_odds)) {
        continue;
      }
      choice.profit[choice.count++] =
          choice.stake * ProfitPerUnit(match, prices, i, settings.commission);
    }
    staked += choice.stake;
    choices.push_back(choice);
  }
  std::mt19937_64 random(settings.seed);
  std::vector<double> yields;
  double sum = 0.0;
  int as_good = 0;
  for (int draw = 0; draw < kRandomDraws; ++draw) {
    double profit = 0.0;
    for (const Choice& choice : choices) profit += choice.profit[random() % choice.count];
    yields.push_back(profit / staked);
    sum += yields.back();
    if (yields.back() >= report.yield.value) ++as_good;
  }
  report.random_yield = models::PercentileInterval(sum / kRandomDraws, yields);
  report.random_as_good = (1.0 + as_good) / (1.0 + kRandomDraws);
}

std::vector<EdgeBucket> Buckets(const Rows& rows, const Replay& replay, std::uint64_t seed) {
  std::vector<EdgeBucket> buckets;
  for (std::size_t b = 0; b + 1 < std::size(kBucketEdges); ++b) {
    EdgeBucket bucket;
    bucket.from = kBucketEdges[b];
    bucket.to = kBucketEdges[b + 1];
    std::vector<Day> dates;
    std::vector<double> flat;
    double clv = 0.0;
    double with_clv = 0.0;
    for (std::size_t i = 0; i < replay.bets.size(); ++i) {
      const double edge = replay.bets[i].edge;
      if (edge < bucket.from || edge >= bucket.to) continue;
      ++bucket.bets;
      bucket.claimed += edge;
      dates.push_back(rows.dates[i]);
      flat.push_back(rows.values[i * kColumns + kFlat]);
      clv += rows.values[i * kColumns + kClv];
      with_clv += rows.values[i * kColumns + kClvCount];
    }
    if (bucket.bets == 0) continue;
    bucket.claimed /= static_cast<double>(bucket.bets);
    if (const auto bootstrap = models::BlockBootstrap::Make(dates, seed, 400); bootstrap.ok()) {
      bucket.realised = bootstrap->Mean(flat);
    }
    if (with_clv > 0.0) bucket.closing_edge = clv / with_clv;
    buckets.push_back(bucket);
  }
  return buckets;
}

void FillCourse(const Settings& settings, const Replay& replay, Report& report) {
  Money height = settings.bankroll;
  for (const DayOfBets& day : replay.days) {
    height = std::max(height, day.bankroll);
    report.max_drawdown =
        std::max(report.max_drawdown, 1.0 - static_cast<double>(day.bankroll.minor_units) /
                                                static_cast<double>(height.minor_units));
  }
  std::int64_t run = 0;
  for (const Bet& bet : replay.bets) {
    run = bet.won ? 0 : run + 1;
    report.longest_losing_run = std::max(report.longest_losing_run, run);
    report.hit_rate += bet.won ? 1.0 : 0.0;
    report.expected_hit_rate += bet.probability;
    report.staked = report.staked + bet.stake;
  }
  report.hit_rate /= static_cast<double>(report.bets);
  report.expected_hit_rate /= static_cast<double>(report.bets);
}

}  // namespace

absl::StatusOr<Report> MakeReport(std::span<const PastMatch> matches, const Settings& settings,
                                  const Replay& replay) {
  Report report;
  report.matches = replay.matches;
  report.priced = replay.priced;
  report.bets = static_cast<std::int64_t>(replay.bets.size());
  report.start = report.end = settings.bankroll;
  if (!replay.days.empty()) report.end = replay.days.back().bankroll;
  report.equity = replay.days;
  if (report.bets > 0) {
    FillCourse(settings, replay, report);
    const Rows rows = MakeRows(matches, settings, replay);
    ASSIGN_OR_RETURN(const models::BlockBootstrap bootstrap,
                     models::BlockBootstrap::Make(rows.dates, settings.seed));
    const Figures figures(rows, bootstrap);
    report.yield = figures.Ratio(kProfit, kStake);
    report.flat_yield = figures.Ratio(kFlat, kCount);
    report.log_growth = figures.Ratio(kLog, kColumns);
    report.market_yield = figures.Ratio(kMarket, kStake);
    report.better_than_market = figures.BetterThanMarket();
    report.closing_bets = std::llround(rows.Sum(kClvCount));
    if (report.closing_bets > 0) report.closing_line_value = figures.Ratio(kClv, kClvCount);
    report.by_edge = Buckets(rows, replay, settings.seed);
    FillRandom(matches, settings, replay, report);
  }
  report.verdict = VerdictOf(report, settings);
  return report;
}

}  // namespace fairline::backtest
