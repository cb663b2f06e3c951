#include "libs/domain/settlement.hpp"

#include <cstdlib>

namespace fairline::domain {
namespace {

// Stakes of 10^12 minor units at odds of 10^9 millionths are beyond 64 bits.
__extension__ using Wide = __int128;

constexpr std::int64_t kMaxStake = 1'000'000'000'000;

Money Rounded(Wide numerator, Wide denominator) {
  return {static_cast<std::int64_t>((2 * numerator + denominator) / (2 * denominator))};
}

// `quarters` of a goal on the right side of the line.
BetResult ResultOfExcess(int quarters) {
  if (quarters >= 2) return BetResult::kWin;
  if (quarters == 1) return BetResult::kHalfWin;
  if (quarters == 0) return BetResult::kVoid;
  if (quarters == -1) return BetResult::kHalfLoss;
  return BetResult::kLoss;
}

BetResult ResultOfTotal(const Selection& selection, int goals) {
  const int excess = 4 * goals - selection.line_quarters;
  return ResultOfExcess(selection.outcome == Outcome::kOver ? excess : -excess);
}

BetResult WinIf(bool happened) { return happened ? BetResult::kWin : BetResult::kLoss; }

// What the bet can win before rounding is this over `denominator`.
Wide Winnings(const BetTerms& terms, bool half, Wide& denominator) {
  denominator = Wide{2} * kCommissionUnit * kOddsUnit;
  const Wide parts = Wide{half ? 1 : 2} * (kCommissionUnit - terms.commission_basis_points);
  const std::int64_t gain =
      terms.side == BetSide::kBack ? terms.odds_millionths - kOddsUnit : kOddsUnit;
  return parts * terms.stake.minor_units * gain;
}

}  // namespace

absl::Status CheckSelection(const Selection& selection) {
  const MarketRow* market = FindMarket(selection.market);
  if (market == nullptr) return InvalidField("market", "is not one that can be settled");
  if (!PositionOf(selection.market, selection.outcome)) {
    return InvalidField("outcome", "is not one of this market");
  }
  if (market->line == LineKind::kNone && selection.line_quarters != 0) {
    return InvalidField("line_quarters", "must be 0: this market has no line");
  }
  if (selection.line_quarters < -kMaxLineQuarters || selection.line_quarters > kMaxLineQuarters) {
    return InvalidField("line_quarters", "is too far from 0");
  }
  if (market->line == LineKind::kTotal && selection.line_quarters <= 0) {
    return InvalidField("line_quarters", "must be above 0 for a total");
  }
  return absl::OkStatus();
}

BetResult ResultOf(const Selection& selection, int home_score, int away_score) {
  const int lead = home_score - away_score;
  switch (selection.market) {
    case Market::kMatchResult:
      if (selection.outcome == Outcome::kDraw) return WinIf(lead == 0);
      return WinIf(selection.outcome == Outcome::kHome ? lead > 0 : lead < 0);
    case Market::kMoneyline:
    case Market::kDrawNoBet:
    case Market::kAsianHandicap: {
      // The first two are a handicap of 0.
      const int excess = 4 * lead + selection.line_quarters;
      return ResultOfExcess(selection.outcome == Outcome::kHome ? excess : -excess);
    }
    case Market::kTotal:
      return ResultOfTotal(selection, home_score + away_score);
    case Market::kHomeTotal:
      return ResultOfTotal(selection, home_score);
    case Market::kAwayTotal:
      return ResultOfTotal(selection, away_score);
    case Market::kDoubleChance:
      if (selection.outcome == Outcome::kHomeOrDraw) return WinIf(lead >= 0);
      return WinIf(selection.outcome == Outcome::kDrawOrAway ? lead <= 0 : lead != 0);
    case Market::kBothToScore:
      return WinIf((home_score > 0 && away_score > 0) == (selection.outcome == Outcome::kYes));
  }
  return BetResult::kVoid;
}

BetResult Opposite(BetResult result) {
  switch (result) {
    case BetResult::kWin:
      return BetResult::kLoss;
    case BetResult::kHalfWin:
      return BetResult::kHalfLoss;
    case BetResult::kHalfLoss:
      return BetResult::kHalfWin;
    case BetResult::kLoss:
      return BetResult::kWin;
    case BetResult::kVoid:
    case BetResult::kCancelled:
      break;
  }
  return result;
}

absl::Status CheckTerms(const BetTerms& terms) {
  if (terms.side != BetSide::kBack && terms.side != BetSide::kLay) {
    return InvalidField("side", "must be back or lay");
  }
  if (terms.odds_millionths <= kOddsUnit || terms.odds_millionths > kMaxOddsMillionths) {
    return InvalidField("odds", "must be above 1 and at most 1000");
  }
  if (terms.stake.minor_units < 1 || terms.stake.minor_units > kMaxStake) {
    return InvalidField("stake_minor_units", "must be from 1 to 10^12");
  }
  if (terms.commission_basis_points < 0 || terms.commission_basis_points >= kCommissionUnit) {
    return InvalidField("commission_basis_points", "must be from 0 to 9999");
  }
  const Money exposure = Exposure(terms);
  if (exposure.minor_units < 1 || exposure.minor_units > kMaxStake) {
    return InvalidField("stake_minor_units", "makes a liability that is not from 1 to 10^12");
  }
  return absl::OkStatus();
}

Money Exposure(const BetTerms& terms) {
  if (terms.side == BetSide::kBack) return terms.stake;
  return Rounded(Wide{terms.stake.minor_units} * (terms.odds_millionths - kOddsUnit), kOddsUnit);
}

Money Returned(const BetTerms& terms, BetResult result) {
  const Money exposure = Exposure(terms);
  switch (result) {
    case BetResult::kWin:
    case BetResult::kHalfWin: {
      Wide denominator = 1;
      const Wide winnings = Winnings(terms, result == BetResult::kHalfWin, denominator);
      return exposure + Rounded(winnings, denominator);
    }
    case BetResult::kVoid:
    case BetResult::kCancelled:
      return exposure;
    case BetResult::kHalfLoss:
      return Rounded(exposure.minor_units, 2);
    case BetResult::kLoss:
      break;
  }
  return Money{0};
}

std::string_view BetResultName(BetResult result) {
  switch (result) {
    case BetResult::kWin:
      return "win";
    case BetResult::kHalfWin:
      return "half_win";
    case BetResult::kVoid:
      return "void";
    case BetResult::kHalfLoss:
      return "half_loss";
    case BetResult::kLoss:
      return "loss";
    case BetResult::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace fairline::domain
