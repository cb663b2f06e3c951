#include "libs/domain/settlement.hpp"

#include <climits>

#include <catch2/catch.hpp>

#include "libs/domain/score_grid.hpp"

namespace fairline::domain {
namespace {

constexpr int kGoals = ScoreGrid::kMaxGoals;

// The probability of each result of `selection`, score by score.
SettlementProbabilities SumOver(const ScoreGrid& grid, const Selection& selection) {
  SettlementProbabilities sum;
  for (int home = 0; home <= kGoals; ++home) {
    for (int away = 0; away <= kGoals; ++away) {
      const double probability = grid.Score(home, away);
      switch (ResultOf(selection, home, away)) {
        case BetResult::kWin:
          sum.win += probability;
          break;
        case BetResult::kHalfWin:
          sum.half_win += probability;
          break;
        case BetResult::kVoid:
          sum.push += probability;
          break;
        case BetResult::kHalfLoss:
          sum.half_loss += probability;
          break;
        case BetResult::kLoss:
          sum.loss += probability;
          break;
        case BetResult::kCancelled:
          FAIL("a score cancels nothing");
      }
    }
  }
  return sum;
}

void CheckSame(const SettlementProbabilities& a, const SettlementProbabilities& b) {
  CHECK(a.win == Approx(b.win).margin(1e-12));
  CHECK(a.half_win == Approx(b.half_win).margin(1e-12));
  CHECK(a.push == Approx(b.push).margin(1e-12));
  CHECK(a.half_loss == Approx(b.half_loss).margin(1e-12));
  CHECK(a.loss == Approx(b.loss).margin(1e-12));
}

SettlementProbabilities WinOnly(double win) { return {.win = win, .loss = 1.0 - win}; }

TEST_CASE("every line settles as the score grid prices it", "[domain][settlement]") {
  const ScoreGrid grid = ScoreGrid::DixonColes(1.6, 1.1, -0.08).value();
  for (int quarters = -48; quarters <= 48; ++quarters) {
    CAPTURE(quarters);
    for (const Side side : {Side::kHome, Side::kAway}) {
      const Outcome outcome = side == Side::kHome ? Outcome::kHome : Outcome::kAway;
      CheckSame(SumOver(grid, {Market::kAsianHandicap, outcome, quarters}),
                grid.AsianHandicap(side, quarters / 4.0).value());
    }
    if (quarters <= 0) continue;
    const SettlementProbabilities over = grid.Over(quarters / 4.0).value();
    CheckSame(SumOver(grid, {Market::kTotal, Outcome::kOver, quarters}), over);
    CheckSame(SumOver(grid, {Market::kTotal, Outcome::kUnder, quarters}), Opposite(over));
    for (const Side side : {Side::kHome, Side::kAway}) {
      const Market market = side == Side::kHome ? Market::kHomeTotal : Market::kAwayTotal;
      const SettlementProbabilities team_over = grid.TeamOver(side, quarters / 4.0).value();
      CheckSame(SumOver(grid, {market, Outcome::kOver, quarters}), team_over);
      CheckSame(SumOver(grid, {market, Outcome::kUnder, quarters}), Opposite(team_over));
    }
  }
  const auto [home, draw, away] = grid.Result();
  CheckSame(SumOver(grid, {Market::kMatchResult, Outcome::kHome, 0}), WinOnly(home));
  CheckSame(SumOver(grid, {Market::kMatchResult, Outcome::kDraw, 0}), WinOnly(draw));
  CheckSame(SumOver(grid, {Market::kMatchResult, Outcome::kAway, 0}), WinOnly(away));
  CheckSame(SumOver(grid, {Market::kBothToScore, Outcome::kYes, 0}), WinOnly(grid.BothToScore()));
  CheckSame(SumOver(grid, {Market::kBothToScore, Outcome::kNo, 0}),
            WinOnly(1.0 - grid.BothToScore()));
  for (const Side side : {Side::kHome, Side::kAway}) {
    const Outcome outcome = side == Side::kHome ? Outcome::kHome : Outcome::kAway;
    CheckSame(SumOver(grid, {Market::kMoneyline, outcome, 0}), grid.DrawNoBet(side));
    CheckSame(SumOver(grid, {Market::kDrawNoBet, outcome, 0}), grid.DrawNoBet(side));
  }
  const auto [home_or_draw, home_or_away, draw_or_away] = grid.DoubleChance();
  CheckSame(SumOver(grid, {Market::kDoubleChance, Outcome::kHomeOrDraw, 0}), WinOnly(home_or_draw));
  CheckSame(SumOver(grid, {Market::kDoubleChance, Outcome::kHomeOrAway, 0}), WinOnly(home_or_away));
  CheckSame(SumOver(grid, {Market::kDoubleChance, Outcome::kDrawOrAway, 0}), WinOnly(draw_or_away));
}

TEST_CASE("quarter lines win, lose and return halves", "[domain][settlement]") {
  struct Case {
    Outcome outcome;
    int line_quarters, home, away;
    BetResult result;
  };
  for (const Case& one : {Case{Outcome::kHome, -1, 1, 1, BetResult::kHalfLoss},
                          Case{Outcome::kAway, -1, 1, 1, BetResult::kHalfWin},
                          Case{Outcome::kHome, -3, 1, 0, BetResult::kHalfWin},
                          Case{Outcome::kHome, -4, 1, 0, BetResult::kVoid},
                          Case{Outcome::kHome, -5, 1, 0, BetResult::kHalfLoss},
                          Case{Outcome::kHome, -6, 1, 0, BetResult::kLoss},
                          Case{Outcome::kHome, 6, 0, 1, BetResult::kWin}}) {
    CAPTURE(one.line_quarters, one.home, one.away);
    CHECK(ResultOf({Market::kAsianHandicap, one.outcome, one.line_quarters}, one.home, one.away) ==
          one.result);
  }
  CHECK(ResultOf({Market::kTotal, Outcome::kOver, 9}, 1, 1) == BetResult::kHalfLoss);
  CHECK(ResultOf({Market::kTotal, Outcome::kUnder, 9}, 1, 1) == BetResult::kHalfWin);
  CHECK(ResultOf({Market::kTotal, Outcome::kOver, 8}, 1, 1) == BetResult::kVoid);
}

TEST_CASE("what a market does not offer is refused by name", "[domain][settlement]") {
  const auto refusal = [](Market market, Outcome outcome, int line) {
    const absl::Status status = CheckSelection({market, outcome, line});
    return MessageOf(status);
  };
  CHECK(refusal(Market::kMoneyline, Outcome::kDraw, 0).rfind("outcome: ", 0) == 0);
  CHECK(refusal(Market::kMatchResult, Outcome::kHome, 2).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(Market::kTotal, Outcome::kOver, 0).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(Market::kAsianHandicap, Outcome::kHome, 1201).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(Market::kAsianHandicap, Outcome::kHome, -1201).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(Market::kAsianHandicap, Outcome::kHome, INT_MIN).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(static_cast<Market>(10), Outcome::kHome, 0).rfind("market: ", 0) == 0);
  CHECK(refusal(Market::kAsianHandicap, Outcome::kAway, -7).empty());
  CHECK(refusal(Market::kTotal, Outcome::kUnder, 11).empty());
  CHECK(refusal(Market::kAwayTotal, Outcome::kOver, -2).rfind("line_quarters: ", 0) == 0);
  CHECK(refusal(Market::kDoubleChance, Outcome::kHome, 0).rfind("outcome: ", 0) == 0);
}

BetTerms Back(std::int64_t stake, std::int64_t odds_millionths, int commission = 0) {
  return {BetSide::kBack, odds_millionths, Money{stake}, commission};
}
BetTerms Lay(std::int64_t stake, std::int64_t odds_millionths, int commission = 0) {
  return {BetSide::kLay, odds_millionths, Money{stake}, commission};
}

TEST_CASE("a back returns stake and winnings, halves and commission exact", "[domain]") {
  CHECK(Exposure(Back(1'000, 2'100'000)) == Money{1'000});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kWin) == Money{2'100});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kHalfWin) == Money{1'550});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kVoid) == Money{1'000});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kHalfLoss) == Money{500});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kLoss) == Money{0});
  CHECK(Returned(Back(1'000, 2'100'000), BetResult::kCancelled) == Money{1'000});
  CHECK(Returned(Back(1'000, 2'100'000, 200), BetResult::kWin) == Money{2'078});
  // 101 * .952 = 96.152; half of 101 comes back as 51, the half rounded up.
  CHECK(Returned(Back(101, 1'952'000), BetResult::kWin) == Money{197});
  CHECK(Returned(Back(101, 1'952'000), BetResult::kHalfLoss) == Money{51});
  CHECK(Returned(Back(1'000'000'000'000, 1'000'000'000), BetResult::kWin) ==
        Money{1'000'000'000'000'000});
}

TEST_CASE("a lay risks the liability and wins the backer's stake", "[domain][settlement]") {
  CHECK(Exposure(Lay(1'000, 3'500'000)) == Money{2'500});
  CHECK(Returned(Lay(1'000, 3'500'000, 500), BetResult::kWin) == Money{3'450});
  CHECK(Returned(Lay(1'000, 3'500'000, 500), BetResult::kHalfWin) == Money{2'975});
  CHECK(Returned(Lay(1'000, 3'500'000, 500), BetResult::kVoid) == Money{2'500});
  CHECK(Returned(Lay(1'000, 3'500'000), BetResult::kHalfLoss) == Money{1'250});
  CHECK(Returned(Lay(1'000, 3'500'000), BetResult::kLoss) == Money{0});
  CHECK_FALSE(CheckTerms(Lay(1, 1'100'000)).ok());  // a tenth of a cent of liability
}

TEST_CASE("backer and layer without commission share what both put in", "[domain][settlement]") {
  for (std::int64_t stake = 1; stake < 400; stake += 7) {
    for (std::int64_t odds = 1'010'000; odds < 9'000'000; odds += 93'000) {
      const BetTerms back = Back(stake, odds);
      const BetTerms lay = Lay(stake, odds);
      if (!CheckTerms(lay).ok()) continue;
      const std::int64_t pot = stake + Exposure(lay).minor_units;
      for (const BetResult result :
           {BetResult::kWin, BetResult::kHalfWin, BetResult::kVoid, BetResult::kHalfLoss,
            BetResult::kLoss, BetResult::kCancelled}) {
        CAPTURE(stake, odds, BetResultName(result));
        const std::int64_t shared =
            (Returned(back, result) + Returned(lay, Opposite(result))).minor_units;
        // Each side rounds its own half up: at most one minor unit each.
        CHECK(shared >= pot);
        CHECK(shared <= pot + 1);
        CHECK(Returned(back, result).minor_units >= 0);
      }
    }
  }
}

TEST_CASE("terms out of range are refused by name", "[domain][settlement]") {
  const auto refusal = [](const BetTerms& terms) {
    const absl::Status status = CheckTerms(terms);
    return MessageOf(status);
  };
  CHECK(refusal(Back(100, 1'000'000)).rfind("odds: ", 0) == 0);
  CHECK(refusal(Back(100, 1'000'000'001)).rfind("odds: ", 0) == 0);
  CHECK(refusal(Back(0, 2'000'000)).rfind("stake_minor_units: ", 0) == 0);
  CHECK(refusal(Back(-5, 2'000'000)).rfind("stake_minor_units: ", 0) == 0);
  CHECK(refusal(Back(INT64_MAX, 2'000'000)).rfind("stake_minor_units: ", 0) == 0);
  CHECK(refusal(Back(1'000'000'000'001, 2'000'000)).rfind("stake_minor_units: ", 0) == 0);
  CHECK(refusal(Lay(1'000'000'000'000, 1'000'000'000)).rfind("stake_minor_units: ", 0) == 0);
  CHECK(refusal(Back(100, 2'000'000, 10'000)).rfind("commission_basis_points: ", 0) == 0);
  CHECK(refusal(Back(100, 2'000'000, 9'999)).empty());
}

}  // namespace
}  // namespace fairline::domain
