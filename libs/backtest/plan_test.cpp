#include "libs/backtest/plan.hpp"

#include <cmath>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libs/backtest/result_json.hpp"
#include "libs/backtest/tests/world.hpp"

namespace fairline::backtest {
namespace {

std::string ErrorOf(std::string_view settings) {
  const absl::Status status = ParsePlan(settings).status();
  CHECK(absl::IsInvalidArgument(status));
  return MessageOf(status);
}

TEST_CASE("settings are read with names or numbers, and int64 as text", "[backtest]") {
  const Plan plan = ParsePlan(R"({"price_source": "PRICE_SOURCE_AVERAGE", "risk": 3,
    "bankroll_minor_units": "250000", "min_edge": 0.05, "competition_codes": ["E0"]})")
                        .value();
  REQUIRE(plan.variants.size() == 1);
  const Settings& settings = plan.variants.front();
  CHECK(plan.forecaster == "with_odds");
  CHECK(settings.price == PriceSource::kAverage);
  CHECK(settings.risk == staking::RiskLevel::kHigh);
  CHECK(settings.bankroll == Money{250'000});
  CHECK(settings.policy.min_edge_single_book == .05);
  CHECK(settings.competitions == std::vector<std::string>{"E0"});
}

TEST_CASE("a sweep combines price sources, edges, Kelly and odds", "[backtest]") {
  const Plan plan = ParsePlan(R"({"sweep_price_sources": ["PRICE_SOURCE_BEST", 2],
    "sweep_min_edges": [0, 0.02, 0.04], "sweep_max_odds": [3, 4]})")
                        .value();
  REQUIRE(plan.variants.size() == 12);
  CHECK(plan.variants[0].price == PriceSource::kBest);
  CHECK(plan.variants[11].price == PriceSource::kAverage);
  CHECK(plan.variants[11].policy.min_edge_best_of_many == .04);
  CHECK(plan.variants[10].policy.max_odds == 3.0);
}

TEST_CASE("what cannot be asked for is refused by name", "[backtest]") {
  CHECK(ErrorOf("[]") == "not a JSON object");
  CHECK(ErrorOf(R"({"price_source": "PRICE_SOURCE_CLOSING"})").starts_with("price_source"));
  CHECK(ErrorOf(R"({"price_source": 9})").starts_with("price_source"));
  CHECK(ErrorOf(R"({"forecaster": "closing"})").starts_with("forecaster"));
  CHECK(ErrorOf(R"({"commission": "much"})").starts_with("commission"));
  CHECK(ErrorOf(R"({"sweep_price_sources": ["PRICE_SOURCE_BOOKMAKER"]})")
            .starts_with("bookmaker_code"));
}

TEST_CASE("only what is anchored stakes, unless it is told to", "[backtest]") {
  Plan plan = ParsePlan("{}").value();
  plan.SetAnchored(false);
  CHECK_FALSE(plan.variants.front().anchored);
  plan = ParsePlan(R"({"stake_unanchored": true})").value();
  plan.SetAnchored(false);
  CHECK(plan.variants.front().anchored);
}

TEST_CASE("a result has the figures of the report, and no number that is none", "[backtest]") {
  const auto matches = MakeWorld({.days = 30, .best_over_fair = 1.06}, 3);
  Plan plan = ParsePlan(R"({"sweep_min_edges": [0.02, 0.9]})").value();
  plan.SetAnchored(true);
  const Sweep sweep = RunSweep(matches, plan.variants, 1).value();
  const auto result = nlohmann::json::parse(ResultJson(plan, sweep));
  const auto& report = result["report"];
  CHECK(report["bets"] == sweep.report.bets);
  CHECK(report["end_minor_units"] == sweep.report.end.minor_units);
  CHECK(result["variants"].size() == 2);
  CHECK(result["variants"][1]["bets"] == 0);
  // Thirty days are fewer weeks than an interval needs.
  CHECK(report["yield"].contains("value"));
  CHECK_FALSE(report["yield"].contains("low"));
  CHECK_FALSE(report.contains("fall_by_chance"));
  CHECK(result.dump().find("null") == std::string::npos);
}

}  // namespace
}  // namespace fairline::backtest
