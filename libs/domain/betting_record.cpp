#include "libs/domain/betting_record.hpp"

#include <vector>

namespace fairline::domain {
namespace {

bool Won(BetResult result) { return result == BetResult::kWin || result == BetResult::kHalfWin; }
bool Lost(BetResult result) { return result == BetResult::kLoss || result == BetResult::kHalfLoss; }

// Of the bets that were won or lost.
struct Decided {
  std::vector<Day> days;
  std::vector<double> yields;
  std::vector<double> exposures;
};

std::optional<statistics::Interval> YieldInterval(const Decided& bets) {
  constexpr std::uint64_t kSeed = 20'260'130;
  const auto bootstrap = statistics::BlockBootstrap::Make(bets.days, kSeed);
  if (!bootstrap.ok() || bootstrap->blocks() < statistics::kMinWeeks) return std::nullopt;
  return bootstrap->Mean(bets.yields, bets.exposures);
}

}  // namespace

BettingRecord RecordOf(std::span<const RecordedBet> bets) {
  BettingRecord record;
  Decided decided;
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
    // A stake of one cent can be laid at odds so short that nothing can be lost.
    if (const auto exposure = static_cast<double>(bet.exposure.minor_units); exposure > 0.0) {
      decided.days.push_back(bet.day);
      decided.yields.push_back(static_cast<double>(bet.profit.minor_units) / exposure);
      decided.exposures.push_back(exposure);
    }

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
  record.yield_interval = YieldInterval(decided);
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
