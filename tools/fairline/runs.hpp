#pragma once
// Commands on pipeline runs.

#include <filesystem>
#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct StartOptions {
  std::vector<std::string> competitions = {};  // empty: as `tools/dev up` was given; {"all"}: all
  std::string seasons = {};                    // "2005-2025", "2025", likewise
  std::vector<std::string> stages = {};        // empty: all
  std::string sport = {};                      // empty: as the services take it
  bool watch = false;
};

// What a run that fetches is about where nothing is said: what `tools/dev up` was given, by its
// options file in `state_dir`. "all" is nothing.
[[nodiscard]] StartOptions TakeOver(StartOptions options, const std::filesystem::path& state_dir);

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
