#pragma once
// Successive halving: many settings are judged on a little, the better part of them on more, until
// the best few are judged on everything (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar
// 2016, "Non-stochastic best arm identification and hyperparameter optimization"; the inner loop
// of Hyperband, Li et al. 2018). Pure; each rung waits for the one before, so that the outcome
// depends on the scores alone and not on who computed them in which order.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libs/core/status.hpp"

namespace fairline::training {

enum class Scale { kLinear, kLog, kInteger };

struct ParameterRange {
  std::string name;
  Scale scale = Scale::kLinear;
  double low = 0.0;  // inclusive, as is high; of kLog both are positive, of kInteger both whole
  double high = 0.0;
};

// One value a range, in its order.
using ParameterValues = std::vector<double>;

// The values of trial `trial` (0, 1, ...): independent and uniform on each range's scale. The same
// seed and trial give the same values, however many others are drawn.
[[nodiscard]] ParameterValues DrawTrial(const std::vector<ParameterRange>& ranges,
                                        std::uint64_t seed, std::size_t trial);

struct Rung {
  std::size_t trials = 0;
  std::size_t budget = 0;  // on how much each is judged, all told
};

// From `trials` on `least_budget` to about trials / factor^rungs on `budget`: each rung keeps one
// trial of `factor`, but at least one, and judges it on `factor` times as much. InvalidArgument
// unless trials >= 1, 1 <= least_budget <= budget and factor > 1.
[[nodiscard]] absl::StatusOr<std::vector<Rung>> PlanRungs(std::size_t trials,
                                                          std::size_t least_budget,
                                                          std::size_t budget, double factor);

struct TrialScore {
  std::size_t trial = 0;
  double score = 0.0;  // lower is better; all on the same matches
};

// From best to worst; of equal scores the earlier trial first, and NaN last.
[[nodiscard]] std::vector<TrialScore> Ranked(std::vector<TrialScore> scores);

// The best `count` trials, in ascending order of trial.
[[nodiscard]] std::vector<std::size_t> Promoted(std::vector<TrialScore> scores, std::size_t count);

}  // namespace fairline::training
