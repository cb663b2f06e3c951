#include "libs/domain/account.hpp"

#include <catch2/catch.hpp>

namespace fairline::domain {
namespace {

TEST_CASE("roles and risk levels are nothing but the known ones", "[domain][account]") {
  for (std::int64_t number = -1; number <= 65'536 + 9; ++number) {
    const auto role = RoleFromNumber(number);
    REQUIRE(role.has_value() == (number == 0 || number == 1 || number == 9));
    if (role) CHECK(static_cast<std::int64_t>(*role) == number);
  }
  for (int number = -1; number <= 5; ++number) {
    const auto risk = static_cast<RiskLevel>(number);
    const std::string_view name = RiskLevelName(risk);
    CHECK(name.empty() == (number < 1 || number > 3));
    if (!name.empty()) CHECK(RiskLevelFromName(name) == risk);
  }
  for (const char* name : {"", "Low", "low ", "none"}) CHECK(!RiskLevelFromName(name));
}

}  // namespace
}  // namespace fairline::domain
