#pragma once
// The use case of a reader: the features of one match, by name.

#include <string_view>
#include <vector>

#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

struct NamedValue {
  std::string_view name;
  double value = 0.0;  // NaN when not known
};
using MatchFeatures = std::vector<NamedValue>;

// In the catalogue's order. Errors: NotFound for a match without stored features.
[[nodiscard]] absl::StatusOr<MatchFeatures> FeaturesOf(MatchId match, FeatureStore& store,
                                                       Deadline deadline);

}  // namespace fairline::preprocessing
