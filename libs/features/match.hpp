#pragma once
// What a replay reads. A Fixture is all that may be known before a match begins; a Match adds what
// is known after it. Features are functions of Fixtures, states of Matches: the types keep a
// result out of its own features.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"

namespace fairline::features {

inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// Decimal prices of one source in the order home, draw, away (home, away where there is no draw);
// kMissing where none is known. Zero cost to copy; checked where it is de-vigged.
using Line = std::array<float, 3>;
inline constexpr Line kNoLine = {kMissing, kMissing, kMissing};

// One side's statistics by position, as the sport numbers them from 1 (sports.statistics):
// position p is element p - 1. kMissing where unknown.
using Statistics = std::array<float, 16>;
inline constexpr Statistics kNoStatistics = [] {
  Statistics all{};
  all.fill(kMissing);
  return all;
}();

struct Fixture {
  MatchId id;
  CompetitionId competition;
  TeamId home;
  TeamId away;
  std::int16_t tier = 1;    // 1 is the top division of the country
  std::int16_t season = 0;  // the year it starts in
  bool neutral = false;     // on neither side's ground
  // Of the tournament that follows the season, knock-out; its draw gives each side a place, 1 the
  // strongest, 0 where there is none.
  bool tournament = false;
  std::int16_t home_seed = 0;
  std::int16_t away_seed = 0;
  Day day;
  // Where it stands among the matches of its day, by what is known of them: ids depend on the order
  // of loading, and with it would the last bits of what a day teaches. Equal places go by id.
  std::int32_t place = 0;
  // Pre-match prices for the match winner.
  Line average = kNoLine;
  Line best = kNoLine;
  Line pinnacle = kNoLine;
};

struct Match : Fixture {
  std::int16_t home_score = 0;
  std::int16_t away_score = 0;
  // By the league, not on the pitch: it counts for the table and says nothing about play.
  bool awarded = false;
  Statistics home_statistics = kNoStatistics;
  Statistics away_statistics = kNoStatistics;
  Line average_closing = kNoLine;
  Line pinnacle_closing = kNoLine;
  Line bookmaker_mean = kNoLine;  // pre-match, over those quoted by name, where no average exists
};

}  // namespace fairline::features
