#pragma once
// What can be bet on, in both sports. Numbers are stored in the database and sent over gRPC:
// never renumber (protos/fairline/sports/v1/sports.proto has the same).

#include <cstdint>

namespace fairline::domain {

enum class Market : std::int16_t {
  kMatchResult = 1,    // 1x2: home, draw, away
  kMoneyline = 2,      // two outcomes: home, away
  kTotal = 3,          // over, under a line of goals or points
  kAsianHandicap = 4,  // home, away with a handicap given to the home side
  kBothToScore = 5,    // yes, no
  kDoubleChance = 6,   // home or draw, home or away, draw or away
  kDrawNoBet = 7,      // home, away; the stake is returned on a draw
  kHomeTotal = 8,      // over, under a line of the home side's goals
  kAwayTotal = 9,      // over, under a line of the away side's goals
};

enum class Outcome : std::int16_t {
  kHome = 1,
  kDraw = 2,
  kAway = 3,
  kOver = 4,
  kUnder = 5,
  kYes = 6,
  kNo = 7,
  kHomeOrDraw = 8,
  kHomeOrAway = 9,
  kDrawOrAway = 10,
};

// When a price was taken: days before the match, or the last before it began. The exact moment of
// historical odds is not known and never invented.
enum class Phase : std::int16_t { kPreMatch = 1, kClosing = 2 };

enum class MatchState : std::int16_t {
  kScheduled = 1,
  kPostponed = 2,
  kAbandoned = 3,
  kFinished = 4,
  kAwarded = 5,
  kCorrected = 6,  // finished, and its result was changed later
};

}  // namespace fairline::domain
