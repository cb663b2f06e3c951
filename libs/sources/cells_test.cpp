#include "libs/sources/cells.hpp"

#include <catch2/catch.hpp>

namespace fairline::sources {
namespace {

using namespace std::chrono;

TEST_CASE("a decimal is digits with at most one point", "[sources][cells]") {
  CHECK(ReadDecimal("2.75") == 2.75);
  CHECK(ReadDecimal("-0.25") == -0.25);
  CHECK(ReadDecimal("+0.5") == 0.5);
  CHECK(ReadDecimal("4.") == 4.0);
  for (const auto* bad :
       {"", ".", "-", "#", "x", "3.53.75", "1e3", "1,5", "nan", "99999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(ReadDecimal(bad).has_value());
  }
}

TEST_CASE("a count may be written with a zero fraction", "[sources][cells]") {
  CHECK(ReadCount("2.0", 40) == 2);
  CHECK(ReadCount("0", 40) == 0);
  CHECK_FALSE(ReadCount("2.5", 40).has_value());
  CHECK_FALSE(ReadCount("-1", 40).has_value());
  CHECK_FALSE(ReadCount("41", 40).has_value());
}

TEST_CASE("dates are British, padded or not, with two or four digits of year", "[sources][cells]") {
  CHECK(ReadBritishDate("14/08/93") == Day{1993y / August / 14});
  CHECK(ReadBritishDate("30/01/2026") == Day{2026y / January / 30});
  CHECK(ReadBritishDate("3/11/2020") == Day{2020y / November / 3});
  CHECK(ReadBritishDate("29/02/2024") == Day{2024y / February / 29});
  for (const auto* bad : {"", "29/02/2023", "31/04/20", "2026-01-30", "10/08/2025 15:00", "1/2/202",
                          "01/13/2020", "aa/bb/cc", "1//20"}) {
    INFO(bad);
    CHECK_FALSE(ReadBritishDate(bad).has_value());
  }
}

TEST_CASE("times of day may carry seconds and must exist", "[sources][cells]") {
  CHECK(ReadTimeOfDay("19:45") == minutes{19 * 60 + 45});
  CHECK(ReadTimeOfDay("15:00:00") == minutes{15 * 60});
  CHECK(ReadTimeOfDay("9:05") == minutes{9 * 60 + 5});
  for (const auto* bad : {"", "24:00", "12:60", "1945", "12:3", "12:30:99", "12:30 pm"}) {
    INFO(bad);
    CHECK_FALSE(ReadTimeOfDay(bad).has_value());
  }
}

TEST_CASE("handicaps are quarters, or two neighbouring halves", "[sources][cells]") {
  CHECK(ReadHandicapQuarters("-0.75") == -3);
  CHECK(ReadHandicapQuarters("0") == 0);
  CHECK(ReadHandicapQuarters("-1,-1.5") == -5);
  CHECK(ReadHandicapQuarters("+0.5,+1") == 3);
  for (const auto* bad : {"-1.2", "1.88", "-225", "12.5", "0,-1", "", "x"}) {
    INFO(bad);
    CHECK_FALSE(ReadHandicapQuarters(bad).has_value());
  }
}

}  // namespace
}  // namespace fairline::sources
