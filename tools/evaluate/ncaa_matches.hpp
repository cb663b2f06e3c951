#pragma once
// The NCAA's tournament games of a folder of Kaggle's files, as the table that models learn from.

#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::evaluate {

struct NcaaCompetition {
  std::string_view prefix;  // of the file names
  std::string_view name;
};
inline constexpr NcaaCompetition kNcaaMen = {"M", "men"};
inline constexpr NcaaCompetition kNcaaWomen = {"W", "women"};

struct NcaaGames {
  std::vector<features::Match> matches;  // in order of days
  std::set<MatchId> play_ins;            // between teams that share a seed
};

// Regular seasons and tournaments. On neutral ground the side of the lower team id is the home
// side.
[[nodiscard]] absl::StatusOr<NcaaGames> ReadNcaaGamesOf(const std::filesystem::path& data,
                                                        const NcaaCompetition& competition);

struct NcaaMatches {
  // Every tournament game twice, as either side sees it, so that nothing learned can depend on
  // which side is named first. A season is the year it starts in: the tournament of 2023 is 2022.
  models::MatchTable table;
  // Each game once, without the play-in games.
  models::Rows judged;
  std::vector<features::Feature> catalogue;
};

// Their features by the replay of basketball.
[[nodiscard]] absl::StatusOr<NcaaMatches> MakeNcaaMatches(const NcaaGames& games);

}  // namespace fairline::evaluate
