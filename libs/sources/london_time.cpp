#include "libs/sources/london_time.hpp"

namespace fairline::sources {
namespace {

Day LastSunday(std::chrono::year year, std::chrono::month month) {
  using std::chrono::last;
  using std::chrono::Sunday;
  return Day{year / month / Sunday[last]};
}

}  // namespace

Instant LondonToUtc(Day day, std::chrono::minutes time_of_day) {
  using std::chrono::hours;
  const std::chrono::year year = std::chrono::year_month_day{day}.year();
  const Instant summer_begins = LastSunday(year, std::chrono::March) + hours{1};
  const Instant summer_ends = LastSunday(year, std::chrono::October) + hours{1};
  const Instant as_summer = Instant{day} + time_of_day - hours{1};
  const bool summer = as_summer >= summer_begins && as_summer < summer_ends;
  return summer ? as_summer : as_summer + hours{1};
}

}  // namespace fairline::sources
