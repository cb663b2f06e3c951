#include "libs/domain/account.hpp"

#include <array>
#include <utility>

namespace fairline::domain {
namespace {

constexpr std::array kRiskLevels = {std::pair{RiskLevel::kLow, std::string_view("low")},
                                    std::pair{RiskLevel::kMedium, std::string_view("medium")},
                                    std::pair{RiskLevel::kHigh, std::string_view("high")}};

}  // namespace

std::optional<Role> RoleFromNumber(std::int64_t number) {
  for (const Role role : {Role::kFree, Role::kPremium, Role::kAdmin}) {
    if (number == static_cast<std::int64_t>(role)) return role;
  }
  return std::nullopt;
}

std::optional<RiskLevel> RiskLevelFromName(std::string_view name) {
  for (const auto& [risk, known] : kRiskLevels) {
    if (known == name) return risk;
  }
  return std::nullopt;
}

std::string_view RiskLevelName(RiskLevel risk) {
  for (const auto& [known, name] : kRiskLevels) {
    if (known == risk) return name;
  }
  return "";
}

}  // namespace fairline::domain
