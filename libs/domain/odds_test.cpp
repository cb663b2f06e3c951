#include "libs/domain/odds.hpp"

#include <limits>

#include "libs/testing/odds.hpp"

namespace fairline::domain {
namespace {

using testing::Prices;
using testing::Probabilities;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("odds at or under 1 and what is no number are refused by name", "[domain][odds]") {
  CHECK(DecimalOdds::Make(2.4)->value() == 2.4);
  for (const double bad : {1.0, 0.0, -3.0, kNan, kInfinity}) {
    const auto odds = DecimalOdds::Make(bad, "price_1");
    REQUIRE_FALSE(odds.ok());
    CHECK(odds.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(odds.status().message().find("price_1") != absl::string_view::npos);
  }
}

TEST_CASE("probabilities outside 0 to 1 are refused", "[domain][odds]") {
  CHECK(Probability::Make(0.0).ok());
  CHECK(Probability::Make(1.0).ok());
  for (const double bad : {-1e-9, 1.0 + 1e-9, kNan, kInfinity}) {
    CHECK_FALSE(Probability::Make(bad).ok());
  }
}

TEST_CASE("overround is the sum of inverse odds above 1", "[domain][odds]") {
  CHECK(Overround(Prices({1.9, 1.9})) == Approx(2 / 1.9 - 1));
  CHECK(Overround(Prices({4.0, 4.0, 4.0})) == Approx(-.25));
}

TEST_CASE("a stored price is what the bookmaker printed, not what a 4-byte real makes of it",
          "[domain][odds]") {
  for (int hundredths = 101; hundredths <= 100'000; ++hundredths) {
    const auto odds = PrintedOdds(static_cast<float>(hundredths / 100.0));
    if (!odds.ok() || odds->value() != hundredths / 100.0) FAIL(hundredths);
  }
  CHECK_FALSE(PrintedOdds(1.0F).ok());
  CHECK_FALSE(PrintedOdds(std::numeric_limits<float>::quiet_NaN()).ok());
  CHECK_FALSE(PrintedOdds(std::numeric_limits<float>::infinity()).ok());
}

TEST_CASE("odds that are quotients are rounded to millionths", "[domain][odds]") {
  CHECK(*OddsInMillionths(1.9523809523809523) == 1'952'381);
  CHECK(RoundedOdds(1.9523809523809523)->value() == 1.952381);
  CHECK(*OddsInMillionths(1000.0) == 1'000'000'000);
  CHECK(*OddsInMillionths(1000.0000001) == 1'000'000'000);
  for (const double bad : {1.0, 1.0000001, 1000.1, 0.0, -105.0, kNan, kInfinity}) {
    const auto odds = OddsInMillionths(bad, "price");
    REQUIRE_FALSE(odds.ok());
    CHECK(ViolationsOf(odds.status()).front().field == "price");
  }
}

TEST_CASE("odds are read as decimal, American and fractional ones", "[domain][odds]") {
  for (const auto& [text, value] : {std::pair<const char*, double>{"1.95", 1.95},
                                    {" 2 ", 2.0},
                                    {"+120", 2.2},
                                    {"+150", 2.5},
                                    {"+100", 2.0},
                                    {"-100", 2.0},
                                    {"-105", 1.952381},
                                    {"-110", 1.909091},
                                    {"-112.5", 1.888889},
                                    {"20/21", 1.952381},
                                    {"1/2", 1.5},
                                    {"9 / 4", 3.25},
                                    {"6.5/1", 7.5}}) {
    const auto odds = ParseOdds(text);
    INFO(text << ": " << odds.status());
    REQUIRE(odds.ok());
    CHECK(odds->value() == value);
  }
}

TEST_CASE("what is no odds in any notation is quoted and refused", "[domain][odds]") {
  for (const char* text :
       {"",   "evens", "1,95", "+1.5", "-50", "--105", "+-105", "1/0", "0/1",       "1/",
        "/2", "1/2/3", "-1/2", "0x2",  "1e3", "1e1",   "nan",   "1.0", "1.0000001", "."}) {
    const auto odds = ParseOdds(text, "match");
    INFO(text);
    REQUIRE_FALSE(odds.ok());
    CHECK(ViolationsOf(odds.status()).front().field == "match");
  }
}

TEST_CASE("sums that no book would offer are refused with the sum", "[domain][odds]") {
  CHECK(CheckBook(Prices({1.9, 1.9})).ok());
  CHECK(CheckBook(Prices({2.2, 2.2})).ok());
  CHECK(CheckBook(Prices({3.2, 3.9, 4.4})).ok());
  CHECK(CheckBook(Prices({4.0, 4.0})).ok());
  CHECK(CheckBook(Prices({1.01, 1.01})).ok());
  const absl::Status american = CheckBook(Prices({120.0, 150.0}), "odds");
  CHECK(american.message().find("1.5 %") != absl::string_view::npos);
  CHECK_FALSE(CheckBook(Prices({12.0, 15.0, 13.0})).ok());
  CHECK_FALSE(CheckBook(Prices({1.2, 1.2, 1.2})).ok());
}

TEST_CASE("fair odds are the inverse probability, and none exist at the ends", "[domain][odds]") {
  CHECK(FairOdds(*Probability::Make(.25))->value() == 4.0);
  CHECK_FALSE(FairOdds(*Probability::Make(0.0)).has_value());
  CHECK_FALSE(FairOdds(*Probability::Make(1.0)).has_value());
}

TEST_CASE("a forecast has two outcomes or more and sums to 1", "[domain][odds]") {
  CHECK(CheckCompleteEvent(Probabilities({.2, .3, .5})).ok());
  CHECK_FALSE(CheckCompleteEvent(Probabilities({.2, .3, .4})).ok());
  CHECK_FALSE(CheckCompleteEvent(Probabilities({1.0})).ok());
}

}  // namespace
}  // namespace fairline::domain
