#include "libs/models/log_pool.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/evaluation/evaluation.hpp"
#include "libs/models/conditional_logit.hpp"

namespace fairline::models {
namespace {

using evaluation::Evaluate;

// Results drawn from `truth`; two members who each see it through their own noise, and a third who
// knows nothing.
struct Sample {
  Forecasts truth{3};
  std::vector<Forecasts> members{3, Forecasts(3)};
  std::vector<OutcomeIndex> results;
};

Sample Draw(std::size_t matches, unsigned seed) {
  Sample sample;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  const auto forecast = [](double strength) {
    std::vector<double> p = {strength, 0.1, -strength};
    Softmax(p);
    return p;
  };
  for (std::size_t i = 0; i < matches; ++i) {
    const double seen_by_a = normal(random);
    const double seen_by_b = normal(random);
    const std::vector<double> p = forecast(0.5 * (seen_by_a + seen_by_b));
    sample.truth.Append(p);
    sample.members[0].Append(forecast(seen_by_a));
    sample.members[1].Append(forecast(seen_by_b));
    sample.members[2].Append(forecast(normal(random)));
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    sample.results.push_back(u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2);
  }
  return sample;
}

double LogLossOf(const Forecasts& forecasts, const std::vector<OutcomeIndex>& results) {
  return Evaluate(forecasts, results).value().log_loss;
}

Forecasts Pooled(const LogPool& pool, const std::vector<Forecasts>& members) {
  Forecasts pooled(members[0].rows(), 3);
  for (std::size_t i = 0; i < pooled.rows(); ++i) {
    std::vector<std::span<const double>> rows;
    for (const Forecasts& member : members) rows.push_back(member.row(i));
    pool.Pool(rows, pooled.row(i));
  }
  return pooled;
}

}  // namespace

TEST_CASE("a pool finds the weights that made the results", "[models][log_pool]") {
  const Sample sample = Draw(40'000, 1);
  const LogPool pool = FitLogPool(sample.members, sample.results).value();
  CHECK(pool.weights[0] == Approx(0.5).margin(0.03));
  CHECK(pool.weights[1] == Approx(0.5).margin(0.03));
  CHECK(pool.weights[2] == Approx(0.0).margin(0.03));
  const double pooled = LogLossOf(Pooled(pool, sample.members), sample.results);
  CHECK(pooled < LogLossOf(sample.members[0], sample.results) - 0.05);
  CHECK(pooled == Approx(LogLossOf(sample.truth, sample.results)).margin(1e-3));
}

TEST_CASE("a pool of one perfect member leaves it alone", "[models][log_pool]") {
  const Sample sample = Draw(40'000, 2);
  const LogPool pool = FitLogPool(std::span(&sample.truth, 1), sample.results).value();
  CHECK(pool.weights[0] == Approx(1.0).margin(0.03));
  for (const double bias : pool.biases) CHECK(bias == Approx(0.0).margin(0.03));
}

TEST_CASE("a firm prior is the geometric mean", "[models][log_pool]") {
  const Sample sample = Draw(500, 3);
  const LogPool pool = FitLogPool(sample.members, sample.results, {1e12, 1e12}).value();
  for (const double weight : pool.weights) CHECK(weight == Approx(1.0 / 3.0).epsilon(1e-6));
  std::vector<double> expected(3, 0.0);
  for (std::size_t k = 0; k < 3; ++k) {
    for (const Forecasts& member : sample.members) expected[k] += std::log(member.row(0)[k]) / 3.0;
  }
  Softmax(expected);
  const Forecasts pooled = Pooled(pool, sample.members);
  for (std::size_t k = 0; k < 3; ++k) CHECK(pooled.row(0)[k] == Approx(expected[k]).epsilon(1e-5));
}

TEST_CASE("the order of members does not matter", "[models][log_pool]") {
  Sample sample = Draw(2'000, 4);
  const LogPool pool = FitLogPool(sample.members, sample.results).value();
  std::reverse(sample.members.begin(), sample.members.end());
  const LogPool reversed = FitLogPool(sample.members, sample.results).value();
  CHECK(pool.weights[0] == Approx(reversed.weights[2]).margin(1e-8));
}

TEST_CASE("a pool needs members that forecast the same matches", "[models][log_pool]") {
  const Sample sample = Draw(10, 5);
  CHECK_FALSE(FitLogPool({}, sample.results).ok());
  CHECK_FALSE(FitLogPool(sample.members, std::span(sample.results).first(9)).ok());
  CHECK_FALSE(FitLogPool(sample.members, {}).ok());
}

}  // namespace fairline::models
