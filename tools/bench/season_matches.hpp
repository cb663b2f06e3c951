#pragma once
// The season files of a data folder as the matches a replay reads, without a database.

#include <filesystem>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/match.hpp"

namespace fairline::bench {

// Every played match below DATA/mmz4281 in order of days. `seeds` is services/ingest/seed, for the
// competitions, bookmakers and team aliases. Ids are made up in order of appearance.
[[nodiscard]] absl::StatusOr<std::vector<features::Match>> ReadSeasonMatches(
    const std::filesystem::path& data, const std::filesystem::path& seeds);

}  // namespace fairline::bench
