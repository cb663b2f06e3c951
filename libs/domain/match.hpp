#pragma once
// Where a match stands, and when its prices were taken. Numbers are stored in the database and sent
// over gRPC: never renumber (protos/fairline/sports/v1/sports.proto has the same).

#include <cstdint>

namespace fairline::domain {

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
