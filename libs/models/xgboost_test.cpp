#include "libs/models/xgboost.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace fairline::models {
namespace {

constexpr std::size_t kColumns = 12;

// Matches whose outcome follows softmax(x0, 0, -x0); the other columns say nothing and a tenth of
// all cells is missing.
struct Sample {
  std::vector<float> features;
  std::vector<OutcomeIndex> labels;
  std::vector<float> margins;  // the true log-probabilities

  [[nodiscard]] FeatureMatrix matrix() const { return {features, kColumns}; }
};

Sample DrawSample(std::size_t rows, std::uint64_t seed) {
  Sample sample;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (std::size_t i = 0; i < rows; ++i) {
    const double strength = normal(random);
    const double weights[] = {std::exp(strength), 1.0, std::exp(-strength)};
    const double total = weights[0] + weights[1] + weights[2];
    double draw = uniform(random) * total;
    OutcomeIndex label = 0;
    while (label < 2 && draw > weights[label]) draw -= weights[label++];
    sample.labels.push_back(label);
    for (const double weight : weights) {
      sample.margins.push_back(static_cast<float>(std::log(weight / total)));
    }
    sample.features.push_back(static_cast<float>(strength));
    for (std::size_t column = 1; column < kColumns; ++column) {
      const auto noise = static_cast<float>(normal(random));
      sample.features.push_back(uniform(random) < 0.1 ? std::numeric_limits<float>::quiet_NaN()
                                                      : noise);
    }
  }
  return sample;
}

BoosterParameters SmallModel() {
  BoosterParameters parameters;
  parameters.rounds = 40;
  parameters.max_depth = 3;
  parameters.learning_rate = 0.1;
  parameters.min_child_weight = 20;
  parameters.column_sample = 0.5;
  parameters.seed = 7;
  return parameters;
}

std::vector<float> PredictAll(const Booster& booster, const Sample& sample, bool anchored) {
  std::vector<float> probabilities(sample.labels.size() * 3);
  const std::span<const float> margins =
      anchored ? std::span<const float>(sample.margins) : std::span<const float>();
  REQUIRE(booster.Predict(sample.matrix(), margins, probabilities).ToString() == "OK");
  return probabilities;
}

bool SameBits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

TEST_CASE("trees learn the law that made the outcomes", "[models][xgboost]") {
  const Sample train = DrawSample(20'000, 1);
  const Sample test = DrawSample(2'000, 2);
  const auto booster = Booster::Train(train.matrix(), train.labels, {}, SmallModel());
  REQUIRE(booster.status().ToString() == "OK");
  const std::vector<float> forecast = PredictAll(*booster, test, false);
  double divergence = 0.0;  // Kullback-Leibler from the truth, per match
  for (std::size_t i = 0; i < forecast.size(); ++i) {
    const double truth = std::exp(test.margins[i]);
    divergence += truth * (std::log(truth) - std::log(forecast[i]));
  }
  CHECK(divergence / 2'000 < 0.02);
}

TEST_CASE("a fit is the same to the bit whatever its thread did before", "[models][xgboost]") {
  const Sample train = DrawSample(5'000, 3);
  const auto first = Booster::Train(train.matrix(), train.labels, {}, SmallModel());
  REQUIRE(first.status().ToString() == "OK");
  auto other = SmallModel();
  other.seed = 8;
  std::string second_bytes;
  std::string other_bytes;
  std::thread([&] {
    const auto different = Booster::Train(train.matrix(), train.labels, {}, other);
    const auto second = Booster::Train(train.matrix(), train.labels, {}, SmallModel());
    if (different.ok()) other_bytes = different->Save().value();
    if (second.ok()) second_bytes = second->Save().value();
  }).join();
  CHECK(first->Save().value() == second_bytes);
  CHECK(second_bytes != other_bytes);
}

TEST_CASE("single rows predict the bits of the batch, also with a base margin",
          "[models][xgboost]") {
  const Sample train = DrawSample(5'000, 4);
  const bool anchored = GENERATE(false, true);
  const std::span<const float> margins =
      anchored ? std::span<const float>(train.margins) : std::span<const float>();
  const auto booster = Booster::Train(train.matrix(), train.labels, margins, SmallModel());
  REQUIRE(booster.status().ToString() == "OK");
  const std::vector<float> batch = PredictAll(*booster, train, anchored);
  for (std::size_t i = 0; i < 500; ++i) {
    std::vector<float> one(3);
    const auto margin = anchored ? margins.subspan(i * 3, 3) : std::span<const float>();
    REQUIRE(booster->Predict({train.matrix().row(i), kColumns}, margin, one).ok());
    REQUIRE(SameBits(one, std::span<const float>(batch).subspan(i * 3, 3)));
  }
}

TEST_CASE("a residual model without useful features leaves the line where it is",
          "[models][xgboost]") {
  Sample train = DrawSample(20'000, 5);
  for (std::size_t i = 0; i < train.labels.size(); ++i) {
    train.features[i * kColumns] = 0.0F;  // the line already says all that there is to know
  }
  BoosterParameters parameters = SmallModel();
  parameters.min_child_weight = 200;
  parameters.l2_regularisation = 50;
  parameters.learning_rate = 0.02;
  parameters.rounds = 120;
  const auto booster = Booster::Train(train.matrix(), train.labels, train.margins, parameters);
  REQUIRE(booster.status().ToString() == "OK");
  const Sample test = DrawSample(2'000, 6);
  const std::vector<float> forecast = PredictAll(*booster, test, true);
  double divergence = 0.0;  // what the trees' noise costs in log loss, per match
  for (std::size_t i = 0; i < forecast.size(); ++i) {
    const double truth = std::exp(test.margins[i]);
    divergence += truth * (std::log(truth) - std::log(forecast[i]));
  }
  CHECK(divergence / 2'000 < 5e-4);
}

TEST_CASE("contributions add up to the margin", "[models][xgboost]") {
  const Sample train = DrawSample(3'000, 13);
  const auto booster = Booster::Train(train.matrix(), train.labels, {}, SmallModel());
  REQUIRE(booster.status().ToString() == "OK");
  std::vector<float> values(200 * 3 * (kColumns + 1));
  const FeatureMatrix some{train.matrix().values.first(200 * kColumns), kColumns};
  REQUIRE(booster->Contributions(some, values).ok());
  const std::vector<float> probabilities = PredictAll(*booster, train, false);
  for (std::size_t i = 0; i < 200; ++i) {
    double margins[3] = {};
    for (std::size_t k = 0; k < 3; ++k) {
      const float* const first = values.data() + (i * 3 + k) * (kColumns + 1);
      for (std::size_t j = 0; j <= kColumns; ++j) margins[k] += first[j];
    }
    for (std::size_t k = 1; k < 3; ++k) {
      const double log_ratio = std::log(probabilities[i * 3 + k] / probabilities[i * 3]);
      CHECK(margins[k] - margins[0] == Approx(log_ratio).margin(2e-5));
    }
  }
}

TEST_CASE("a saved model predicts the same bits after loading", "[models][xgboost]") {
  const Sample train = DrawSample(3'000, 7);
  const auto booster = Booster::Train(train.matrix(), train.labels, train.margins, SmallModel());
  REQUIRE(booster.status().ToString() == "OK");
  const auto bytes = booster->Save();
  REQUIRE(bytes.ok());
  const auto loaded = Booster::Load(*bytes, kColumns, 3);
  REQUIRE(loaded.ok());
  CHECK(SameBits(PredictAll(*booster, train, true), PredictAll(*loaded, train, true)));
  CHECK(loaded->Save().value() == *bytes);
  CHECK(absl::IsInvalidArgument(Booster::Load(*bytes, kColumns + 1, 3).status()));
  CHECK(absl::IsInvalidArgument(Booster::Load(*bytes, kColumns, 2).status()));
  CHECK(absl::IsInvalidArgument(Booster::Load("", kColumns, 3).status()));
}

TEST_CASE("two outcomes are fitted by the same code", "[models][xgboost]") {
  Sample train = DrawSample(5'000, 8);
  for (OutcomeIndex& label : train.labels) label = label == 0 ? 0 : 1;
  BoosterParameters parameters = SmallModel();
  parameters.outcomes = 2;
  const auto booster = Booster::Train(train.matrix(), train.labels, {}, parameters);
  REQUIRE(booster.status().ToString() == "OK");
  std::vector<float> probabilities(train.labels.size() * 2);
  REQUIRE(booster->Predict(train.matrix(), {}, probabilities).ok());
  CHECK(probabilities[0] + probabilities[1] == Approx(1.0).margin(1e-6));
}

TEST_CASE("a fit stops between rounds when it is told to", "[models][xgboost]") {
  const Sample train = DrawSample(1'000, 9);
  int rounds = 0;
  const auto booster = Booster::Train(train.matrix(), train.labels, {}, SmallModel(),
                                      [&](int done) { return (rounds = done) < 3; });
  CHECK(absl::IsCancelled(booster.status()));
  CHECK(rounds == 3);
}

TEST_CASE("wrong shapes are refused with the name of the argument", "[models][xgboost]") {
  const Sample train = DrawSample(100, 10);
  const std::vector<OutcomeIndex> beyond(100, 3);
  const auto message = [](const absl::Status& status) { return MessageOf(status); };
  CHECK_THAT(message(Booster::Train(train.matrix(), beyond, {}, SmallModel()).status()),
             Catch::StartsWith("labels"));
  CHECK_THAT(
      message(
          Booster::Train(train.matrix(), std::span(beyond).first(99), {}, SmallModel()).status()),
      Catch::StartsWith("labels"));
  CHECK_THAT(message(Booster::Train(train.matrix(), train.labels,
                                    std::span(train.margins).first(299), SmallModel())
                         .status()),
             Catch::StartsWith("base_margins"));
  BoosterParameters parameters = SmallModel();
  parameters.row_sample = 0.0;
  CHECK_THAT(message(Booster::Train(train.matrix(), train.labels, {}, parameters).status()),
             Catch::StartsWith("row_sample"));
}

TEST_CASE("four threads on one booster predict what one does", "[models][xgboost]") {
  const Sample train = DrawSample(2'000, 11);
  const auto booster = Booster::Train(train.matrix(), train.labels, train.margins, SmallModel());
  REQUIRE(booster.status().ToString() == "OK");
  const std::vector<float> expected = PredictAll(*booster, train, true);
  std::vector<int> mismatches(4, 0);
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::size_t i = caller; i < 2'000; i += 2) {
        std::vector<float> one(3);
        const auto margin = std::span<const float>(train.margins).subspan(i * 3, 3);
        const bool ok = booster->Predict({train.matrix().row(i), kColumns}, margin, one).ok();
        if (!ok || !SameBits(one, std::span<const float>(expected).subspan(i * 3, 3))) {
          ++mismatches[caller];
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(mismatches == std::vector<int>(4, 0));
}

TEST_CASE("one row through 300 anchored trees", "[.][bench]") {
  const Sample train = DrawSample(20'000, 12);
  BoosterParameters parameters = SmallModel();
  parameters.rounds = 100;
  parameters.max_depth = 5;
  const auto booster = Booster::Train(train.matrix(), train.labels, train.margins, parameters);
  REQUIRE(booster.status().ToString() == "OK");
  std::vector<double> micros;
  std::vector<float> one(3);
  for (std::size_t i = 0; i < 20'000; ++i) {
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(booster
                ->Predict({train.matrix().row(i), kColumns},
                          std::span<const float>(train.margins).subspan(i * 3, 3), one)
                .ok());
    micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::sort(micros.begin(), micros.end());
  WARN("p50 " << micros[10'000] << " us, p99 " << micros[19'800] << " us");
  CHECK(micros[10'000] < 50.0);
}

}  // namespace
}  // namespace fairline::models
