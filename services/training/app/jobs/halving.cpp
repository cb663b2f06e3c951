#include "services/training/app/jobs/halving.hpp"

#include <algorithm>
#include <cmath>

namespace fairline::training {
namespace {

// SplitMix64 (Steele, Lea and Flood 2014): a good hash of a counter, the same everywhere.
std::uint64_t Mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

// Uniform in [0, 1).
double Uniform(std::uint64_t seed, std::size_t trial, std::size_t dimension) {
  const std::uint64_t bits = Mix(Mix(Mix(seed) + trial) + dimension);
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

double OnScale(const ParameterRange& range, double u) {
  switch (range.scale) {
    case Scale::kLinear:
      return range.low + u * (range.high - range.low);
    case Scale::kLog:
      return std::clamp(std::exp(std::log(range.low) + u * std::log(range.high / range.low)),
                        range.low, range.high);
    case Scale::kInteger:
      return std::min(range.high, range.low + std::floor(u * (range.high - range.low + 1.0)));
  }
  return range.low;
}

}  // namespace

ParameterValues DrawTrial(const std::vector<ParameterRange>& ranges, std::uint64_t seed,
                          std::size_t trial) {
  ParameterValues values;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    values.push_back(OnScale(ranges[i], Uniform(seed, trial, i)));
  }
  return values;
}

absl::StatusOr<std::vector<Rung>> PlanRungs(std::size_t trials, std::size_t least_budget,
                                            std::size_t budget, double factor) {
  if (trials < 1) return InvalidField("trials", "must be at least 1");
  if (!(factor > 1.0)) return InvalidField("factor", "must be above 1");
  if (least_budget < 1 || least_budget > budget) {
    return InvalidField("least_budget", "must be from 1 to the whole budget");
  }
  std::vector<Rung> rungs;
  auto alive = static_cast<double>(trials);
  auto share = static_cast<double>(least_budget);
  while (share < static_cast<double>(budget)) {
    const Rung rung{static_cast<std::size_t>(std::max(1.0, std::floor(alive))),
                    static_cast<std::size_t>(std::floor(share))};
    // With few units of budget a step may add none: then it is left out.
    if (rungs.empty() || rung.budget > rungs.back().budget) rungs.push_back(rung);
    alive /= factor;
    share *= factor;
  }
  rungs.push_back({static_cast<std::size_t>(std::max(1.0, std::floor(alive))), budget});
  return rungs;
}

std::vector<TrialScore> Ranked(std::vector<TrialScore> scores) {
  std::sort(scores.begin(), scores.end(), [](const TrialScore& a, const TrialScore& b) {
    if (std::isnan(a.score) != std::isnan(b.score)) return std::isnan(b.score);
    if (a.score != b.score && !std::isnan(a.score)) return a.score < b.score;
    return a.trial < b.trial;
  });
  return scores;
}

std::vector<std::size_t> Promoted(std::vector<TrialScore> scores, std::size_t count) {
  const std::vector<TrialScore> ranked = Ranked(std::move(scores));
  std::vector<std::size_t> trials;
  for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) {
    trials.push_back(ranked[i].trial);
  }
  std::sort(trials.begin(), trials.end());
  return trials;
}

}  // namespace fairline::training
