#pragma once
// Commands on pipeline runs.

#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct StartOptions {
  std::vector<std::string> competitions;  // empty: all
  std::string seasons;                    // "2005-2025", "2025" or empty
  std::vector<std::string> stages;        // empty: all
  std::string sport;                      // empty: as the services take it
  bool watch = false;
};

// Each prints what it finds. With `watch`, a run that does not end well is an error.
[[nodiscard]] absl::Status StartRun(Context& context, const StartOptions& options);
// Prints each stage's progress until the run has ended; outlasts restarts of the gateway.
[[nodiscard]] absl::Status WatchRun(Context& context, const std::string& run_id);
// `run_id` may be "latest".
[[nodiscard]] absl::Status ShowRun(Context& context, const std::string& run_id);
[[nodiscard]] absl::Status ListRuns(Context& context, std::size_t limit);
// `action` is "cancel" or "retry".
[[nodiscard]] absl::Status ActOnRun(Context& context, const std::string& run_id,
                                    const std::string& action);

}  // namespace fairline::cli
