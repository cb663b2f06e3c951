#include "services/prediction/app/staking/policy_fields.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::prediction {

std::string PolicyJson(const staking::StakingPolicy& policy) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  ForEachPolicyField(policy, [&](const char* name, const auto& value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) {
      if (std::isinf(value)) {
        json[name] = nullptr;
        return;
      }
    }
    json[name] = value;
  });
  return json.dump();
}

bool SamePolicy(const staking::StakingPolicy& policy, std::string_view text) {
  const auto told = nlohmann::json::parse(text, nullptr, false);
  const auto fields = nlohmann::json::parse(PolicyJson(policy));
  for (const auto& [name, value] : fields.items()) {
    if (!told.is_object() || !told.contains(name) || told[name] != value) return false;
  }
  return true;
}

absl::StatusOr<staking::StakingPolicy> ParsePolicyJson(std::string_view text) {
  staking::StakingPolicy policy;
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    ForEachPolicyField(policy, [&](const char* name, auto& value) {
      using Field = std::decay_t<decltype(value)>;
      const nlohmann::json& kept = json.at(name);
      if constexpr (std::is_same_v<Field, double>) {
        value = kept.is_null() ? std::numeric_limits<double>::infinity() : kept.get<double>();
      } else {
        value = kept.get<Field>();
      }
    });
  } catch (const nlohmann::json::exception& error) {
    return absl::DataLossError(fmt::format("a staking policy: {}", error.what()));
  }
  const absl::Status valid = policy.Validate();
  if (!valid.ok()) {
    return absl::DataLossError(fmt::format("a staking policy: {}", MessageOf(valid)));
  }
  return policy;
}

}  // namespace fairline::prediction
