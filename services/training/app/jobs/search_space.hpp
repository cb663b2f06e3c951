#pragma once
// What a hyper-parameter search may vary: a data file beside the recipe
// (services/training/recipes/search.json).
//
//   {"sport": "football", "spaces": [
//     {"model": "trees.no_odds", "parameters": {
//        "rounds": {"scale": "integer", "low": 100, "high": 400},
//        "learning_rate": {"scale": "log", "low": 0.01, "high": 0.1}}}, ...]}

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "services/training/app/jobs/halving.hpp"

namespace fairline::training {

[[nodiscard]] std::string_view ScaleName(Scale scale);  // "linear", "log", "integer"
[[nodiscard]] absl::StatusOr<Scale> ParseScale(std::string_view name);

struct SearchSpace {
  std::string model;  // a recipe's entry
  std::vector<ParameterRange> ranges;
};

struct SearchSpaces {
  std::string sport;
  std::vector<SearchSpace> spaces;

  [[nodiscard]] const SearchSpace* Find(std::string_view model) const;
};

// InvalidArgument naming the field that is missing, unknown, of the wrong type or out of range.
[[nodiscard]] absl::StatusOr<SearchSpaces> ParseSearchSpaces(std::string_view json);

// `recipe` (JSON) with the parameters of its entry `model` replaced; others stay as they are.
// InvalidArgument when there is no such entry.
[[nodiscard]] absl::StatusOr<std::string> WithParameters(std::string_view recipe,
                                                         std::string_view model,
                                                         const std::vector<ParameterRange>& ranges,
                                                         const ParameterValues& values);

// The entry `model` of `recipe` alone, indented for a reader.
[[nodiscard]] absl::StatusOr<std::string> EntryOf(std::string_view recipe, std::string_view model);
// The numbers among the entry's parameters; NaN for those of `ranges` that it does not set.
[[nodiscard]] absl::StatusOr<ParameterValues> PresentValues(
    std::string_view recipe, std::string_view model, const std::vector<ParameterRange>& ranges);

}  // namespace fairline::training
