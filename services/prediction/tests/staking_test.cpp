// Advice of a whole day, in an account's money, and under the policy in force.
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// So many matches like Arsenal - Chelsea on its day.
SeasonDataRows BusyDay(std::int64_t matches) {
  SeasonDataRows rows = SmallWorld();
  const ComingMatch pattern = rows.coming[1];
  for (std::int64_t i = 1; i < matches; ++i) {
    rows.coming.push_back(pattern);
    rows.coming.back().id = {200 + i};
  }
  return rows;
}

struct Serving : SmallInstallation {
  explicit Serving(SeasonDataRows rows = SmallWorld()) : SmallInstallation(std::move(rows)) {
    REQUIRE(keeper.Refresh().ok());
  }
  staking::StakingPolicy Policy() const { return keeper.Current()->policy(); }
  void Change(const staking::StakingPolicy& policy) {
    REQUIRE(
        policies
            .Change({.policy = policy, .actor_id = 1, .actor = "admin", .reason = "a test"}, Soon())
            .ok());
    REQUIRE(keeper.Refresh().ok());
  }
  StakedMatch Advice(const Account& account) {
    return StakeMatch(predictor.FindMatch({100}).value(), account).value();
  }
  std::vector<DayOutlook> Days(const Account& account) {
    return predictor.ListAdvice("", false, account, {})->days;
  }
  double Total(staking::RiskLevel risk) {
    double total = 0.0;
    for (const auto& coming : keeper.Current()->coming()) {
      for (const auto& outcome : coming->advice.at_risk[RiskIndex(risk)]) total += outcome.stake;
    }
    return total;
  }

  Predictor predictor{keeper};
};

