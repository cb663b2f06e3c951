#pragma once
// Refits of a logistic regression on bootstrap samples: how far its coefficients would have moved,
// had the past gone a little differently.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"
#include "libs/models/logistic.hpp"

namespace fairline::models {

// Coefficients of `count` refits, in the shape of LogisticRegression::SetReplicates. Each sample
// draws as many 7-day blocks of matches as there are, with replacement, since matches of one round
// share what was not foreseen. `features`, `labels`, `anchors` and `ridge` as `fitted` was fitted;
// the standardisation is kept. All refits go side by side from the fit by Newton steps with its own
// Hessian (of some 50,000 matches), until no coefficient moves by more than a ten-thousandth of a
// log-odds. Same seed, same bits; 225,000 matches of 100 features take some five seconds. Errors:
// InvalidArgument for shapes, DeadlineExceeded when the steps do not settle.
[[nodiscard]] absl::StatusOr<std::vector<std::vector<double>>> BootstrapLogistic(
    const LogisticRegression& fitted, FeatureMatrix features, std::span<const OutcomeIndex> labels,
    const Forecasts* anchors, std::span<const Day> days, double ridge, std::size_t count,
    std::uint64_t seed);

}  // namespace fairline::models
