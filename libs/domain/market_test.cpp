#include "libs/domain/market.hpp"

#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "libs/domain/goal_markets.hpp"
#include "libs/domain/settlement.hpp"

namespace fairline::domain {
namespace {

constexpr int kGoals = 6;

// Some lines of the market; 0 where it has none.
std::vector<int> LinesOf(const MarketRow& row) {
  switch (row.line) {
    case LineKind::kNone:
      return {0};
    case LineKind::kTotal:
      return {1, 2, 3, 4, 9, 10, 11, 12};
    case LineKind::kHandicap:
      return {-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6};
  }
  return {};
}

// What of a unit staked on each outcome wins at a score: 1, 0.5, 0 (void), -0.5 or -1.
double WonOf(BetResult result) {
  switch (result) {
    case BetResult::kWin:
      return 1.0;
    case BetResult::kHalfWin:
      return 0.5;
    case BetResult::kHalfLoss:
      return -0.5;
    case BetResult::kLoss:
      return -1.0;
    default:
      return 0.0;
  }
}

TEST_CASE("every market has a row, a name and outcomes of its own", "[domain][market]") {
  std::set<std::string_view> names;
  int number = 0;
  for (const MarketRow& row : Markets()) {
    CAPTURE(row.name);
    CHECK(static_cast<int>(row.market) == ++number);
    CHECK(names.insert(row.name).second);
    CHECK(FindMarket(row.name) == &row);
    CHECK(FindMarket(row.market) == &row);
    CHECK(row.outcomes.size() >= 2);
    for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
      CHECK(PositionOf(row.market, row.outcomes[i]) == i);
    }
  }
  CHECK(FindMarket(static_cast<Market>(0)) == nullptr);
  CHECK(FindMarket(static_cast<Market>(number + 1)) == nullptr);
  CHECK(FindMarket("correct_score") == nullptr);
  CHECK_FALSE(PositionOf(Market::kTotal, Outcome::kHome).has_value());
  CHECK(WinnerMarket(3) == Market::kMatchResult);
  CHECK(WinnerMarket(2) == Market::kMoneyline);
}

TEST_CASE("settlement takes just the outcomes and lines of the table", "[domain][market]") {
  for (const MarketRow& row : Markets()) {
    for (const OutcomeRow& outcome : Outcomes()) {
      for (const int line : {-4, 0, 10}) {
        CAPTURE(row.name, outcome.name, line);
        const bool fits = row.line == LineKind::kHandicap ||
                          (row.line == LineKind::kTotal ? line > 0 : line == 0);
        CHECK(CheckSelection({row.market, outcome.outcome, line}).ok() ==
              (fits && PositionOf(row.market, outcome.outcome).has_value()));
      }
    }
  }
}

TEST_CASE("outcomes are exclusive, and the winner decides, where the table says so",
          "[domain][market]") {
  for (const MarketRow& row : Markets()) {
    for (const int line : LinesOf(row)) {
      std::map<int, std::set<double>>
          by_winner;  // what the first outcome wins, by sign of the lead
      for (int home = 0; home <= kGoals; ++home) {
        for (int away = 0; away <= kGoals; ++away) {
          if (row.market == Market::kMoneyline && home == away) continue;  // sports without draws
          CAPTURE(row.name, line, home, away);
          double won = 0.0;
          for (const Outcome outcome : row.outcomes) {
            won += WonOf(ResultOf({row.market, outcome, line}, home, away));
          }
          // One wins and all others lose, in whole, by halves, or not at all.
          const double others = static_cast<double>(row.outcomes.size()) - 2.0;
          CHECK((won == -others || (row.outcomes.size() == 2 && won == 0.0)) == row.exclusive);
          by_winner[(home > away) - (home < away)].insert(
              WonOf(ResultOf({row.market, row.outcomes.front(), line}, home, away)));
        }
      }
      bool decided = true;
      for (const auto& [sign, results] : by_winner) decided &= results.size() == 1;
      CHECK(decided == DecidedByWinner(row.market, line));
    }
  }
}

TEST_CASE("what goals can price is priced in the table's order", "[domain][market]") {
  const ScoreGrid grid = ScoreGrid::DixonColes(1.4, 1.1, 0.0).value();
  for (const MarketRow& row : Markets()) {
    for (const int line : LinesOf(row)) {
      if (row.line == LineKind::kTotal && line < 2) continue;  // below half a goal
      CAPTURE(row.name, line);
      const auto bets = PriceMarket(grid, row.market, line);
      CHECK(bets.ok() == (row.market != Market::kMoneyline));
      if (!bets.ok()) continue;
      REQUIRE(bets->size() == row.outcomes.size());
      for (std::size_t i = 0; i < bets->size(); ++i) {
        CHECK(bets->at(i).outcome == row.outcomes[i]);
      }
    }
  }
}

}  // namespace
}  // namespace fairline::domain
