// How long a backtest of ten seasons of 22 divisions takes on two threads, forecasts at hand, and
// what comes out: backtest_bench [DATA SEEDS FIRST LAST]
//   Without arguments on made-up matches with prices spread as on the real files. With season files
//   (DATA is the folder that holds mmz4281, SEEDS services/ingest/seed, FIRST and LAST start years)
//   on the oldest honest rule: Pinnacle's line without its margin against the best price of all.
// Fails when the target of 10 seconds is missed.

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "libs/backtest/report.hpp"
#include "libs/domain/devig.hpp"
#include "libs/season_files/season_matches.hpp"

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

// The books behind the files' best price are not counted there; there are some thirty of them.
constexpr int kBooksBehindBest = 30;

backtest::ByOutcome AsOdds(const features::Line& line) {
  backtest::ByOutcome out = backtest::kAllUnknown;
  for (std::size_t i = 0; i < out.size(); ++i) {
    // Prices are kept as floats; the printed ones have at most three decimals.
    out[i] = std::round(static_cast<double>(line[i]) * 1000.0) / 1000.0;
  }
  return out;
}

absl::StatusOr<std::vector<backtest::PastMatch>> ReadMatches(const char* data, const char* seeds,
                                                             int first, int last) {
  ASSIGN_OR_RETURN(const season_files::SeasonMatches read,
                   season_files::ReadSeasonMatches(data, seeds));
  std::vector<backtest::PastMatch> matches;
  for (const features::Match& match : read.matches) {
    if (match.season < first || match.season > last) continue;
    const backtest::ByOutcome pinnacle = AsOdds(match.pinnacle);
    std::vector<domain::DecimalOdds> line;
    for (const double price : pinnacle) {
      if (const auto odds = domain::DecimalOdds::Make(price); odds.ok()) line.push_back(*odds);
    }
    if (line.size() != pinnacle.size()) continue;
    ASSIGN_OR_RETURN(const domain::FairBook fair, domain::Devig(line));
    backtest::PastMatch& past = matches.emplace_back();
    past.id = match.id;
    past.date = match.day;
    past.season_start = match.season;
    past.result = match.home_score > match.away_score    ? 0
                  : match.home_score == match.away_score ? 1
                                                         : 2;
    for (std::size_t i = 0; i < 3; ++i) past.probabilities[i] = fair.probabilities[i].value();
    past.best = AsOdds(match.best);
    past.bookmakers = kBooksBehindBest;
    past.average = AsOdds(match.average);
    past.closing = AsOdds(match.pinnacle_closing);
    if (!(past.closing[0] > 1.0)) past.closing = AsOdds(match.average_closing);
  }
  return matches;
}

int Run(const std::vector<backtest::PastMatch>& matches) {
  constexpr int threads = 2;
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
  fmt::print(
      "flat {:+.2f} % [{:+.2f}, {:+.2f}], yield {:+.2f} %, log growth {:+.2f}, fall {:.0f} %\n",
      100 * report->flat_yield.value, 100 * report->flat_yield.lower,
      100 * report->flat_yield.upper, 100 * report->yield.value, report->log_growth.value,
      100 * report->max_drawdown);
  for (const backtest::EdgeBucket& bucket : report->by_edge) {
    fmt::print(
        "  edge from {:4.1f} %: {:6} bets, claimed {:+.2f} %, realised {:+.2f} %, closing {:+.2f} "
        "%\n",
        100 * bucket.from, bucket.bets, 100 * bucket.claimed, 100 * bucket.realised.value,
        100 * bucket.closing_edge.value_or(backtest::kUnknown));
  }
  return took.count() < 10.0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  if (argc < 5) return Run(MakeMatches());
  const auto matches = ReadMatches(argv[1], argv[2], std::atoi(argv[3]), std::atoi(argv[4]));
  if (!matches.ok()) {
    fmt::print(stderr, "{}\n", matches.status().ToString());
    return 1;
  }
  return Run(*matches);
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) { return fairline::Main(argc, argv); }
