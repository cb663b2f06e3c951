// How long a backtest of ten seasons of 22 divisions takes on two threads, forecasts at hand, on
// made-up matches with prices spread as on the real files; and a sweep over twenty variants of it.
// Prints {"matches":..,"bets":..,"replay_seconds":..,"report_seconds":..,"sweep_variants":..,
// "sweep_seconds":..}. Fails when replay and report together miss the target of ten seconds.
//   For real files see `fairline backtest files DATA --forecaster pinnacle`.

#include <chrono>
#include <cmath>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "libs/backtest/sweep.hpp"
#include "libs/core/program.hpp"

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

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

absl::StatusOr<double> SweepSeconds(const std::vector<backtest::PastMatch>& matches, int threads) {
  std::vector<backtest::Settings> variants;
  for (const double edge : {0.0, .01, .02, .03, .05}) {
    for (const double kelly : {.1, .15, .25, .5}) {
      backtest::Settings& settings = variants.emplace_back();
      settings.policy.min_edge_best_of_many = settings.policy.min_edge_single_book = edge;
      settings.policy.kelly_medium = kelly;
    }
  }
  const auto begin = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(backtest::RunSweep(matches, variants, threads).status());
  return SecondsSince(begin);
}

absl::StatusOr<bool> Run() {
  constexpr int kThreads = 2;
  constexpr double kTargetSeconds = 10.0;
  const std::vector<backtest::PastMatch> matches = MakeMatches();
  const backtest::Settings settings;
  const auto begin = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const backtest::Simulation simulation,
                   backtest::Simulate(matches, settings, kThreads));
  const double simulation_seconds = SecondsSince(begin);
  ASSIGN_OR_RETURN(const backtest::Report report,
                   backtest::MakeReport(matches, settings, simulation));
  const double total_seconds = SecondsSince(begin);
  ASSIGN_OR_RETURN(const double sweep_seconds, SweepSeconds(matches, kThreads));
  fmt::print(
      "{{\"matches\":{},\"bets\":{},\"replay_seconds\":{:.2f},\"report_seconds\":{:.2f},"
      "\"sweep_variants\":20,\"sweep_seconds\":{:.2f}}}\n",
      matches.size(), report.bets, simulation_seconds, total_seconds - simulation_seconds,
      sweep_seconds);
  return total_seconds < kTargetSeconds;
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  return fairline::RunProgram("backtest_bench", argc, argv, [] {
    const auto in_time = fairline::Run();
    if (!in_time.ok()) return fairline::EndWith(in_time.status());
    return *in_time ? fairline::kExitDone : fairline::kExitFailed;
  });
}
