#include "tools/evaluate/line_scores.hpp"

#include <cmath>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::evaluate {
namespace {

using domain::BetResult;

TEST_CASE("a line decides all, half or nothing of a stake", "[evaluate][lines]") {
  CHECK(Decide(BetResult::kWin).won);
  CHECK(Decide(BetResult::kWin).weight == 1.0);
  CHECK(Decide(BetResult::kHalfWin).won);
  CHECK(Decide(BetResult::kHalfWin).weight == 0.5);
  CHECK(Decide(BetResult::kVoid).weight == 0.0);
  CHECK_FALSE(Decide(BetResult::kHalfLoss).won);
  CHECK(Decide(BetResult::kHalfLoss).weight == 0.5);
  CHECK_FALSE(Decide(BetResult::kLoss).won);
  CHECK(Decide(BetResult::kLoss).weight == 1.0);
}

TEST_CASE("the two-way probability is what fair odds imply", "[evaluate][lines]") {
  CHECK(rc::check([] {
    const auto rate = [] { return 0.2 + 0.01 * *rc::gen::inRange(0, 350); };
    const auto grid = domain::ScoreGrid::DixonColes(rate(), rate(), -0.05);
    RC_ASSERT(grid.ok());
    const double line = 0.25 * *rc::gen::inRange(-12, 13);
    const auto bet = grid->AsianHandicap(domain::Side::kHome, line);
    RC_ASSERT(bet.ok());
    const auto fair = bet->FairOdds();
    RC_ASSERT(fair.has_value());
    RC_ASSERT(std::abs(TwoWayProbability(*bet) - 1.0 / fair->value()) < 1e-12);
    RC_ASSERT(std::abs(TwoWayProbability(*bet) + TwoWayProbability(domain::Opposite(*bet)) - 1.0) <
              1e-12);
  }));
  CHECK(std::isnan(TwoWayProbability({.push = 1.0})));
}

TEST_CASE("the weighted log loss is lowest in expectation at the true grid's probability",
          "[evaluate][lines]") {
  const auto grid = domain::ScoreGrid::DixonColes(1.6, 1.1, -0.05).value();
  for (const double line : {-0.75, -0.5, -0.25, 0.0, 0.25}) {
    const domain::SettlementProbabilities bet =
        grid.AsianHandicap(domain::Side::kHome, line).value();
    const auto expected = [&](double p) {
      return -(bet.win + 0.5 * bet.half_win) * std::log(p) -
             (bet.loss + 0.5 * bet.half_loss) * std::log(1.0 - p);
    };
    const double honest = TwoWayProbability(bet);
    CHECK(expected(honest) < expected(honest + 0.01));
    CHECK(expected(honest) < expected(honest - 0.01));
  }
}

TEST_CASE("entries weigh matches by what was decided, and are paired", "[evaluate][lines]") {
  LineOutcomes outcomes;
  for (int i = 0; i < 4; ++i) outcomes.days.push_back(Day(std::chrono::days(18'000 + 7 * i)));
  outcomes.decisions = {Decide(BetResult::kWin), Decide(BetResult::kHalfLoss),
                        Decide(BetResult::kVoid), Decide(BetResult::kLoss)};
  const double nan = std::nan("");
  const LineColumns columns = {{"market", {0.5, 0.5, 0.5, nan}}, {"model", {0.6, 0.4, 0.9, 0.3}}};
  const auto entries = ScoreLines(outcomes, columns, {"market"}, 1);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 2);
  const LineEntry& model = (*entries)[1];
  CHECK(model.forecaster == "model");
  CHECK(model.matches == 3);
  CHECK(model.log_loss.value ==
        Approx(-(std::log(0.6) + 0.5 * std::log(0.6) + std::log(0.7)) / 2.5));
  CHECK(model.brier.value == Approx((0.16 + 0.5 * 0.16 + 0.09) / 2.5));
  const statistics::Interval& gap = model.against.find("market")->second;
  CHECK(gap.value == Approx(std::log(0.5) - std::log(0.6)));
  CHECK((*entries)[0].against.empty());
  CHECK_FALSE(ScoreLines(outcomes, {{"short", {0.5}}}, {}, 1).ok());
}

}  // namespace
}  // namespace fairline::evaluate
