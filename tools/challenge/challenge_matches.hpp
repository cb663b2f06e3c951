#pragma once
// The matches of the Soccer Prediction Challenge as a table that models learn from.
//
// The challenge is to forecast matches weeks after the last result that is known. Each match of
// the training set therefore gets the features that it would have had as long after the last
// known result as the fixtures are: what is learned from them holds for the fixtures.

#include <chrono>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/models/match_table.hpp"
#include "libs/sources/soccer_challenge.hpp"

namespace fairline::challenge {

// How long after the last known result the fixtures are played; by default as in the challenge of
// 2023, 14 to 26 April after 8 February.
struct Horizon {
  std::chrono::days first{65};
  std::chrono::days middle{71};
  std::chrono::days last{77};
};

struct ChallengeMatches {
  // The results in order of days and after them the fixtures in theirs, whose results here mean
  // nothing. A season is a year that begins on the calendar day after the last known result, so
  // that before each season exactly that is known which was known as long before it.
  models::MatchTable table;
  std::size_t results = 0;
  std::vector<std::size_t> fixture_rows;  // where each fixture stands, in the order given
  std::vector<features::Feature> catalogue;
  Horizon horizon;
  std::chrono::month_day season_begin{};
  int last_season = 0;  // of the fixtures
};

// Results on or after the day of the first fixture are left out; without fixtures all are taken
// in. InvalidArgument when no result is left.
[[nodiscard]] absl::StatusOr<ChallengeMatches> MakeChallengeMatches(
    const std::vector<sources::ChallengeResult>& results,
    const std::vector<sources::ChallengeFixture>& fixtures);

// The results of `season` that were played as long after its beginning as the fixtures are.
[[nodiscard]] models::Rows RowsWithinHorizon(const ChallengeMatches& matches, int season);

}  // namespace fairline::challenge
