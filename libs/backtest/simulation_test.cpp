#include "libs/backtest/simulation.hpp"

#include <cmath>

#include "libs/backtest/tests/world.hpp"
#include "libs/staking/joint_staking.hpp"

namespace fairline::backtest {
namespace {

PastMatch OneMatch() {
  PastMatch match;
  match.id = {7};
  match.date = Day(std::chrono::days(18'000));
  match.season_start = 2019;
  match.competition = "E0";
  match.probabilities = {.5, .27, .23};
  match.best = {2.1, 3.5, 4.0};
  match.average = {2.0, 3.4, 3.9};
  match.bookmaker = {2.12, 3.3, 3.8};
  match.bookmakers = 10;
  match.result = 0;
  return match;
}

TEST_CASE("a bet is staked, settled and compounded in whole minor units", "[backtest]") {
  std::vector<PastMatch> matches = {OneMatch(), OneMatch()};
  matches[1].date += std::chrono::days(1);
  matches[1].result = 1;
  const auto simulation = Simulate(matches, {}).value();
  REQUIRE(simulation.bets.size() == 2);
  // A quarter of .05 / 1.1 of 100,000, rounded down; then of what that made.
  const double fraction = .25 * .05 / 1.1;
  CHECK(simulation.bets[0].stake.minor_units == static_cast<std::int64_t>(100'000 * fraction));
  CHECK(simulation.bets[0].profit.minor_units ==
        std::llround(static_cast<double>(simulation.bets[0].stake.minor_units) * 1.1));
  const std::int64_t second = 100'000 + simulation.bets[0].profit.minor_units;
  CHECK(simulation.bets[1].stake.minor_units ==
        static_cast<std::int64_t>(static_cast<double>(second) * fraction));
  CHECK(simulation.bets[1].profit == Money{} - simulation.bets[1].stake);
  CHECK(simulation.days.back().bankroll.minor_units ==
        second - simulation.bets[1].stake.minor_units);
}

TEST_CASE("the matches of a day get the joint stakes of coming matches", "[backtest]") {
  const auto matches = MakeWorld({.days = 1, .matches_a_day = 12, .best_over_fair = 1.08}, 3);
  Settings settings;
  settings.risk = staking::RiskLevel::kHigh;
  settings.bankroll = {1'000'000'000};
  const auto simulation = Simulate(matches, settings).value();
  std::vector<staking::MatchToStake> to_stake;
  for (const PastMatch& match : matches) {
    staking::MatchToStake one;
    one.forecast.anchored = true;
    for (std::size_t i = 0; i < 3; ++i) {
      one.forecast.probabilities.push_back(
          domain::Probability::Make(match.probabilities[i]).value());
      one.offers.push_back({.best = domain::DecimalOdds::Make(match.best[i]).value(),
                            .average = domain::DecimalOdds::Make(match.average[i]).value(),
                            .bookmakers = match.bookmakers});
    }
    to_stake.push_back(one);
  }
  const auto plan = staking::StakeTogether(to_stake, settings.policy, settings.risk).value();
  REQUIRE(simulation.bets.size() > 10);
  for (const Bet& bet : simulation.bets) {
    CHECK(bet.stake == settings.bankroll.Fraction(plan.matches[bet.match][bet.outcome].stake));
  }
}

TEST_CASE("prices come from the chosen source and never from the closing line", "[backtest]") {
  PastMatch match = OneMatch();
  match.closing = {50, 50, 50};
  Settings settings;
  CHECK(Simulate(std::vector{match}, settings)->bets.at(0).odds == 2.1);
  settings.price = PriceSource::kBookmaker;
  CHECK(Simulate(std::vector{match}, settings).status().message() ==
        "settings.bookmaker_code: is needed for this price source");
  settings.bookmaker = "bet365";
  CHECK(Simulate(std::vector{match}, settings)->bets.at(0).odds == 2.12);
  CHECK(Simulate(std::vector{match}, settings)->bets.at(0).bookmaker == "bet365");
  settings.price = PriceSource::kAverage;
  CHECK(Simulate(std::vector{match}, settings)->bets.empty());
  match.best = kAllUnknown;
  settings.price = PriceSource::kBest;
  const auto unpriced = Simulate(std::vector{match}, settings).value();
  CHECK(unpriced.bets.empty());
  CHECK(unpriced.priced == 0);
  CHECK(unpriced.matches == 1);
}

TEST_CASE("competitions, seasons, commission and limits of stake hold", "[backtest]") {
  const auto matches = MakeWorld({.days = 300}, 5);
  Settings settings;
  settings.competitions = {"D1"};
  settings.first_season = settings.last_season = 2020;
  settings.max_stake = Money{500};
  const auto simulation = Simulate(matches, settings).value();
  REQUIRE_FALSE(simulation.bets.empty());
  for (const Bet& bet : simulation.bets) {
    CHECK(matches[bet.match].competition == "D1");
    CHECK(matches[bet.match].season_start == 2020);
    CHECK(bet.stake <= Money{500});
  }
  settings.commission = .05;
  CHECK(Simulate(matches, settings)->bets.size() < simulation.bets.size());
  CHECK(ReturnOfWin({1000}, 2.5, .05).minor_units == 2425);
  CHECK(ReturnOfWin({3}, 1.5, 0.0).minor_units == 5);
}

TEST_CASE("the replay is the same on any number of threads", "[backtest]") {
  const auto matches = MakeWorld({.days = 60}, 9);
  const auto one = Simulate(matches, {}, 1).value();
  const auto three = Simulate(matches, {}, 3).value();
  REQUIRE(one.bets.size() == three.bets.size());
  for (std::size_t i = 0; i < one.bets.size(); ++i) {
    CHECK(one.bets[i].stake == three.bets[i].stake);
    CHECK(one.bets[i].profit == three.bets[i].profit);
  }
}

TEST_CASE("a result cannot change what was staked on it or before it", "[backtest]") {
  auto matches = MakeWorld({.days = 40}, 11);
  const auto before = Simulate(matches, {}).value();
  const Day from = matches[matches.size() / 2].date;
  for (PastMatch& match : matches) {
    if (match.date >= from) match.result = (match.result + 1) % 3;
  }
  const auto after = Simulate(matches, {}).value();
  for (std::size_t i = 0; i < before.bets.size(); ++i) {
    if (matches[before.bets[i].match].date > from) break;
    CHECK(before.bets[i].stake == after.bets[i].stake);
  }
}

TEST_CASE("a replay can be stopped, and bad settings are refused by name", "[backtest]") {
  const auto matches = MakeWorld({.days = 20}, 1);
  const auto stopped =
      Simulate(matches, {}, 2, [](std::int64_t done, std::int64_t) { return done < 3; });
  CHECK(stopped.status().code() == absl::StatusCode::kAborted);
  Settings settings;
  settings.commission = 1.0;
  CHECK(std::string(Simulate(matches, settings).status().message())
            .starts_with("settings.commission"));
  settings = {};
  settings.bankroll = {0};
  CHECK_FALSE(Simulate(matches, settings).ok());
  auto bad = matches;
  bad[3].probabilities = {.9, .9, .9};
  CHECK(std::string(Simulate(bad, {}).status().message()).find("probabilities") !=
        std::string::npos);
}

TEST_CASE("forecasts that are not anchored never stake", "[backtest]") {
  Settings settings;
  settings.anchored = false;
  CHECK(Simulate(MakeWorld({.days = 20}, 1), settings)->bets.empty());
}

}  // namespace
}  // namespace fairline::backtest
