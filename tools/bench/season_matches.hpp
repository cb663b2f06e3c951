#pragma once
// The season files of a data folder as the matches a replay reads, without a database.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "libs/features/match.hpp"

namespace fairline::bench {

struct Competition {
  CompetitionId id;
  std::string code;  // the site's: "E0"
  std::string country;
  std::int16_t tier = 1;
};

// Prices of over and under 2.5 goals; the third of each line is unused.
struct TotalLines {
  features::Line average = features::kNoLine;  // pre-match
  features::Line average_closing = features::kNoLine;
  features::Line pinnacle_closing = features::kNoLine;
};

struct SeasonMatches {
  std::vector<Competition> competitions;
  std::vector<features::Match> matches;  // in order of days
  std::vector<TotalLines> totals;        // match by match
};

// Every played match below DATA/mmz4281. `seeds` is services/ingest/seed, for the competitions,
// bookmakers and team aliases. Ids are made up in order of appearance.
[[nodiscard]] absl::StatusOr<SeasonMatches> ReadSeasonMatches(const std::filesystem::path& data,
                                                              const std::filesystem::path& seeds);

}  // namespace fairline::bench
