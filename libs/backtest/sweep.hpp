#pragma once
// Many settings on the same matches, and how good the best of them would look by luck alone.

#include <span>
#include <string>
#include <vector>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

struct Sweep {
  std::vector<Summary> variants;  // in the order of the settings
  std::size_t best = 0;           // by log growth
  Simulation simulation;          // of the best
  Report report;
  // White's reality check (2000) on weekly log growth: the chance that the best of so many
  // variants without any edge grows as fast. Of one variant its own chance.
  double by_luck = 1.0;
  std::string warning;  // plain sentences; empty of one variant
};

// Several variants side by side, or the days of a single one, on up to `threads` threads; the
// result does not depend on them. Errors: InvalidArgument naming the field, or `variants` when
// there are none or over kMaxVariants. Of `provenance` what the sweep finds out is filled in.
inline constexpr std::size_t kMaxVariants = 200;
[[nodiscard]] absl::StatusOr<Sweep> RunSweep(std::span<const PastMatch> matches,
                                             std::span<const Settings> variants, int threads = 1,
                                             const SimulationProgress& progress = {},
                                             const Provenance& provenance = {});

}  // namespace fairline::backtest
