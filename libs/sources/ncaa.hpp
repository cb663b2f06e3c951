#pragma once
// Reader of the files of Kaggle's "March Machine Learning Mania": NCAA basketball, men's (M*) and
// women's (W*) in the same layout. A season is named by the year it ends in, a day by its number
// after the season's day zero.
//
// A file is read whole or refused: errors are InvalidArgument and name the line and the column.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::sources {

struct NcaaTeam {
  int id = 0;
  std::string name;
};
// MTeams.csv, WTeams.csv
[[nodiscard]] absl::StatusOr<std::vector<NcaaTeam>> ReadNcaaTeams(std::string_view bytes);

struct NcaaSeason {
  int season = 0;
  Day day_zero;
};
// MSeasons.csv, WSeasons.csv
[[nodiscard]] absl::StatusOr<std::vector<NcaaSeason>> ReadNcaaSeasons(std::string_view bytes);

// Where a game was played, seen from its winner.
enum class NcaaSite : std::uint8_t { kHome, kAway, kNeutral };

struct NcaaGame {
  int season = 0;
  int day_number = 0;
  int winner = 0;
  int loser = 0;
  std::int16_t winner_score = 0;
  std::int16_t loser_score = 0;
  NcaaSite site = NcaaSite::kNeutral;
  std::int16_t overtimes = 0;
};
// The compact results of a regular season or of a tournament; the detailed ones begin with the
// same columns and are read too.
[[nodiscard]] absl::StatusOr<std::vector<NcaaGame>> ReadNcaaGames(std::string_view bytes);

struct NcaaSeed {
  int season = 0;
  int team = 0;
  std::string text;        // "W16a": region, place, and a letter for those who play in
  std::int16_t place = 0;  // 1 to 16 within the region
  // Two teams whose seeds share it meet in a play-in game: "W16".
  [[nodiscard]] std::string_view slot() const { return std::string_view(text).substr(0, 3); }
};
// MNCAATourneySeeds.csv, WNCAATourneySeeds.csv
[[nodiscard]] absl::StatusOr<std::vector<NcaaSeed>> ReadNcaaSeeds(std::string_view bytes);

}  // namespace fairline::sources
