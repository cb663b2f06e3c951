// How long stakes take, against what was asked for: kelly_bench
//   one joint Kelly of 10 and of 100 matches of three outcomes, and 100,000 single fractions.
// Fails when a target is missed.

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "libs/domain/joint_kelly.hpp"
#include "libs/domain/kelly.hpp"

namespace fairline {
namespace {

using domain::DecimalOdds;
using domain::Portfolio;
using domain::Probability;

enum class Prices { kOneEdge, kAllPay };

// Matches as they come: with one value bet each, or with a price above fair on every outcome, so
// that everything can be staked together.
Portfolio MakePortfolio(int matches, Prices prices, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  Portfolio portfolio;
  for (int m = 0; m < matches; ++m) {
    const double home = .15 + .6 * uniform(random);
    const double draw = (1.0 - home) * (.3 + .2 * uniform(random));
    domain::MatchBets match;
    for (const double p : {home, draw, 1.0 - home - draw}) {
      const bool pays = prices == Prices::kAllPay || match.probabilities.empty();
      const double odds = (pays ? 1.01 + .06 * uniform(random) : .95) / p;
      match.probabilities.push_back(Probability::Make(p).value());
      match.candidates.push_back({.terms = domain::BackTerms(match.candidates.size(), 3,
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

bool Report(std::string_view name, double milliseconds, double target, std::string_view more) {
  fmt::print("{:<42} {:9.3f} ms, target {:6.1f} ms ({:.2f} of it){}\n", name, milliseconds, target,
             milliseconds / target, more);
  return milliseconds < target;
}

int Run() {
  std::mt19937_64 random(7);
  bool met = true;
  for (const auto& [matches, target] : {std::pair{10, 2.0}, std::pair{100, 200.0}}) {
    for (const auto& [prices, name] : {std::pair{Prices::kOneEdge, "one value bet each"},
                                       std::pair{Prices::kAllPay, "all pay"}}) {
      const Portfolio portfolio = MakePortfolio(matches, prices, random);
      double gap = 0.0;
      int iterations = 0;
      const double took = MedianMilliseconds(matches == 10 ? 201 : 11, [&] {
        const auto stakes = domain::JointKelly(portfolio).value();
        gap = stakes.gap;
        iterations = stakes.iterations;
      });
      met &= Report(fmt::format("joint Kelly, {} matches, {}", matches, name), took, target,
                    fmt::format(", {} iterations, gap {:.1e}", iterations, gap));
    }
  }

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
      sum += domain::KellyFraction(probabilities[i], odds[i]);
    }
  });
  met &= Report("100,000 single fractions", took, 10.0, sum > 0.0 ? "" : ", all zero");
  return met ? 0 : 1;
}

}  // namespace
}  // namespace fairline

int main() { return fairline::Run(); }
