#pragma once

#include <chrono>

#include "libs/core/date.hpp"

namespace fairline::sources {

// The moment of a wall-clock reading in London (football-data's times), by the EU summer-time
// rule in force since 1996 (last Sunday of March to last Sunday of October, switching at 01:00
// UTC). The hour that occurs twice is read as summer time.
[[nodiscard]] Instant LondonToUtc(Day day, std::chrono::minutes time_of_day);

}  // namespace fairline::sources
