#include "libs/backtest/report.hpp"

#include <cmath>
#include <numeric>

#include "libs/backtest/luck_verdict.hpp"
#include "libs/backtest/sweep.hpp"
#include "libs/backtest/tests/world.hpp"

namespace fairline::backtest {
namespace {

Report ReportOf(const std::vector<PastMatch>& matches, const Settings& settings = {}) {
  const auto simulation = Simulate(matches, settings);
  REQUIRE(simulation.ok());
  const auto report = MakeReport(matches, settings, *simulation);
  REQUIRE(report.ok());
  return *report;
}

TEST_CASE("a real edge is found, confirmed by the closing line and by random bets", "[backtest]") {
  const auto matches = MakeWorld({.days = 700, .matches_a_day = 4, .best_over_fair = 1.06}, 17);
  const Report report = ReportOf(matches);
  CHECK(report.bets > 3'000);
  CHECK(report.yield.contains(.06));
  CHECK(report.yield.lower > 0.0);
  REQUIRE(report.closing_line_value.has_value());
  CHECK(report.closing_line_value->value == Approx(.06).margin(.005));
  CHECK(report.log_growth.value ==
        Approx(std::log(report.end.MajorUnits("EUR") / report.start.MajorUnits("EUR"))));
  CHECK(report.hit_rate == Approx(report.expected_hit_rate).margin(.02));
  CHECK_THAT(report.verdict, !Catch::Contains("more than luck explains"));
}

TEST_CASE("noise that thinks itself clever is called luck or loss", "[backtest]") {
  const auto matches = MakeWorld({.days = 600, .best_over_fair = .99, .model_noise = .15}, 23);
  const Report report = ReportOf(matches);
  CHECK(report.bets > 500);
  CHECK(report.closing_line_value->upper < 0.0);
  CHECK(report.hit_rate < report.expected_hit_rate);
  CHECK(report.random_yield.contains(report.yield.value));
  CHECK(report.verdict.find("expect losses") != std::string::npos);
}

TEST_CASE("a model that knows more than the market beats random bets", "[backtest]") {
  auto matches = MakeWorld({.days = 1200, .best_over_fair = 1.0}, 29);
  // The market misjudges: prices of one outcome drift up, of another down.
  std::mt19937_64 random(2);
  for (PastMatch& match : matches) {
    const std::size_t generous = random() % 3;
    for (std::size_t i = 0; i < 3; ++i) {
      match.best[i] = std::max(1.02, match.best[i] * (i == generous ? 1.10 : .93));
    }
  }
  const Report report = ReportOf(matches);
  CHECK(report.random_as_good < .05);
  CHECK(report.better_than_market.value > 0.0);
  CHECK(report.flat_yield.lower > 0.0);
  CHECK_THAT(report.verdict, Catch::Contains("more than luck explains"));
}

TEST_CASE("drawdown, runs and equity follow the bets", "[backtest]") {
  const auto matches = MakeWorld({.days = 200}, 31);
  Settings settings;
  settings.risk = staking::RiskLevel::kHigh;
  const Report report = ReportOf(matches, settings);
  double height = report.start.MajorUnits("EUR");
  double deepest = 0.0;
  for (const DayOfBets& day : report.equity) {
    height = std::max(height, day.bankroll.MajorUnits("EUR"));
    deepest = std::max(deepest, 1.0 - day.bankroll.MajorUnits("EUR") / height);
  }
  CHECK(report.max_drawdown == Approx(deepest));
  CHECK(report.longest_losing_streak > 3);
  CHECK(report.equity.back().bankroll == report.end);
  std::int64_t in_buckets = 0;
  for (const EdgeBucket& bucket : report.by_edge) {
    CHECK(bucket.claimed >= bucket.from);
    CHECK(bucket.claimed < bucket.to);
    in_buckets += bucket.bets;
  }
  CHECK(in_buckets == report.bets);
}

TEST_CASE("seasons, competitions and bookmakers hold every bet once", "[backtest]") {
  auto matches = MakeWorld({.days = 400, .best_over_fair = 1.04}, 13);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    matches[i].best_at = {"bet365", "pinnacle", i % 2 == 0 ? "bet365" : "bwin"};
  }
  const Report report = ReportOf(matches);
  REQUIRE(report.bets > 300);
  REQUIRE(report.by_season.size() == 2);
  REQUIRE(report.by_competition.size() == 2);
  CHECK(report.by_bookmaker.size() == 3);
  for (const auto* slices : {&report.by_season, &report.by_competition, &report.by_bookmaker}) {
    std::int64_t bets = 0;
    Money profit;
    for (const Slice& slice : *slices) {
      bets += slice.bets;
      profit = profit + slice.profit;
      CHECK(slice.yield.value ==
            Approx(slice.profit.MajorUnits("EUR") / slice.staked.MajorUnits("EUR")));
      CHECK(slice.yield.contains(slice.yield.value));
    }
    CHECK(bets == report.bets);
    CHECK(profit == report.end - report.start);
  }
  // What the seasons made of the bankroll multiplies to what all made of it.
  double product = 1.0;
  for (const Slice& season : report.by_season) product *= 1.0 + *season.bankroll_return;
  CHECK(product == Approx(report.end.MajorUnits("EUR") / report.start.MajorUnits("EUR")));
  std::int64_t bets = 0;
  for (const ProbabilityBucket& bucket : report.by_probability) {
    bets += bucket.bets;
    CHECK(bucket.claimed >= bucket.from);
    CHECK(bucket.claimed <= bucket.to);
  }
  CHECK(bets == report.bets);
}

TEST_CASE("a report says whose prices they were and what it leaves out", "[backtest]") {
  auto matches = MakeWorld({.days = 100, .best_over_fair = 1.08}, 19);
  const auto notes_with = [&](const Settings& settings, const Provenance& provenance = {}) {
    const Report report =
        MakeReport(matches, settings, Simulate(matches, settings).value(), provenance).value();
    std::string all = report.price_note;
    for (const std::string& note : report.notes) all += "\n" + note;
    return all;
  };
  CHECK_THAT(
      notes_with({}),
      Catch::Contains("Best prices of 12.0 bookmakers") && Catch::Contains("never closing ones") &&
          Catch::Contains("limits and closed accounts") && Catch::Contains("No commission") &&
          Catch::Contains("Past forecasts carry none") && !Catch::Contains("Caution"));
  Settings settings;
  settings.commission = .05;
  settings.max_stake = Money{123'456};
  CHECK_THAT(notes_with(settings, {.chosen_by_seasons_to = 2018}),
             Catch::Contains("A commission of 5 %") && Catch::Contains("no stake over 1,234.56") &&
                 !Catch::Contains("Caution"));
  CHECK_THAT(notes_with({}, {.chosen_by_seasons_to = 2019}),
             Catch::Contains("Caution: the parameters of the models were chosen by seasons up to "
                             "2019-20") &&
                 Catch::Contains("from 2019-20 to 2019-20"));
  CHECK_THAT(notes_with({}, {.anchored = false}), Catch::Contains("only because that was asked"));
  settings = {};
  settings.price = PriceSource::kBookmaker;
  settings.bookmaker = "bet365";
  CHECK_THAT(notes_with(settings), Catch::Contains("Prices of bet365 alone."));
}

TEST_CASE("a result chosen among many is not called more than luck when luck would do",
          "[backtest]") {
  Report report;
  report.bets = 5'000;
  report.yield = report.flat_yield = report.log_growth =
      report.better_than_market = {.05, .02, .08};
  report.closing_line_value = Interval{.03, .02, .04};
  report.random_as_good = .01;
  CHECK_THAT(LuckVerdict(report, {}, {}), Catch::Contains("more than luck explains") &&
                                              Catch::Contains("winners are limited") &&
                                              Catch::Contains("that much is to be expected"));
  Settings anywhere;
  anywhere.price = PriceSource::kMaximum;
  CHECK_THAT(LuckVerdict(report, anywhere, {}), Catch::Contains("Nobody can bet at these prices"));
  CHECK_THAT(LuckVerdict(report, {}, {.variants = 40, .by_luck = .2}),
             Catch::Contains("the best of 40 variants without any edge") &&
                 Catch::Contains("may be luck"));
  report.flat_yield.lower = -.01;
  CHECK_THAT(LuckVerdict(report, {}, {}), Catch::Contains("with equal stakes"));
  report.yield.lower = -.001;
  CHECK_THAT(LuckVerdict(report, {}, {}), Catch::Contains("cannot be told from luck"));
  report.log_growth = {-2.0, -3.0, -1.0};
  report.start = {100'000};
  report.end = {13'533};
  CHECK_THAT(LuckVerdict(report, {}, {}),
             Catch::Contains("more than bad luck") && Catch::Contains("from 1,000.00 to 135.33"));
  report.bets = 150;
  CHECK_THAT(LuckVerdict(report, {}, {}), Catch::Contains("too few bets"));
}

TEST_CASE("no bets are reported as such", "[backtest]") {
  Settings settings;
  settings.anchored = false;
  CHECK(ReportOf(MakeWorld({.days = 20}, 1), settings).verdict.starts_with("No bet"));
  settings = {};
  settings.policy.min_edge_best_of_many = .9;
  const Report report = ReportOf(MakeWorld({.days = 20}, 1), settings);
  CHECK(report.bets == 0);
  CHECK(report.end == report.start);
  settings = {};
  settings.competitions = {"X9"};
  CHECK_THAT(ReportOf(MakeWorld({.days = 20}, 1), settings).verdict,
             Catch::Contains("there is no forecast"));
}

TEST_CASE("the best of many variants without an edge is told to be luck", "[backtest]") {
  const auto matches =
      MakeWorld({.days = 150, .matches_a_day = 4, .best_over_fair = 1.0, .model_noise = .1}, 37);
  std::vector<Settings> variants;
  for (const double edge : {0.0, .02, .05}) {
    for (const double odds : {2.5, 3.5, 5.0}) {
      Settings settings;
      settings.policy.min_edge_best_of_many = edge;
      settings.policy.max_odds = odds;
      variants.push_back(settings);
    }
  }
  const auto sweep = RunSweep(matches, variants, 2).value();
  REQUIRE(sweep.variants.size() == variants.size());
  for (const Summary& variant : sweep.variants) {
    CHECK(variant.log_growth.value <= sweep.report.log_growth.value);
  }
  CHECK(sweep.report.bets == sweep.variants[sweep.best].bets);
  CHECK(sweep.by_luck > .05);
  CHECK(sweep.warning.find("do not expect it to repeat") != std::string::npos);
  CHECK_FALSE(RunSweep(matches, {}, 1).ok());

  const auto real = RunSweep(
      MakeWorld({.days = 250, .matches_a_day = 4, .best_over_fair = 1.06}, 41), variants, 2);
  REQUIRE(real.ok());
  CHECK(real->by_luck < .05);
}

TEST_CASE("luck is drawn in the weeks of every other interval", "[backtest]") {
  const auto matches =
      MakeWorld({.days = 150, .matches_a_day = 4, .best_over_fair = 1.02, .model_noise = .05}, 43);
  const std::vector<Settings> variants(1);
  const auto sweep = RunSweep(matches, variants).value();
  std::vector<Day> days;
  std::vector<double> growth;
  double before = static_cast<double>(sweep.variants[0].start.minor_units);
  for (const DayOfBets& day : sweep.variants[0].equity) {
    const auto after = static_cast<double>(day.bankroll.minor_units);
    days.push_back(day.date);
    growth.push_back(std::log(after / before));
    before = after;
  }
  const double total = std::accumulate(growth.begin(), growth.end(), 0.0);
  const auto bootstrap = statistics::BlockBootstrap::Make(days, variants[0].seed).value();
  int as_good = 0;
  for (std::size_t resample = 0; resample < bootstrap.resamples(); ++resample) {
    double drawn = 0.0;
    for (std::size_t i = 0; i < days.size(); ++i) {
      drawn += bootstrap.TimesDrawn(resample, i) * growth[i];
    }
    as_good += drawn - total >= total;
  }
  CHECK(as_good > 0);
  CHECK(sweep.by_luck == Approx((1.0 + as_good) / (1.0 + bootstrap.resamples())));
}

}  // namespace
}  // namespace fairline::backtest
