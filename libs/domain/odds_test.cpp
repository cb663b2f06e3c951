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
