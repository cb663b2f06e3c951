#include <catch2/catch.hpp>

#include "libs/core/clock.hpp"
#include "libs/core/date.hpp"
#include "libs/core/money.hpp"
#include "libs/core/sha256.hpp"

namespace fairline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE("days are printed and read back, and impossible ones refused", "[core][date]") {
  REQUIRE(ParseDay("2026-01-30").ok());
  CHECK(FormatDay(*ParseDay("2026-01-30")) == "2026-01-30");
  CHECK_FALSE(ParseDay("2026-02-30").ok());
  CHECK_FALSE(ParseDay("30/01/2026").ok());
  CHECK_FALSE(ParseDay("2026-1-30").ok());
}

TEST_CASE("instants need a zone and keep their fraction", "[core][date]") {
  CHECK(FormatInstant(*ParseInstant("2026-01-30T09:00:00Z")) == "2026-01-30T09:00:00Z");
  CHECK(FormatInstant(*ParseInstant("2026-01-30T10:00:00.25+01:00")) ==
        "2026-01-30T09:00:00.250000Z");
  CHECK_FALSE(ParseInstant("2026-01-30T09:00:00").ok());
  CHECK_FALSE(ParseInstant("2026-01-30").ok());
}

TEST_CASE("the as-of clock stands where it is put", "[core][clock]") {
  const Instant moment = *ParseInstant("2026-01-30T09:00:00Z");
  CHECK(AsOfClock(moment).Now() == moment);
  CHECK(AsOfClock(std::nullopt).Now() > moment - hours{24 * 365});
}

TEST_CASE("a fraction of money is rounded down", "[core][money]") {
  CHECK(Money{25000}.Fraction(0.15).minor_units == 3750);
  CHECK(Money{999}.Fraction(0.5).minor_units == 499);
  CHECK(Money::FromMajorUnits(37.505, "EUR").value().minor_units == 3751);
  CHECK_FALSE(Money::FromMajorUnits(std::nan(""), "EUR").ok());
}

TEST_CASE("a currency has its own digits, and what is none is not known", "[core][money]") {
  CHECK(FormatMoney({100'000}, "JPY") == "100000");
  CHECK(GroupedMoney({-100'000}, "JPY") == "-100,000");
  CHECK(FormatMoney({1'234'567}, "KWD") == "1234.567");
  CHECK(FormatMoney({-5}, "KWD") == "-0.005");
  CHECK(FormatMoney({12'345}, "CLF") == "1.2345");
  CHECK(FormatMoney({12'345}, "XYZ") == "123.45");
  CHECK(Money::FromMajorUnits(1'000, "JPY").value() == Money{1'000});
  CHECK(Money::FromMajorUnits(1.2345, "KWD").value() == Money{1'235});
  CHECK(Money{1'500}.MajorUnits("JPY") == 1'500.0);
  CHECK(Money{1'500}.MajorUnits("BHD") == 1.5);
  for (const char* code : {"XYZ", "BTC", "eur", "EU", "", "XAU", "XTS", "XXX"}) {
    CAPTURE(code);
    CHECK_FALSE(FindCurrencyDigits(code));
  }
}

TEST_CASE("the table of currencies is in the order of its codes", "[core][money]") {
  const auto currencies = Currencies();
  CHECK(currencies.size() == 166);
  for (std::size_t i = 1; i < currencies.size(); ++i) {
    CHECK(currencies[i - 1].code < currencies[i].code);
  }
}

TEST_CASE("sha256 of the standard's example", "[core][sha256]") {
  CHECK(Sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("money is written with its cents and its sign", "[core][money]") {
  CHECK(FormatMoney({0}, "EUR") == "0.00");
  CHECK(FormatMoney({-5}, "EUR") == "-0.05");
  CHECK(FormatMoney({-12345}, "EUR") == "-123.45");
  CHECK(FormatMoney({std::numeric_limits<std::int64_t>::min()}, "EUR") == "-92233720368547758.08");
  CHECK(GroupedMoney({123456}, "EUR") == "1,234.56");
  CHECK(GroupedMoney({-100'000'000}, "EUR") == "-1,000,000.00");
  CHECK(Thousands(999) == "999");
  CHECK(Thousands(-999) == "-999");
  CHECK(Thousands(-1000) == "-1,000");
  CHECK(Thousands(1234567) == "1,234,567");
}

}  // namespace
}  // namespace fairline
