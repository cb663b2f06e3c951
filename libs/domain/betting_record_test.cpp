#include "libs/domain/betting_record.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace fairline::domain {
namespace {

RecordedBet Bet(int day, std::int64_t profit, BetResult result, std::int64_t exposure = 100) {
  return {Day(std::chrono::days(20'000 + day)), Money{exposure}, Money{profit}, result, {}};
}

TEST_CASE("a record counts halves with their side and leaves voids out", "[domain][record]") {
  const std::vector<RecordedBet> bets = {
      Bet(0, 110, BetResult::kWin), Bet(1, 55, BetResult::kHalfWin), Bet(2, 0, BetResult::kVoid),
      Bet(3, -50, BetResult::kHalfLoss), Bet(4, -100, BetResult::kLoss)};
  const BettingRecord record = RecordOf(bets);
  CHECK(record.won == 2);
  CHECK(record.lost == 2);
  CHECK(record.voided == 1);
  CHECK(record.turnover == Money{400});
  CHECK(record.profit == Money{15});
  CHECK(record.yield == Approx(15.0 / 400.0));
  CHECK(record.hit_rate == Approx(0.5));
  CHECK_FALSE(record.yield_interval);
}

TEST_CASE("streaks of both kinds are found, and a void ends none", "[domain][record]") {
  std::vector<RecordedBet> bets;
  for (const char c : std::string("wwlvlllwwwl")) {
    bets.push_back(c == 'w'   ? Bet(0, 100, BetResult::kWin)
                   : c == 'l' ? Bet(0, -100, BetResult::kLoss)
                              : Bet(0, 0, BetResult::kVoid));
  }
  const BettingRecord record = RecordOf(bets);
  CHECK(record.longest_winning.bets == 3);
  CHECK(record.longest_losing.bets == 4);
  CHECK(record.longest_losing.profit == Money{-400});
  CHECK_FALSE(record.streak_is_winning);
  CHECK(record.current.bets == 1);
}

TEST_CASE("the interval of the yield holds the truth as often as it says", "[domain][record]") {
  // Fair coins at odds 2: the true yield is 0. 200 bettors of 30 weeks.
  std::uint64_t state = 7;
  const auto coin = [&] {
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return (state >> 60) % 2 == 0;
  };
  int holds = 0;
  for (int bettor = 0; bettor < 200; ++bettor) {
    std::vector<RecordedBet> bets;
    for (int i = 0; i < 300; ++i) {
      const bool won = coin();
      bets.push_back(Bet(i * 7 / 10, won ? 100 : -100, won ? BetResult::kWin : BetResult::kLoss));
    }
    const auto interval = RecordOf(bets).yield_interval;
    REQUIRE(interval);
    CHECK(interval->lower < interval->upper);
    if (interval->contains(0.0)) ++holds;
  }
  CHECK(holds >= 176);  // 88 %: percentile bootstraps of 30 blocks are a little short of 95 %
  CHECK(holds < 200);
}

TEST_CASE("a better price than the closing line has value, for the layer a lower one", "[domain]") {
  const BetTerms back{BetSide::kBack, 2'100'000, Money{100}, 0};
  CHECK(ClosingLineValue(back, 0.5) == Approx(0.05));
  const BetTerms lay{BetSide::kLay, 1'900'000, Money{100}, 0};
  CHECK(ClosingLineValue(lay, 0.5) == Approx(0.05));
  const BetTerms exchange{BetSide::kBack, 2'100'000, Money{100}, 200};
  CHECK(ClosingLineValue(exchange, 0.5) == Approx(0.5 * (1 + 1.1 * 0.98) - 1));
}

}  // namespace
}  // namespace fairline::domain
