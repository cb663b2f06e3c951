// How long stakes take, against what was asked for: kelly_bench
//   one joint Kelly of 10 and of 100 matches of three outcomes, of 20 matches of thirty, and of the
//   same bet at forty books; and 100,000 single fractions.
// The last line is one JSON object of all milliseconds. Fails when a target is missed.

#include <algorithm>
#include <chrono>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libs/core/program.hpp"
#include "libs/staking/joint_kelly.hpp"
#include "libs/staking/kelly.hpp"

namespace fairline {
namespace {

using domain::DecimalOdds;
using domain::Probability;
using staking::Portfolio;

enum class Prices { kOneEdge, kAllPay };

// Matches as they come: with one value bet each, or with a price above fair on every outcome, so
// that everything can be staked together.
Portfolio MakePortfolio(int matches, Prices prices, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  Portfolio portfolio;
  for (int m = 0; m < matches; ++m) {
    const double home = .15 + .6 * uniform(random);
    const double draw = (1.0 - home) * (.3 + .2 * uniform(random));
    staking::MatchBets match;
    for (const double p : {home, draw, 1.0 - home - draw}) {
      const bool pays = prices == Prices::kAllPay || match.probabilities.empty();
      const double odds = (pays ? 1.01 + .06 * uniform(random) : .95) / p;
      match.probabilities.push_back(Probability::Make(p).value());
      match.candidates.push_back({.payoff = staking::BackPayoff(match.candidates.size(), 3,
                                                                DecimalOdds::Make(odds).value())});
    }
    portfolio.matches.push_back(std::move(match));
  }
  return portfolio;
}

template <typename Work>
double MedianMilliseconds(int runs, Work&& work) {
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs / 2)];
}

// What was measured, said as it comes and kept for the last line.
class Measured {
 public:
  void Add(std::string_view key, std::string_view name, double milliseconds, double target,
           std::string_view more) {
    fmt::print("{:<42} {:9.3f} ms, target {:6.1f} ms ({:.2f} of it){}\n", name, milliseconds,
               target, milliseconds / target, more);
    met_ &= milliseconds < target;
    json_ += fmt::format("{}\"{}_ms\":{:.3f}", json_.empty() ? "" : ",", key, milliseconds);
  }
  void AddJoint(std::string_view key, std::string_view name, const Portfolio& portfolio, int runs,
                double target) {
    staking::JointStakes stakes;
    const double took =
        MedianMilliseconds(runs, [&] { stakes = staking::JointKelly(portfolio).value(); });
    Add(key, name, took, target,
        fmt::format(", {} iterations, gap {:.1e}", stakes.iterations, stakes.gap));
  }
  [[nodiscard]] bool Finish() const {
    fmt::print("{{{},\"targets_met\":{}}}\n", json_, met_);
    return met_;
  }

 private:
  std::string json_;
  bool met_ = true;
};

// Every outcome a score, every tenth of them a little generous.
Portfolio MakeScores(int matches, int scores, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  Portfolio portfolio;
  for (int m = 0; m < matches; ++m) {
    std::vector<double> weights;
    for (int s = 0; s < scores; ++s) weights.push_back(.02 + uniform(random));
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    staking::MatchBets match;
    const auto states = static_cast<std::size_t>(scores);
    for (std::size_t s = 0; s < states; ++s) {
      const double p = weights[s] / sum;
      match.probabilities.push_back(Probability::Make(p).value());
      match.candidates.push_back(
          {.payoff = staking::BackPayoff(
               s, states, DecimalOdds::Make((s % 10 == 0 ? 1.05 : .85) / p).value())});
    }
    portfolio.matches.push_back(std::move(match));
  }
  return portfolio;
}

Portfolio SameBet(int books) {
  Portfolio portfolio;
  staking::MatchBets match;
  match.probabilities = {Probability::Make(.5).value(), Probability::Make(.5).value()};
  const auto payoff = staking::BackPayoff(0, 2, DecimalOdds::Make(2.1).value());
  match.candidates.assign(static_cast<std::size_t>(books), {.payoff = payoff, .max_fraction = .01});
  portfolio.matches.push_back(std::move(match));
  return portfolio;
}

void MeasureSingles(Measured& measured, std::mt19937_64& random) {
  std::vector<Probability> probabilities;
  std::vector<DecimalOdds> odds;
  std::uniform_real_distribution<double> uniform(0.01, 0.99);
  for (int i = 0; i < 100'000; ++i) {
    probabilities.push_back(Probability::Make(uniform(random)).value());
    odds.push_back(DecimalOdds::Make(1.0 / uniform(random)).value());
  }
  double sum = 0.0;
  const double took = MedianMilliseconds(21, [&] {
    for (std::size_t i = 0; i < odds.size(); ++i) {
      sum += staking::KellyFraction(probabilities[i], odds[i]);
    }
  });
  measured.Add("singles_100000", "100,000 single fractions", took, 10.0,
               sum > 0.0 ? "" : ", all zero");
}

int Run() {
  std::mt19937_64 random(7);
  Measured measured;
  for (const auto& [matches, target] : {std::pair{10, 2.0}, std::pair{100, 200.0}}) {
    for (const auto& [prices, name] : {std::pair{Prices::kOneEdge, "one value bet each"},
                                       std::pair{Prices::kAllPay, "all pay"}}) {
      measured.AddJoint(
          fmt::format("joint_{}_{}", matches, prices == Prices::kOneEdge ? "one_edge" : "all_pay"),
          fmt::format("joint Kelly, {} matches, {}", matches, name),
          MakePortfolio(matches, prices, random), matches == 10 ? 201 : 11, target);
    }
  }
  measured.AddJoint("scores_20", "20 matches of 30 scores", MakeScores(20, 30, random), 3, 1000.0);
  measured.AddJoint("same_bet_40", "the same bet at 40 books", SameBet(40), 201, 2.0);
  MeasureSingles(measured, random);
  return measured.Finish() ? 0 : 1;
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  return fairline::RunProgram("kelly_bench", argc, argv, fairline::Run);
}
