#include "libs/domain/betting_record.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace fairline::domain {
namespace {

struct Block {
  double turnover = 0.0;
  double profit = 0.0;
};

bool Won(BetResult result) { return result == BetResult::kWin || result == BetResult::kHalfWin; }
bool Lost(BetResult result) { return result == BetResult::kLoss || result == BetResult::kHalfLoss; }

std::optional<Interval> YieldInterval(const std::map<std::int64_t, Block>& by_week) {
  if (by_week.size() < static_cast<std::size_t>(BettingRecord::kMinBlocks)) return std::nullopt;
  std::vector<Block> blocks;
  for (const auto& [week, block] : by_week) blocks.push_back(block);
  std::mt19937_64 random(20'260'130);
  std::vector<double> yields;
  yields.reserve(BettingRecord::kResamples);
  for (int i = 0; i < BettingRecord::kResamples; ++i) {
    Block sum;
    for (std::size_t drawn = 0; drawn < blocks.size(); ++drawn) {
      const Block& block = blocks[random() % blocks.size()];
      sum.turnover += block.turnover;
      sum.profit += block.profit;
    }
    yields.push_back(sum.profit / sum.turnover);  // every block has turnover
  }
  std::sort(yields.begin(), yields.end());
  const auto at = [&](double quantile) {
    return yields[static_cast<std::size_t>(quantile * (BettingRecord::kResamples - 1) + 0.5)];
  };
  return Interval{at(0.025), at(0.975)};
}

}  // namespace

BettingRecord RecordOf(std::span<const RecordedBet> bets) {
  BettingRecord record;
  std::map<std::int64_t, Block> by_week;
  double clv_sum = 0.0;
  for (const RecordedBet& bet : bets) {
    if (bet.clv) {
      ++record.clv_bets;
      clv_sum += *bet.clv;
    }
    const bool won = Won(bet.result);
    if (!won && !Lost(bet.result)) {
      ++record.voided;
      continue;
    }
    ++(won ? record.won : record.lost);
    record.turnover = record.turnover + bet.exposure;
    record.profit = record.profit + bet.profit;
    Block& block = by_week[bet.day.time_since_epoch().count() / 7];
    block.turnover += static_cast<double>(bet.exposure.minor_units);
    block.profit += static_cast<double>(bet.profit.minor_units);

    if (record.current.bets > 0 && record.streak_is_winning != won) record.current = {};
    record.streak_is_winning = won;
    ++record.current.bets;
    record.current.profit = record.current.profit + bet.profit;
    Streak& longest = won ? record.longest_winning : record.longest_losing;
    if (record.current.bets > longest.bets) longest = record.current;
  }
  if (record.turnover.minor_units > 0) {
    record.yield = static_cast<double>(record.profit.minor_units) /
                   static_cast<double>(record.turnover.minor_units);
    record.hit_rate =
        static_cast<double>(record.won) / static_cast<double>(record.won + record.lost);
  }
  if (record.clv_bets > 0) record.mean_clv = clv_sum / static_cast<double>(record.clv_bets);
  record.yield_interval = YieldInterval(by_week);
  return record;
}

double ClosingLineValue(const BetTerms& terms, double closing_probability) {
  const double odds = static_cast<double>(terms.odds_millionths) / kOddsUnit;
  const double kept = 1.0 - static_cast<double>(terms.commission_basis_points) / kCommissionUnit;
  if (terms.side == BetSide::kBack) {
    return closing_probability * (1.0 + (odds - 1.0) * kept) - 1.0;
  }
  return (1.0 - closing_probability) * kept - closing_probability * (odds - 1.0);
}

}  // namespace fairline::domain
