#pragma once
// Commands on the training service's background work: walk-forwards and searches.

#include <cstdint>
#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct WalkForwardOptions {
  std::string seasons;                    // "2019-2024", "2024" or empty: the last six complete
  std::vector<std::string> competitions;  // that are judged; empty: all
  std::string sport;                      // empty: the default one
  bool watch = false;
};

struct SearchOptions {
  std::string model;  // empty: the first that may be searched
  int trials = 0;     // 0 and empty: the service's defaults
  double factor = 0.0;
  std::uint32_t seed = 0;
  std::string seasons;  // for validation
  bool watch = false;
};

// Each prints what it finds; an `id` may be "latest". With `watch`, progress is printed until the
// work has ended, and an end that is not well is an error.
[[nodiscard]] absl::Status StartWalkForward(Context& context, const WalkForwardOptions& options);
[[nodiscard]] absl::Status ShowWalkForward(Context& context, const std::string& id, bool watch);
[[nodiscard]] absl::Status ListWalkForwards(Context& context, std::size_t limit);
[[nodiscard]] absl::Status CancelWalkForward(Context& context, const std::string& id);

[[nodiscard]] absl::Status StartSearch(Context& context, const SearchOptions& options);
[[nodiscard]] absl::Status ShowSearch(Context& context, const std::string& id, bool watch);
[[nodiscard]] absl::Status ListSearches(Context& context, std::size_t limit);
[[nodiscard]] absl::Status CancelSearch(Context& context, const std::string& id);

}  // namespace fairline::cli
