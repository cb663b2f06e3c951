// How long a backtest of ten seasons of 22 divisions takes, forecasts at hand: backtest_bench
// [THREADS]. Made-up matches with prices as they are spread on the real files: one outcome in
// twelve has an edge of 2 % at the best price. Fails when the target of 10 seconds on two threads
// is missed.

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "libs/backtest/report.hpp"

namespace fairline {
namespace {

constexpr int kSeasons = 10;
constexpr int kMatchesASeason = 7'500;

std::vector<backtest::PastMatch> MakeMatches() {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> noise(0.0, 1.0);
  std::vector<backtest::PastMatch> matches;
  for (int season = 0; season < kSeasons; ++season) {
    for (int m = 0; m < kMatchesASeason; ++m) {
      backtest::PastMatch& match = matches.emplace_back();
      match.id = {static_cast<std::int64_t>(matches.size())};
      // Two thirds on Saturdays, the rest spread over the week.
      const int week = static_cast<int>(40.0 * uniform(random));
      const int weekday = uniform(random) < .66 ? 5 : static_cast<int>(7.0 * uniform(random));
      match.date = Day(std::chrono::days(16'600 + 365 * season + 7 * week + weekday));
      match.season_start = 2015 + season;
      match.competition = "E0";
      match.bookmakers = 30;
      const double home = .2 + .45 * uniform(random);
      const backtest::ByOutcome truth = {home, .26, .74 - home};
      const double draw = uniform(random);
      match.result = draw < truth[0] ? 0 : draw < truth[0] + truth[1] ? 1 : 2;
      double sum = 0.0;
      for (std::size_t i = 0; i < 3; ++i) {
        match.probabilities[i] = truth[i] * std::exp(.03 * noise(random));
        sum += match.probabilities[i];
        match.average[i] = std::max(1.01, .95 / truth[i]);
        match.best[i] = match.average[i] * (1.03 + .015 * std::abs(noise(random)));
        match.closing[i] = std::max(1.01, .97 / truth[i]);
      }
      for (double& probability : match.probabilities) probability /= sum;
    }
  }
  return matches;
}

int Run(int threads) {
  const std::vector<backtest::PastMatch> matches = MakeMatches();
  const backtest::Settings settings;
  const auto start = std::chrono::steady_clock::now();
  const auto replay = backtest::RunReplay(matches, settings, threads);
  if (!replay.ok()) return 1;
  const auto replayed = std::chrono::steady_clock::now();
  const auto report = backtest::MakeReport(matches, settings, *replay);
  if (!report.ok()) return 1;
  const auto end = std::chrono::steady_clock::now();
  const std::chrono::duration<double> took = end - start;
  const std::chrono::duration<double> replaying = replayed - start;
  fmt::print(
      "{} matches, {} bets on {} days, {} threads: {:.2f} s ({:.2f} s replay), target 10 s "
      "({:.2f} of it)\n{}\n",
      matches.size(), report->bets, report->equity.size(), threads, took.count(), replaying.count(),
      took.count() / 10.0, report->verdict);
  return took.count() < 10.0 ? 0 : 1;
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) { return fairline::Run(argc > 1 ? std::atoi(argv[1]) : 2); }
