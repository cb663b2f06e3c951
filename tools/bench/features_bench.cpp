// Measures the replay of all matches of the season files in memory, on one core:
//   features_bench DATA SEEDS
// prints {"features_seconds":..,"matches":..,"features":..,"state_bytes":..}

#include <chrono>

#include <fmt/core.h>

#include "libs/features/replay.hpp"
#include "tools/bench/season_matches.hpp"

namespace fairline {
namespace {

absl::Status Run(const char* data, const char* seeds) {
  ASSIGN_OR_RETURN(const auto read, bench::ReadSeasonMatches(data, seeds));
  const std::vector<features::Match>& matches = read.matches;
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  const auto begin = std::chrono::steady_clock::now();
  std::vector<float> rows;
  rows.reserve(matches.size() * replay->catalogue().size());
  RETURN_IF_ERROR(features::RunReplay(
      *replay, matches, {}, [&](const features::Fixture&, bool, std::span<const float> row) {
        rows.insert(rows.end(), row.begin(), row.end());
        return absl::OkStatus();
      }));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  fmt::print("{{\"features_seconds\":{:.3f},\"matches\":{},\"features\":{},\"state_bytes\":{}}}\n",
             seconds.count(), matches.size(), replay->catalogue().size(), replay->Save().size());
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: features_bench DATA SEEDS\n");
    return 2;
  }
  if (const absl::Status status = fairline::Run(argv[1], argv[2]); !status.ok()) {
    fmt::print(stderr, "{}\n", status.ToString());
    return 1;
  }
  return 0;
}