constexpr Account kMedium{{100'000}, staking::RiskLevel::kMedium};
constexpr Account kHigh{{100'000}, staking::RiskLevel::kHigh};

TEST_CASE("the bets of a day are staked in an order that ids have no part in",
          "[prediction][staking]") {
  SeasonDataRows rows = SmallWorld();
  ComingMatch reverse = rows.coming[1];  // Arsenal - Chelsea
  std::swap(reverse.home, reverse.away);
  reverse.id = {7};
  rows.coming.push_back(reverse);
  const SeasonData season_data = SeasonData::Make(std::move(rows)).value();
  const std::vector<std::size_t> of_day = season_data.ComingOn(reverse.match_date);
  REQUIRE(of_day.size() == 2);
  CHECK(season_data.coming()[of_day[0]].id.value == 100);
  CHECK(season_data.coming()[of_day[1]].id.value == 7);
}

TEST_CASE("the stakes of one day stay within its cap at every risk level",
          "[prediction][staking]") {
  Serving world(BusyDay(20));
  staking::StakingPolicy policy = world.Policy();
  policy.max_per_day = 0.08;
  world.Change(policy);
  for (const staking::RiskLevel risk : kAllRisks) {
    CHECK(world.Total(risk) <= policy.max_per_day + 1e-9);
    CHECK(world.Total(risk) == Approx(policy.max_per_day).epsilon(1e-3));
  }
}

TEST_CASE("matches of different days do not share a cap", "[prediction][staking]") {
  Serving alone;
  SeasonDataRows rows = BusyDay(2);
  rows.coming.back().match_date = On("2026-01-31");
  rows.coming.back().kickoff = At("2026-01-31T20:00:00Z");
  Serving world(rows);
  for (const staking::RiskLevel risk : kAllRisks) {
    CHECK(world.Total(risk) == Approx(2 * alone.Total(risk)));
  }
}

TEST_CASE("the outlook tells growth, its spread and the chance of a fall, day by day",
          "[prediction][staking]") {
  Serving world;
  const std::vector<DayOutlook> days = world.Days(kMedium);
  REQUIRE(days.size() == 1);  // the third match holds no value
  const DayOutlook& day = days[0];
  CHECK(day.day == On("2026-01-30"));
  CHECK(day.bets == 1);
  const auto& bet = world.keeper.Current()->coming()[0]->advice.at_risk[1][0];
  CHECK(day.outlook.at_risk == Approx(bet.stake));
  const double odds = bet.best_price->value();
  const double p = bet.probability;
  const double win = std::log1p(bet.stake * (odds - 1)), lose = std::log1p(-bet.stake);
  CHECK(day.outlook.log_growth == Approx(p * win + (1 - p) * lose));
  CHECK(day.outlook.log_growth_sd == Approx(std::sqrt(p * (1 - p)) * (win - lose)));
  REQUIRE(day.outlook.drawdowns.size() == 3);
  CHECK(day.outlook.drawdowns[0].chance > day.outlook.drawdowns[2].chance);
  CHECK(day.gap >= 0.0);
  CHECK(day.gap < 1e-6);
  CHECK(day.summary.starts_with("2026-01-30: 1 bet, "));
  CHECK(world.Days(kHigh)[0].outlook.log_growth > day.outlook.log_growth);
}

TEST_CASE("open bets leave less room, and none when they fill the caps", "[prediction][staking]") {
  Serving world(BusyDay(20));
  const double free = world.Days(kHigh)[0].outlook.at_risk;
  // 50 % of 1000 is the cap of a day; 40 % of it is at risk in open bets, nobody says on what.
  Account account{{60'000}, staking::RiskLevel::kHigh, {40'000}};
  const DayOutlook day = world.Days(account)[0];
  CHECK(day.exposure_scale == Approx(0.1 / free));
  CHECK(day.outlook.at_risk == Approx(0.1));
  CHECK(day.outlook.log_growth < world.Days(kHigh)[0].outlook.log_growth);
  CHECK(day.summary.find("The open bets leave ") != std::string::npos);
  const StakedMatch cut = world.Advice(account);
  CHECK(cut.has_bet);
  CHECK(cut.outcomes[0].advice.stake == Approx(0.1 / 20).epsilon(1e-3));
  // Of 1000, open bets included.
  CHECK(cut.outcomes[0].stake.minor_units ==
        static_cast<std::int64_t>(100'000 * cut.outcomes[0].advice.stake));
  CHECK(cut.outcomes[0].explanation.find("without open bets") != std::string::npos);

  account = {{50'000}, staking::RiskLevel::kHigh, {50'000}};
  const StakedMatch none = world.Advice(account);
  CHECK_FALSE(none.has_bet);
  CHECK(none.outcomes[0].no_bet == NoBet::kOpenBets);
  CHECK(none.outcomes[0].stake.minor_units == 0);
  CHECK(world.predictor.ListAdvice("", true, account, {})->page.matches.empty());
  // All of the bankroll is in open bets.
  account = {{0}, staking::RiskLevel::kHigh, {50'000}};
  CHECK(world.Advice(account).outcomes[0].no_bet == NoBet::kOpenBets);
}

// What an account of 1000 has at risk on match 100, Arsenal - Chelsea.
Account Holding(domain::Outcome outcome, std::int64_t minor_units, double odds = 2.2,
                MatchId match = {100}, const char* day = "2026-01-30") {
  return {.bankroll = {100'000 - minor_units},
          .risk = staking::RiskLevel::kHigh,
          .open_exposure = {minor_units},
          .open_bets = {{.match = match,
                         .match_date = On(day),
                         .selection = {domain::Market::kMatchResult, outcome, 0},
                         .odds = domain::DecimalOdds::Make(odds).value(),
                         .exposure = {minor_units}}}};
}

TEST_CASE("a day counts the bets that the account can place, and no others",
          "[prediction][staking]") {
  Serving world(BusyDay(20));
  for (const std::int64_t held : {0, 100}) {
    for (std::int64_t bankroll = 0; bankroll <= 12'800;
         bankroll = std::max<std::int64_t>(100, 2 * bankroll)) {
      CAPTURE(bankroll, held);
      // An open bet leaves less for its match than there is for the others.
      Account account = Holding(domain::Outcome::kHome, held);
      account.bankroll = {bankroll};
      if (held == 0) account.open_bets.clear();
      const auto advice = world.predictor.ListAdvice("", true, account, {100, ""}).value();
      int bets = 0;
      double at_risk = 0.0;
      for (const StakedMatch& match : advice.staked) {
        for (const OutcomeStake& outcome : match.outcomes) {
          if (outcome.no_bet != NoBet::kNone) continue;
          ++bets;
          at_risk += outcome.advice.stake;
        }
      }
      const int counted = advice.days.empty() ? 0 : advice.days[0].bets;
      CHECK(counted == bets);
      if (bets > 0) CHECK(advice.days[0].outlook.at_risk == Approx(at_risk));
      if (bankroll == 0 && held == 0) CHECK(advice.days.empty());
    }
  }
}

TEST_CASE("an open bet takes the place of the same advice, and a hedge makes room for it",
          "[prediction][staking]") {
  Serving world;
  const double alone = world.Advice(kHigh).outcomes[0].advice.stake;
  REQUIRE(alone > 0.005);
  const auto half = static_cast<std::int64_t>(alone * 50'000);
  const auto whole = static_cast<std::int64_t>(alone * 100'000);
  CHECK(world.Advice(Holding(domain::Outcome::kHome, half)).outcomes[0].advice.stake ==
        Approx(alone / 2).epsilon(.02));
  const StakedMatch bought = world.Advice(Holding(domain::Outcome::kHome, 2 * whole));
  CHECK_FALSE(bought.has_bet);
  CHECK(bought.outcomes[0].no_bet == NoBet::kOpenBets);
  CHECK(bought.summary.find("stand in its place") != std::string::npos);
  // A bet that wins when the advised one loses.
  const double hedged =
      world.Advice(Holding(domain::Outcome::kAway, half, 3.7)).outcomes[0].advice.stake;
  CHECK(hedged > alone * 1.05);
}

TEST_CASE("an open bet on another match or day costs the match nothing but room",
          "[prediction][staking]") {
  Serving world;
  const double alone = world.Advice(kHigh).outcomes[0].advice.stake;
  for (const auto& [match, day] :
       {std::pair{102, "2026-02-01"}, std::pair{999, "2026-01-30"}, std::pair{999, "2026-03-01"}}) {
    const Account account = Holding(domain::Outcome::kHome, 5'000, 2.0, {match}, day);
    CHECK(world.Advice(account).outcomes[0].advice.stake == Approx(alone).epsilon(1e-3));
  }
  // Half of the bankroll is what high risk puts at risk at once, whatever the day.
  const Account full = Holding(domain::Outcome::kHome, 49'900, 2.0, {999}, "2026-03-01");
  CHECK(world.Advice(full).outcomes[0].advice.stake < 0.00101);
}

TEST_CASE("a changed policy takes effect at the next look, and advice names its version",
          "[prediction][staking]") {
  Serving world;
  CHECK(world.keeper.Current()->policy_version() == 0);
  const double before = world.Total(staking::RiskLevel::kMedium);
  staking::StakingPolicy policy = world.Policy();
  policy.kelly_medium = 0.05;
  world.Change(policy);
  CHECK(world.keeper.Current()->policy_version() == 1);
  CHECK(world.Total(staking::RiskLevel::kMedium) < before);
  CHECK(SealRecord(*world.keeper.Current(), 0).policy_version == 1);
  CHECK(SealRecord(*world.keeper.Current(), 0).policy.kelly_medium == 0.05);
  CHECK(world.loader.loads == 1);
  CHECK(world.data.reads == 1);

  policy.kelly_low = policy.kelly_medium = policy.kelly_high = 1.0;
  world.Change(policy);
  CHECK(world.predictor.ComputeStake({0.6, 0.4}, {2.0, 2.0}, kMedium).value()[0].fraction ==
        Approx(policy.max_per_bet));
}

TEST_CASE("stakes in money go down to the step, and below the minimum there is no bet",
          "[prediction][staking]") {
  Serving world;
  staking::StakingPolicy policy = world.Policy();
  policy.stake_step_minor_units = 100;
  policy.min_stake_minor_units = 200;
  world.Change(policy);
  const StakedMatch rounded = world.Advice(kMedium);
  const std::int64_t stake = rounded.outcomes[0].stake.minor_units;
  CHECK(stake % 100 == 0);
  CHECK(stake == static_cast<std::int64_t>(rounded.outcomes[0].advice.stake * 1'000) * 100);
  CHECK(rounded.has_bet);
  const StakedMatch none = world.Advice({{10'000}, staking::RiskLevel::kMedium});
  CHECK_FALSE(none.has_bet);
  CHECK(none.outcomes[0].no_bet == NoBet::kStakeTooSmall);
}

TEST_CASE("a price that becomes too old is given up without new data", "[prediction][staking]") {
  Serving world;
  staking::StakingPolicy policy = world.Policy();
  policy.max_price_age_minutes = 90;  // the prices are an hour old
  world.Change(policy);
  CHECK(world.Advice(kMedium).has_bet);
  world.as_of.Set(kNow + std::chrono::minutes(31));
  REQUIRE(world.keeper.Refresh().ok());
  CHECK_FALSE(world.Advice(kMedium).has_bet);
  CHECK(world.Advice(kMedium).outcomes[0].advice.no_bet == staking::NoBetReason::kPriceTooOld);
  CHECK(world.data.reads == 1);
}

TEST_CASE("a fresh price goes before a better one that is too old", "[prediction][staking]") {
  std::vector<BookPrices> books = {Book("alpha", BookKind::kBookmaker, {2.4F, 3.0F, 3.0F}),
                                   Book("beta", BookKind::kBookmaker, {2.2F, 3.0F, 3.0F})};
  books[0].seen_at = kNow - std::chrono::hours(5);
  CHECK(BestOffers(books, 3)[0].bookmaker_code == "alpha");
  CHECK(BestOffers(books, 3, PriceAges{kNow, 120})[0].bookmaker_code == "beta");
  const BestOffer old = BestOffers(books, 3, PriceAges{kNow, 10})[0];
  CHECK(old.bookmaker_code == "alpha");
  CHECK(old.offer.age_minutes == Approx(300.0));
}

TEST_CASE("a policy out of range names its field, and a reason is required",
          "[prediction][staking]") {
  Serving world;
  PolicyChange change{.policy = {}, .actor_id = 1, .actor = "admin", .reason = "why"};
  change.policy.max_per_bet = 1.5;
  CHECK(MessageOf(world.policies.Change(change, Soon()).status()) ==
        "policy.max_per_bet: must be from 0 to 1");
  change.policy = {};
  for (const char* reason : {"", " \n"}) {
    change.reason = reason;
    CHECK(MessageOf(world.policies.Change(change, Soon()).status()) == "reason: must not be empty");
  }
  change.reason = std::string(501, 'x');
  CHECK_FALSE(world.policies.Change(change, Soon()).ok());
  CHECK(world.policies.Current()->version == 0);
}

TEST_CASE("a policy is the same after JSON, infinite limits included", "[prediction][staking]") {
  staking::StakingPolicy policy;
  policy.max_odds = kInfinity;
  policy.min_stake_minor_units = 250;
  policy.compatibility_multipliers = true;
  policy.kelly_low = 0.123456789012345678;
  const staking::StakingPolicy read = ParsePolicyJson(PolicyJson(policy)).value();
  CHECK(PolicyJson(read) == PolicyJson(policy));
  CHECK(read.max_odds == kInfinity);
  CHECK(read.max_price_age_minutes == kInfinity);
  CHECK(read.kelly_low == policy.kelly_low);
  CHECK(ParsePolicyJson("{}").status().code() == absl::StatusCode::kDataLoss);
  policy.max_per_day = 2.0;
  CHECK(MessageOf(ParsePolicyJson(PolicyJson(policy)).status()).find("max_per_day") !=
        std::string::npos);
}

}  // namespace
}  // namespace fairline::prediction
