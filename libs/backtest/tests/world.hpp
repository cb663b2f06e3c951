#pragma once
// Made-up seasons for tests here, with an edge of known size.

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "libs/backtest/past_match.hpp"

namespace fairline::backtest {

struct WorldOptions {
  int days = 400;
  int matches_a_day = 6;
  double best_over_fair = 1.06;  // the best price by the fair one
  double model_noise = 0.0;      // of the forecast's log-odds around the truth
};

// Results are drawn from true probabilities; prices are the true ones with the margin given, the
// closing line fair; the forecasts are the truth with noise.
inline std::vector<PastMatch> MakeWorld(const WorldOptions& options, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto noise = [&] {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  };
  std::vector<PastMatch> matches;
  for (int day = 0; day < options.days; ++day) {
    for (int m = 0; m < options.matches_a_day; ++m) {
      PastMatch& match = matches.emplace_back();
      match.id = {static_cast<std::int64_t>(matches.size())};
      match.date = Day(std::chrono::days(18'000 + day));
      match.season_start = 2019 + day / 200;
      match.competition = m % 2 == 0 ? "E0" : "D1";
      ByOutcome truth = {0.2 + 0.4 * uniform(), 0.25, 0.0};
      truth[2] = 1.0 - truth[0] - truth[1];
      const double draw = uniform();
      match.result = draw < truth[0] ? 0 : draw < truth[0] + truth[1] ? 1 : 2;
      double sum = 0.0;
      for (std::size_t i = 0; i < 3; ++i) {
        match.probabilities[i] = truth[i] * std::exp(options.model_noise * noise());
        sum += match.probabilities[i];
        const auto cents = [](double odds) { return std::round(odds * 100.0) / 100.0; };
        match.best[i] = cents(std::max(1.02, options.best_over_fair / truth[i]));
        match.average[i] = cents(std::max(1.01, 0.95 / truth[i]));
        match.bookmaker[i] = cents(std::max(1.01, 0.96 / truth[i]));
        match.closing[i] = std::max(1.0001, 1.0 / truth[i]);
      }
      for (double& probability : match.probabilities) probability /= sum;
      match.bookmakers = 12;
    }
  }
  return matches;
}

}  // namespace fairline::backtest
