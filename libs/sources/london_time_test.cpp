#include "libs/sources/london_time.hpp"

#include <catch2/catch.hpp>

namespace fairline::sources {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE("London wall time follows the summer-time rule", "[sources]") {
  CHECK(FormatInstant(LondonToUtc(*ParseDay("2026-01-30"), hours{19} + minutes{45})) ==
        "2026-01-30T19:45:00Z");
  CHECK(FormatInstant(LondonToUtc(*ParseDay("2025-08-16"), hours{12} + minutes{30})) ==
        "2025-08-16T11:30:00Z");
  CHECK(FormatInstant(LondonToUtc(*ParseDay("2025-03-30"), hours{0} + minutes{30})) ==
        "2025-03-30T00:30:00Z");
  CHECK(FormatInstant(LondonToUtc(*ParseDay("2025-03-30"), hours{15})) == "2025-03-30T14:00:00Z");
  CHECK(FormatInstant(LondonToUtc(*ParseDay("2025-10-26"), hours{15})) == "2025-10-26T15:00:00Z");
}

}  // namespace
}  // namespace fairline::sources
