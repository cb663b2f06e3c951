#pragma once
// The season files of a data folder as the matches a replay reads, without a database.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "libs/features/match.hpp"

namespace fairline::season_files {

struct Competition {
  CompetitionId id;
  std::string code;  // the site's: "E0"
  std::string country;
  std::int16_t tier = 1;
};

// Two prices on a line: over and under, or home and away. The third of `prices` is unused.
struct LineBook {
  std::int16_t line_quarters = 0;  // goals, or the handicap given to the home side, in quarters
  features::Line prices = features::kNoLine;
};

// What one bookmaker offered before a match, for its winner.
struct BookmakerLine {
  std::uint16_t bookmaker = 0;  // index into SeasonMatches::bookmakers
  features::Line prices = features::kNoLine;
};

struct Bookmaker {
  std::string code;  // "bet365"
  std::string kind;  // bookmaker, exchange or aggregate
};

// Prices of a match beyond those that features are made from.
struct MatchPrices {
  std::vector<BookmakerLine> lines;           // of all but aggregates
  features::Line bet365 = features::kNoLine;  // match winner, before the match
  // The same line by several: the market's average and Pinnacle, before the match and closing.
  struct Lines {
    LineBook average;
    LineBook pinnacle;
    LineBook average_closing;
    LineBook pinnacle_closing;
  };
  Lines total;     // over and under 2.5 goals
  Lines handicap;  // Asian handicap; the closing line may be another than that before the match
};

// A file or folder of which no match was read.
struct Skipped {
  std::filesystem::path path;
  std::string reason;
};

struct SeasonMatches {
  std::vector<Competition> competitions;
  std::vector<Bookmaker> bookmakers;
  std::vector<features::Match> matches;  // in order of days
  std::vector<MatchPrices> prices;       // match by match
  std::vector<Skipped> skipped;          // in order of paths
};

// Every played match of the CSV files below DATA/mmz4281, symbolic links followed. `seeds` is
// services/ingest/seed, for the competitions, bookmakers and team aliases. Ids are made up in order
// of appearance. What is no season file of a known competition, cannot be read or is refused stops
// no other: it is skipped. NotFound when DATA/mmz4281 is not there or holds no match at all.
[[nodiscard]] absl::StatusOr<SeasonMatches> ReadSeasonMatches(const std::filesystem::path& data,
                                                              const std::filesystem::path& seeds);

// The CSV files in a folder and in the folders in it, symbolic links followed. NotFound when it
// cannot be read.
[[nodiscard]] absl::StatusOr<std::vector<std::filesystem::path>> CsvFilesIn(
    const std::filesystem::path& folder);

}  // namespace fairline::season_files
