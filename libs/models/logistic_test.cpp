#include "libs/models/logistic.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fairline::models {
namespace {

struct Sample {
  std::vector<float> features;
  std::size_t columns = 0;
  std::vector<OutcomeIndex> labels;
  Forecasts anchors{3};

  [[nodiscard]] FeatureMatrix matrix() const { return {features, columns}; }
};

// Three outcomes that depend on the first of `columns` normal features.
Sample Draw(std::size_t rows, std::size_t columns, unsigned seed) {
  Sample sample;
  sample.columns = columns;
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) sample.features.push_back(normal(random));
    const double x = sample.features[i * columns];
    double p[] = {1.5 * std::exp(0.5 * x), 1.0, 1.2 * std::exp(-0.5 * x)};
    const double total = p[0] + p[1] + p[2];
    for (double& value : p) value /= total;
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    sample.labels.push_back(u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2);
    sample.anchors.Append(p);
  }
  return sample;
}

LogisticRegression FitOn(const Sample& sample, double ridge, bool anchored = false) {
  return LogisticRegression::Fit(sample.matrix(), sample.labels,
                                 anchored ? &sample.anchors : nullptr,
                                 {.outcomes = 3, .ridge = ridge, .tolerance = 1e-6})
      .value();
}

}  // namespace

TEST_CASE("a regression on a yes-or-no feature gives the frequencies of each group",
          "[models][logistic]") {
  // 8 matches without, 4 with: frequencies 4/8 3/8 1/8 and 1/4 1/4 2/4 are the known optimum.
  const std::vector<float> features = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<OutcomeIndex> labels = {0, 0, 0, 0, 1, 1, 1, 2, 0, 1, 2, 2};
  const auto fitted = LogisticRegression::Fit({features, 1}, labels, nullptr,
                                              {.outcomes = 3, .ridge = 0.0, .tolerance = 1e-7});
  REQUIRE(fitted.ok());
  const std::vector<float> asked = {0, 1};
  const Forecasts forecasts = fitted->Predict({asked, 1}, nullptr).value();
  const double expected[] = {0.5, 0.375, 0.125, 0.25, 0.25, 0.5};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(forecasts.values()[i] == Approx(expected[i]).margin(2e-6));
  }
}

