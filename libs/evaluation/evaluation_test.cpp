#include "libs/evaluation/evaluation.hpp"

#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/models/calibration.hpp"

namespace fairline::evaluation {
namespace {

using models::Calibration;
using models::CalibrationKind;
using models::CalibrationPrior;
using models::CalibrationSlope;
using models::FitCalibration;
using models::Forecasts;
using models::OutcomeIndex;

Forecasts Table(std::size_t outcomes, std::initializer_list<double> values) {
  Forecasts forecasts(outcomes);
  forecasts.Append({values.begin(), values.size()});
  return forecasts;
}

std::vector<Day> ConsecutiveDays(std::size_t count) {
  std::vector<Day> days;
  for (std::size_t i = 0; i < count; ++i) {
    days.push_back(Day(std::chrono::days(19'000 + static_cast<int>(i))));
  }
  return days;
}

// Results drawn from the forecasts: a perfect forecaster.
struct Drawn {
  Forecasts forecasts{3};
  std::vector<OutcomeIndex> results;
};

Drawn DrawMatches(std::size_t count, std::uint64_t seed) {
  Drawn drawn;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (std::size_t i = 0; i < count; ++i) {
    const double strength = normal(random);
    double probabilities[] = {std::exp(strength), 0.8, std::exp(-strength)};
    const double total = probabilities[0] + probabilities[1] + probabilities[2];
    for (double& probability : probabilities) probability /= total;
    drawn.forecasts.Append(probabilities);
    const double u = uniform(random);
    drawn.results.push_back(u < probabilities[0]                      ? 0
                            : u < probabilities[0] + probabilities[1] ? 1
                                                                      : 2);
  }
  return drawn;
}

// The forecasts of `drawn` with log-odds multiplied by `factor`.
Forecasts Sharpen(const Drawn& drawn, double factor) {
  Forecasts sharper = drawn.forecasts;
  for (std::size_t i = 0; i < sharper.rows(); ++i) {
    Calibration{.slope = factor, .biases = {}}.Apply(sharper.row(i), {});
  }
  return sharper;
}

TEST_CASE("scores are those worked out by hand", "[evaluation][evaluation]") {
  const Forecasts forecasts = Table(3, {0.5, 0.3, 0.2, 0.1, 0.2, 0.7, 0.4, 0.35, 0.25});
  const std::vector<OutcomeIndex> results = {0, 2, 1};
  const auto evaluation = Evaluate(forecasts, results);
  REQUIRE(evaluation.ok());
  CHECK(evaluation->matches == 3);
  CHECK(evaluation->log_loss == Approx(-(std::log(0.5) + std::log(0.7) + std::log(0.35)) / 3.0));
  CHECK(evaluation->rps == Approx((0.145 + 0.05 + 0.11125) / 3.0));
  CHECK(evaluation->brier == Approx((0.38 + 0.14 + 0.645) / 3.0));
  CHECK(evaluation->accuracy == Approx(2.0 / 3.0));
  CHECK(evaluation->confusion ==
        std::vector<std::vector<std::int64_t>>{{1, 0, 0}, {1, 0, 0}, {0, 0, 1}});
  CHECK(evaluation->classes[0].precision == Approx(0.5));
  CHECK(evaluation->classes[0].recall == Approx(1.0));
  CHECK(evaluation->classes[0].f1 == Approx(2.0 / 3.0));
  CHECK(evaluation->classes[1].f1 == 0.0);
  CHECK(evaluation->macro_f1 == Approx((2.0 / 3.0 + 0.0 + 1.0) / 3.0));
  CHECK(evaluation->macro_recall == Approx(2.0 / 3.0));
}

TEST_CASE("two outcomes score (1-p)^2 and half the three-class range", "[evaluation][evaluation]") {
  const auto evaluation = Evaluate(Table(2, {0.8, 0.2}), std::vector<OutcomeIndex>{1});
  REQUIRE(evaluation.ok());
  CHECK(evaluation->brier == Approx(0.64));
  CHECK(evaluation->rps == Approx(0.64));
}

TEST_CASE("calibration error is the pooled gap between forecast and frequency",
          "[evaluation][evaluation]") {
  // 0.625 and 0.375 each fall into one bin; the favourite wins 3 of 4: gap 1/8 in both.
  const auto evaluation =
      Evaluate(Table(2, {0.625, 0.375, 0.625, 0.375, 0.625, 0.375, 0.625, 0.375}),
               std::vector<OutcomeIndex>{0, 0, 0, 1});
  REQUIRE(evaluation.ok());
  CHECK(evaluation->ece == Approx(0.125));
  CHECK(evaluation->reliability[12].count == 4);
  CHECK(evaluation->reliability[12].mean_forecast == Approx(0.625));
  CHECK(evaluation->reliability[12].frequency == Approx(0.75));
}

TEST_CASE("a perfect forecaster has slope 1, an overconfident one less",
          "[evaluation][evaluation]") {
  const Drawn drawn = DrawMatches(30'000, 1);
  CHECK(CalibrationSlope(drawn.forecasts, drawn.results).value() == Approx(1.0).margin(0.03));
  CHECK(CalibrationSlope(Sharpen(drawn, 2.0), drawn.results).value() == Approx(0.5).margin(0.02));
  CHECK(Evaluate(drawn.forecasts, drawn.results)->ece < 0.01);
}

TEST_CASE("intercepts say which outcomes happen more often than was said",
          "[evaluation][evaluation]") {
  const Drawn drawn = DrawMatches(30'000, 12);
  Forecasts shifted = drawn.forecasts;
  for (std::size_t i = 0; i < shifted.rows(); ++i) {
    Calibration{.slope = 1.0, .biases = {0.3, 0.0, -0.3}}.Apply(shifted.row(i), {});
  }
  const auto intercepts = Evaluate(shifted, drawn.results)->calibration_intercepts;
  REQUIRE(intercepts.size() == 3);
  CHECK(intercepts[0] == Approx(-0.3).margin(0.04));
  CHECK(intercepts[1] == Approx(0.0).margin(0.04));
  CHECK(intercepts[2] == Approx(0.3).margin(0.04));
  CHECK(intercepts[0] + intercepts[1] + intercepts[2] == Approx(0.0).margin(1e-12));
}

TEST_CASE("even true probabilities show a calibration error by chance",
          "[evaluation][evaluation]") {
  const Drawn drawn = DrawMatches(2'000, 13);
  const auto noise = PerfectCalibrationError(drawn.forecasts, 1);
  REQUIRE(noise.ok());
  CHECK(noise->mean > 0.0);
  CHECK(noise->upper > noise->mean);
  CHECK(std::abs(Evaluate(drawn.forecasts, drawn.results)->ece - noise->mean) < 4 * noise->sd);
  CHECK(Evaluate(Sharpen(drawn, 1.5), drawn.results)->ece > noise->upper);
  CHECK(PerfectCalibrationError(drawn.forecasts, 1)->mean == noise->mean);
  CHECK_FALSE(PerfectCalibrationError(Forecasts(3), 1).ok());
}

TEST_CASE("no matches, or results of another length, are refused", "[evaluation][evaluation]") {
  CHECK(absl::IsInvalidArgument(Evaluate(Forecasts(3), {}).status()));
  CHECK(absl::IsInvalidArgument(
      Evaluate(Table(2, {0.5, 0.5}), std::vector<OutcomeIndex>{0, 1}).status()));
}

TEST_CASE("the block bootstrap is repeatable and covers the mean", "[evaluation][bootstrap]") {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(-0.1, 1.0);
  std::vector<double> differences(2'000);
  for (double& difference : differences) difference = normal(random);
  const auto days = ConsecutiveDays(differences.size());
  const auto first = BootstrapDifference(differences, days, 42);
  const auto second = BootstrapDifference(differences, days, 42);
  REQUIRE(first.ok());
  CHECK(first->lower == second->lower);
  CHECK(first->upper == second->upper);
  CHECK(first->lower < first->mean);
  CHECK(first->mean < first->upper);
  // sd 1 over 2,000 independent matches: 1.96 standard errors to either side.
  CHECK(first->upper - first->lower == Approx(2 * 1.96 / std::sqrt(2'000.0)).epsilon(0.15));
  CHECK(first->better());
  CHECK_FALSE(first->worse());
  CHECK(first->blocks >= 286);
}

TEST_CASE("matches of one week are resampled together", "[evaluation][bootstrap]") {
  // Within a week all differences are equal: 50 independent weeks, not 5,000 matches.
  std::vector<double> differences;
  std::vector<Day> days;
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  const Day monday = ParseDay("2024-01-01").value();
  for (int week = 0; week < 50; ++week) {
    const double shared = normal(random);
    for (int match = 0; match < 100; ++match) {
      differences.push_back(shared);
      days.push_back(monday + std::chrono::days(7 * week + match % 7));
    }
  }
  const auto interval = BootstrapDifference(differences, days, 1);
  REQUIRE(interval.ok());
  CHECK(interval->blocks == 50);
  CHECK(interval->upper - interval->lower > 0.35);
}

TEST_CASE("one week alone never proves anything", "[evaluation][bootstrap]") {
  const auto interval = BootstrapDifference(std::vector<double>(5, -1.0),
                                            std::vector<Day>(5, Day(std::chrono::days(19'000))), 1);
  REQUIRE(interval.ok());
  CHECK_FALSE(interval->better());
}

TEST_CASE("the truth beats a distorted forecast on the same matches", "[evaluation][bootstrap]") {
  const Drawn drawn = DrawMatches(5'000, 5);
  const auto days = ConsecutiveDays(5'000);
  for (const Score score : {Score::kLogLoss, Score::kRankedProbability, Score::kBrier}) {
    const auto difference =
        CompareForecasts(score, drawn.forecasts, Sharpen(drawn, 2.5), drawn.results, days, 6);
    REQUIRE(difference.ok());
    CHECK(difference->better());
  }
}

TEST_CASE("temperature undoes a known overconfidence", "[evaluation][calibration]") {
  const Drawn drawn = DrawMatches(20'000, 7);
  const auto calibration =
      FitCalibration(CalibrationKind::kTemperature, Sharpen(drawn, 1.6), nullptr, drawn.results);
  REQUIRE(calibration.ok());
  CHECK(calibration->slope == Approx(1 / 1.6).margin(0.02));
  CHECK(calibration->biases.empty());
}

TEST_CASE("vector scaling undoes a known bias", "[evaluation][calibration]") {
  const Drawn drawn = DrawMatches(20'000, 8);
  Forecasts shifted = drawn.forecasts;
  for (std::size_t i = 0; i < shifted.rows(); ++i) {
    Calibration{.slope = 1.0, .biases = {0.3, 0.0, 0.0}}.Apply(shifted.row(i), {});
  }
  const auto calibration = FitCalibration(CalibrationKind::kVector, shifted, nullptr, drawn.results,
                                          CalibrationPrior{.slope_sd = 1.0, .bias_sd = 1.0});
  REQUIRE(calibration.ok());
  CHECK(calibration->biases[0] == Approx(-0.3).margin(0.05));
  CHECK(calibration->biases[1] == Approx(0.0).margin(0.05));
  CHECK(calibration->biases[2] == 0.0);
}

TEST_CASE("a departure from the line that means nothing is shrunk to the line",
          "[evaluation][calibration]") {
  const Drawn drawn = DrawMatches(20'000, 9);
  Forecasts noisy = drawn.forecasts;
  std::mt19937_64 random(10);
  std::normal_distribution<double> normal(0.0, 0.3);
  for (std::size_t i = 0; i < noisy.rows(); ++i) {
    Calibration{.slope = 1.0, .biases = {normal(random), normal(random), 0.0}}.Apply(noisy.row(i),
                                                                                     {});
  }
  const auto calibration = FitCalibration(CalibrationKind::kTemperature, noisy, &drawn.forecasts,
                                          drawn.results, CalibrationPrior{.slope_sd = 10.0});
  REQUIRE(calibration.ok());
  CHECK(calibration->slope < 0.1);

  std::vector<double> row(noisy.row(0).begin(), noisy.row(0).end());
  Calibration{.slope = 0.0, .biases = {}}.Apply(row, drawn.forecasts.row(0));
  for (std::size_t k = 0; k < 3; ++k) CHECK(row[k] == Approx(drawn.forecasts.row(0)[k]));
}

TEST_CASE("with few matches the correction stays near none", "[evaluation][calibration]") {
  const Drawn drawn = DrawMatches(10, 11);
  const auto calibration =
      FitCalibration(CalibrationKind::kVector, Sharpen(drawn, 5.0), nullptr, drawn.results,
                     CalibrationPrior{.slope_sd = 0.01, .bias_sd = 0.01});
  REQUIRE(calibration.ok());
  CHECK(calibration->slope == Approx(1.0).margin(0.05));
  CHECK(calibration->biases[0] == Approx(0.0).margin(0.05));
}

}  // namespace
}  // namespace fairline::evaluation
