#include "libs/csv/cells.hpp"

#include <catch2/catch.hpp>

namespace fairline::csv {
namespace {

using namespace std::chrono;

TEST_CASE("a decimal is digits with at most one point", "[csv][cells]") {
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

TEST_CASE("a count may be written with a zero fraction", "[csv][cells]") {
  CHECK(ReadCount("2.0", 40) == 2);
  CHECK(ReadCount("0", 40) == 0);
  CHECK_FALSE(ReadCount("2.5", 40).has_value());
  CHECK_FALSE(ReadCount("-1", 40).has_value());
  CHECK_FALSE(ReadCount("41", 40).has_value());
}

TEST_CASE("dates are British, padded or not, with two or four digits of year", "[csv][cells]") {
  CHECK(ReadBritishDate("14/08/93") == Day{1993y / August / 14});
  CHECK(ReadBritishDate("30/01/2026") == Day{2026y / January / 30});
  CHECK(ReadBritishDate("3/11/2020") == Day{2020y / November / 3});
  CHECK(ReadBritishDate("29/02/2024") == Day{2024y / February / 29});
  for (const auto* saved :
       {"15/08/2025 00:00:00", "15/08/2025 12:00:00 AM", "2025-08-15", "2025-08-15 00:00:00",
        "2025/08/15", "15.08.2025", "15.8.25", "15-08-2025 0:00"}) {
    INFO(saved);
    CHECK(ReadBritishDate(saved) == Day{2025y / August / 15});
  }
  for (const auto* bad :
       {"", "29/02/2023", "31/04/20", "2026-13-01", "2025-08-15 15:00", "15/08-2025",
        "10/08/2025 15:00", "1/2/202", "01/13/2020", "aa/bb/cc", "1//20"}) {
    INFO(bad);
    CHECK_FALSE(ReadBritishDate(bad).has_value());
  }
}

TEST_CASE("times of day may carry seconds and must exist", "[csv][cells]") {
  CHECK(ReadTimeOfDay("19:45") == minutes{19 * 60 + 45});
  CHECK(ReadTimeOfDay("15:00:00") == minutes{15 * 60});
  CHECK(ReadTimeOfDay("9:05") == minutes{9 * 60 + 5});
  for (const auto* bad : {"", "24:00", "12:60", "1945", "12:3", "12:30:99", "12:30 pm"}) {
    INFO(bad);
    CHECK_FALSE(ReadTimeOfDay(bad).has_value());
  }
}

TEST_CASE("people write numbers with a point or a comma, and no thousands", "[csv][cells]") {
  const auto number = [](std::string_view cell, char separator) {
    const auto read = ReadNumber(cell, separator);
    return read.ok() ? *read : MessageOf(read.status());
  };
  for (const char separator : {',', ';', '\t'}) {
    CHECK(number("1.55", separator) == "1.55");
    CHECK(number("1,55", separator) == "1.55");
    CHECK(number("-0,75", separator) == "-0.75");
    CHECK(number("+5", separator) == "5");
    CHECK(number("0,125", separator) == "0.125");
    CHECK(number("0.125", separator) == "0.125");
    CHECK(number("1234,125", separator) == "1234.125");
    CHECK(number(".5", separator) == ".5");
    for (const auto* bad :
         {"", ".", "-", "x", "1.234,50", "1,234.50", "1 234", "1e3", "nan", "1'234", "--1", "5%",
          "\xE2\x82\xAC"
          "5"}) {
      CAPTURE(bad);
      CHECK(number(bad, separator) == "is not a number");
    }
  }
  CHECK(number("1.952", ',') == "1.952");
  CHECK(number("1,952", ';') == "1.952");
  CHECK(number("1,500", ',') == "may be thousands or decimals: it is not a number");
  CHECK(number("1.500", ';') == "may be thousands or decimals: it is not a number");
}

TEST_CASE("people write days as spreadsheets do, where only one can be meant", "[csv][cells]") {
  const Day day{2026y / January / 31};
  for (const auto* text : {"2026-01-31", "2026-01-31 00:00:00", "2026-01-31T00:00:00", "2026/01/31",
                           "31.01.2026", "31/01/2026", "1/31/2026", "31/1/2026 0:00"}) {
    CAPTURE(text);
    const auto read = ReadDay(text);
    REQUIRE(read.ok());
    CHECK(*read == day);
  }
  CHECK(*ReadDay("5/5/2026") == Day{2026y / May / 5});
  CHECK(*ReadDay("05.06.2026") == Day{2026y / June / 5});
  CHECK(MessageOf(ReadDay("05/06/2026").status()) == "may be two days: it is not a day");
  for (const auto* bad : {"", "31/01/26", "46053", "31-01-2026", "2026-01-31 15:00", "32/01/2026",
                          "31/13/2026", "2026-02-30", "31.02.2026"}) {
    CAPTURE(bad);
    CHECK(MessageOf(ReadDay(bad).status()) == "is not a day");
  }
}

}  // namespace
}  // namespace fairline::csv