TEST_CASE("the weights that made the data are found again", "[models][logistic]") {
  const Sample sample = Draw(40'000, 3, 1);
  const LogisticRegression fitted = FitOn(sample, 0.0);
  CHECK(fitted.weight(0, 0) - fitted.weight(2, 0) == Approx(1.0).margin(0.04));
  CHECK(fitted.intercept(0) - fitted.intercept(1) == Approx(std::log(1.5)).margin(0.04));
  for (std::size_t j : {1u, 2u}) {
    CHECK(fitted.weight(0, j) - fitted.weight(2, j) == Approx(0.0).margin(0.04));
  }
}

TEST_CASE("a regression anchored on the truth stays there", "[models][logistic]") {
  const Sample sample = Draw(20'000, 2, 2);
  const LogisticRegression fitted = FitOn(sample, 5'000.0, true);
  const Forecasts forecasts = fitted.Predict(sample.matrix(), &sample.anchors).value();
  for (std::size_t i = 0; i < forecasts.values().size(); ++i) {
    REQUIRE(forecasts.values()[i] == Approx(sample.anchors.values()[i]).margin(0.02));
  }
}

TEST_CASE("an infinite ridge leaves the frequencies", "[models][logistic]") {
  const Sample sample = Draw(2'000, 2, 3);
  const LogisticRegression fitted = FitOn(sample, 1e12);
  const Forecasts forecasts = fitted.Predict(sample.matrix(), nullptr).value();
  double frequency[3] = {};
  for (const OutcomeIndex label : sample.labels) frequency[label] += 1.0 / 2'000;
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(forecasts.row(0)[k] == Approx(frequency[k]).margin(1e-5));
  }
}

TEST_CASE("a missing feature counts as its mean and outliers as six deviations",
          "[models][logistic]") {
  const Sample sample = Draw(5'000, 1, 4);
  const LogisticRegression fitted = FitOn(sample, 1.0);
  double mean = 0.0;
  double square = 0.0;
  for (const float x : sample.features) mean += x / 5'000.0;
  for (const float x : sample.features) square += (x - mean) * (x - mean) / 5'000.0;
  const float asked[] = {std::numeric_limits<float>::quiet_NaN(), static_cast<float>(mean), 1e9f,
                         static_cast<float>(mean + 6.0 * std::sqrt(square))};
  const Forecasts forecasts = fitted.Predict({asked, 1}, nullptr).value();
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(forecasts.row(0)[k] == Approx(forecasts.row(1)[k]).margin(1e-6));
    CHECK(forecasts.row(2)[k] == Approx(forecasts.row(3)[k]).margin(1e-6));
  }
}

TEST_CASE("units and order of features do not change forecasts", "[models][logistic]") {
  CHECK(rc::check([] {
    const Sample sample = Draw(300, 3, *rc::gen::inRange(0u, 1000u));
    const float scale = static_cast<float>(*rc::gen::inRange(1, 1000));
    Sample other = sample;
    for (std::size_t i = 0; i < sample.labels.size(); ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        other.features[i * 3 + j] = scale * sample.features[i * 3 + 2 - j];
      }
    }
    const Forecasts a = FitOn(sample, 10.0).Predict(sample.matrix(), nullptr).value();
    const Forecasts b = FitOn(other, 10.0).Predict(other.matrix(), nullptr).value();
    for (std::size_t i = 0; i < a.values().size(); ++i) {
      RC_ASSERT(std::abs(a.values()[i] - b.values()[i]) < 1e-4);
    }
  }));
}

TEST_CASE("a regression reread from its bytes forecasts the same bits", "[models][logistic]") {
  const Sample sample = Draw(500, 4, 5);
  const LogisticRegression fitted = FitOn(sample, 10.0);
  const auto reread = LogisticRegression::FromJson(fitted.ToJson());
  REQUIRE(reread.ok());
  const Forecasts a = fitted.Predict(sample.matrix(), nullptr).value();
  const Forecasts b = reread->Predict(sample.matrix(), nullptr).value();
  CHECK(std::equal(a.values().begin(), a.values().end(), b.values().begin()));
  CHECK(FitOn(sample, 10.0).ToJson() == fitted.ToJson());
}

TEST_CASE("what a regression cannot be fitted on is refused by name", "[models][logistic]") {
  const Sample sample = Draw(10, 2, 6);
  const auto message = [&](const Sample& bad, const LogisticParameters& parameters) {
    return std::string(
        LogisticRegression::Fit(bad.matrix(), bad.labels, nullptr, parameters).status().message());
  };
  CHECK(message(sample, {.ridge = -1.0}).find("ridge") == 0);
  Sample bad = sample;
  bad.labels[3] = 3;
  CHECK(message(bad, {}).find("labels") == 0);
  bad = sample;
  bad.features[0] = std::numeric_limits<float>::infinity();
  CHECK(message(bad, {}).find("features") == 0);
  bad = sample;
  bad.labels.pop_back();
  CHECK(message(bad, {}).find("labels") == 0);
  CHECK(LogisticRegression::FromJson("{}").status().code() == absl::StatusCode::kInvalidArgument);
  CHECK_FALSE(LogisticRegression::FromJson("not json").ok());
  CHECK_FALSE(FitOn(sample, 1.0).Predict(sample.matrix(), &sample.anchors).ok());
}

TEST_CASE("too few iterations are reported, not hidden", "[models][logistic]") {
  const Sample sample = Draw(1'000, 3, 7);
  const auto fitted = LogisticRegression::Fit(
      sample.matrix(), sample.labels, nullptr,
      {.outcomes = 3, .ridge = 1.0, .max_iterations = 1, .tolerance = 1e-9});
  CHECK(fitted.status().code() == absl::StatusCode::kDeadlineExceeded);
}

}  // namespace fairline::models
