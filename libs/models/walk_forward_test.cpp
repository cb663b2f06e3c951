#include "libs/models/walk_forward.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/models/forecasters.hpp"
#include "libs/models/leak_alarm.hpp"

namespace fairline::models {
namespace {

// Three seasons of 400 matches in two competitions. Feature 0 is the strength that draws the
// result; feature 1 is noise.
MatchTable DrawSeasons(unsigned seed) {
  MatchTable matches;
  matches.feature_count = 2;
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  for (int i = 0; i < 1200; ++i) {
    const float strength = normal(random);
    matches.features.insert(matches.features.end(), {strength, normal(random)});
    matches.days.push_back(Day(std::chrono::days(18'000 + i / 400 * 365 + i % 400 / 2)));
    matches.seasons.push_back(2019 + i / 400);
    matches.competitions.push_back(i % 2);
    const double home = 1.0 / (1.0 + std::exp(-1.5 * strength));
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    matches.results.push_back(u < 0.75 * home ? 0 : u < 0.75 * home + 0.25 ? 1 : 2);
  }
  return matches;
}

Forecasts Truth(const MatchTable& matches) {
  Forecasts truth(3);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const double home = 1.0 / (1.0 + std::exp(-1.5 * matches.features[2 * i]));
    truth.Append(std::vector{0.75 * home, 0.25, 0.75 * (1.0 - home)});
  }
  return truth;
}

NamedForecaster BaseRate() { return {"base_rate", std::make_shared<BaseRateForecaster>(), 2020}; }
NamedForecaster Logistic(std::vector<std::uint32_t> columns, std::string anchor = "") {
  return {"logistic",
          std::make_shared<LogisticForecaster>(Learning{std::move(columns), 0, std::move(anchor)},
                                               LogisticParameters{.ridge = 1.0}),
          2020};
}
NamedForecaster Trees(std::vector<std::uint32_t> columns) {
  return {"trees",
          std::make_shared<TreesForecaster>(Learning{std::move(columns), 0, ""},
                                            BoosterParameters{.rounds = 20, .min_child_weight = 5}),
          2020};
}

bool SameBits(const Forecasts& a, const Forecasts& b) {
  return std::equal(a.values().begin(), a.values().end(), b.values().begin(), b.values().end(),
                    [](double x, double y) { return x == y || (x != x && y != y); });
}

}  // namespace

TEST_CASE("known matches are of earlier seasons and from before the season's first day",
          "[models][walk_forward]") {
  MatchTable matches = DrawSeasons(1);
  matches.days[399] = matches.days[400];  // an end of 2019 played when 2020 had begun
  const Rows known = RowsBefore(matches, 2020);
  CHECK(known.size() == 399);
  CHECK(known.back() == 398);
  CHECK(RowsOf(matches, 2020).front() == 400);
  CHECK(RowsBefore(matches, 2019).empty());
  CHECK(RowsOf(matches, 2030).empty());
}

TEST_CASE("the base rate counts each competition before the season", "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(2);
  ForecastColumns columns;
  REQUIRE(WalkForward(matches, {BaseRate()}, 2021, columns).ok());
  const Forecasts& rates = columns.find("base_rate")->second;
  CHECK_FALSE(IsForecast(rates.row(0)));
  double home = 0.0;
  for (std::size_t i = 0; i < 400; i += 2) home += matches.results[i] == 0 ? 1.0 / 200.0 : 0.0;
  CHECK(rates.row(400)[0] == Approx(home));
  CHECK(rates.row(400)[0] != rates.row(401)[0]);
  CHECK(rates.row(400)[0] != rates.row(800)[0]);
}

TEST_CASE("the base rate forgets seasons before its window", "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(2);
  MatchTable changed = matches;
  std::fill_n(changed.results.begin(), 400, OutcomeIndex{2});
  const std::vector<NamedForecaster> one = {
      {"base_rate", std::make_shared<BaseRateForecaster>(1), 2021}};
  ForecastColumns columns;
  ForecastColumns changed_columns;
  REQUIRE(WalkForward(matches, one, 2021, columns).ok());
  REQUIRE(WalkForward(changed, one, 2021, changed_columns).ok());
  CHECK(SameBits(columns.find("base_rate")->second, changed_columns.find("base_rate")->second));
}

TEST_CASE("changing the future changes no forecast", "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(3);
  MatchTable changed = matches;
  std::reverse(changed.results.begin() + 400, changed.results.end());
  ForecastColumns columns;
  ForecastColumns changed_columns;
  const std::vector<NamedForecaster> all = {BaseRate(), Logistic({0, 1}), Trees({0, 1})};
  REQUIRE(WalkForward(matches, all, 2020, columns).ok());
  REQUIRE(WalkForward(changed, all, 2020, changed_columns).ok());
  for (const auto& [name, column] : columns) {
    INFO(name);
    CHECK(SameBits(column, changed_columns.find(name)->second));
  }
}

TEST_CASE("a feature that knows the result trips the alarm and an honest one does not",
          "[models][walk_forward]") {
  MatchTable matches = DrawSeasons(4);
  for (const bool leak : {false, true}) {
    if (leak) {
      for (std::size_t i = 0; i < matches.size(); ++i) {
        matches.features[2 * i + 1] += matches.results[i] == 0 ? 2.0F : 0.0F;
      }
    }
    ForecastColumns columns;
    columns.emplace("closing", Truth(matches));
    REQUIRE(WalkForward(matches, {BaseRate(), Logistic({0, 1})}, 2021, columns).ok());
    Rows rows = RowsOf(matches, 2020);
    const Rows last = RowsOf(matches, 2021);
    rows.insert(rows.end(), last.begin(), last.end());
    const auto suspected = SuspectedLeaks(matches, columns, rows, 1);
    REQUIRE(suspected.ok());
    CHECK(suspected->empty() == !leak);
  }
}

TEST_CASE("an anchored forecaster is silent where there is no line", "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(5);
  ForecastColumns columns;
  Forecasts market = Truth(matches);
  for (const std::size_t missing : {10u, 450u}) {
    std::fill(market.row(missing).begin(), market.row(missing).end(), std::nan(""));
  }
  columns.emplace("market", market);
  REQUIRE(WalkForward(matches, {Logistic({1}, "market")}, 2020, columns).ok());
  const Forecasts& forecasts = columns.find("logistic")->second;
  CHECK_FALSE(IsForecast(forecasts.row(450)));
  for (const std::size_t i : {400u, 449u, 451u, 799u}) {
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(forecasts.row(i)[k] == Approx(market.row(i)[k]).margin(0.1));
    }
  }
  CHECK_FALSE(IsForecast(forecasts.row(800)));
}

TEST_CASE("forecasters see those before them and are called season by season",
          "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(6);
  std::vector<std::string> calls;
  NamedForecaster late = Logistic({1}, "base_rate");
  late.first_season = 2021;
  ForecastColumns columns;
  // The season before, the base rate had nothing to learn from but itself to offer.
  REQUIRE(WalkForward(matches, {BaseRate(), late}, 2021, columns,
                      [&](std::string_view name, int season) {
                        calls.push_back(std::string(name) + std::to_string(season));
                        return true;
                      })
              .ok());
  CHECK(calls == std::vector<std::string>{"base_rate2020", "base_rate2021", "logistic2021"});
  CHECK(IsForecast(columns.find("logistic")->second.row(800)));
}

TEST_CASE("a walk-forward says whose season failed, and can be cancelled",
          "[models][walk_forward]") {
  const MatchTable matches = DrawSeasons(7);
  ForecastColumns columns;
  const absl::Status failed = WalkForward(matches, {Logistic({0}, "nobody")}, 2020, columns);
  CHECK(failed.code() == absl::StatusCode::kNotFound);
  CHECK(std::string(failed.message()).find("logistic of season 2020") == 0);
  ForecastColumns again;
  CHECK(WalkForward(matches, {BaseRate(), BaseRate()}, 2020, again).code() ==
        absl::StatusCode::kInvalidArgument);
  ForecastColumns cancelled;
  CHECK(WalkForward(matches, {BaseRate()}, 2020, cancelled, [](std::string_view, int) {
          return false;
        }).code() == absl::StatusCode::kCancelled);
}

}  // namespace fairline::models
