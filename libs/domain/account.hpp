#pragma once
// What more than one service must know of an account.

#include <cstdint>
#include <optional>
#include <string_view>

namespace fairline::domain {

// Stored and sent as these numbers; never renumber.
enum class Role : std::int16_t { kFree = 0, kPremium = 1, kAdmin = 9 };
// How much of a Kelly stake is bet; the fractions are the staking policy's.
enum class RiskLevel : std::int16_t { kLow = 1, kMedium = 2, kHigh = 3 };

// 0, 1, 9.
[[nodiscard]] std::optional<Role> RoleFromNumber(std::int64_t number);
// "low", "medium", "high".
[[nodiscard]] std::optional<RiskLevel> RiskLevelFromName(std::string_view name);
// Empty for a number that is no level.
[[nodiscard]] std::string_view RiskLevelName(RiskLevel risk);

}  // namespace fairline::domain
