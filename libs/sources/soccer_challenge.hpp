#pragma once
// Reader of the files of the 2023 Soccer Prediction Challenge (Berrar, Dubitzky, Lopes 2023): a
// training set of results with goals only (Sea, Lge, Date, HT, AT, HS, AS, GD, WDL) and fixtures
// to forecast, the same without results, with an ID or not and with empty columns for forecasts.
//
// A file is read whole or refused: errors are InvalidArgument and name the line and the column.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::sources {

struct ChallengeFixture {
  int line = 0;
  std::string id;        // as in the file, "" where it has none
  std::string season;    // as written: "22-23"
  int season_start = 0;  // the year it starts in; the calendar year of summer leagues
  std::string league;    // "GER2"
  Day date;
  std::string date_text;  // as written
  std::string home;
  std::string away;
};

struct ChallengeResult : ChallengeFixture {
  std::int16_t home_goals = 0;
  std::int16_t away_goals = 0;
};

// A league's code is its country and its tier there.
struct LeagueCode {
  std::string country;  // "GER"; the whole code where it does not end in one digit
  std::int16_t tier = 1;
};
[[nodiscard]] LeagueCode ParseLeagueCode(std::string_view code);

// GD and WDL must agree with the goals where they are given.
[[nodiscard]] absl::StatusOr<std::vector<ChallengeResult>> ReadChallengeTraining(
    std::string_view bytes);

// Columns of results and forecasts are not looked at, whatever they hold.
[[nodiscard]] absl::StatusOr<std::vector<ChallengeFixture>> ReadChallengeFixtures(
    std::string_view bytes);

}  // namespace fairline::sources
