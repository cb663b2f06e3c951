#include "services/auth_gateway/peers/signed_in.hpp"

namespace fairline::auth_gateway {

std::optional<Role> RoleFromNumber(std::int64_t number) {
  for (const Role role : {Role::kFree, Role::kPremium, Role::kAdmin}) {
    if (number == static_cast<std::int64_t>(role)) return role;
  }
  return std::nullopt;
}

std::optional<Risk> RiskFromName(std::string_view name) {
  for (const Risk risk : {Risk::kLow, Risk::kMedium, Risk::kHigh}) {
    if (name == RiskName(risk)) return risk;
  }
  return std::nullopt;
}

std::string_view RiskName(Risk risk) {
  switch (risk) {
    case Risk::kLow:
      return "low";
    case Risk::kMedium:
      return "medium";
    case Risk::kHigh:
      return "high";
  }
  return "low";
}

}  // namespace fairline::auth_gateway
