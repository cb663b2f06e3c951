#pragma once
// The command on coming matches that a list put in which was cut in transit.

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct StrayMatchesOptions {
  bool dry_run = false;
};

[[nodiscard]] absl::Status TakeBackStrayMatches(Context& context,
                                                const StrayMatchesOptions& options);

}  // namespace fairline::cli
