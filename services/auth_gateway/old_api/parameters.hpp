#pragma once
// What a client of the old API sent: in the query, in a form, or as a JSON object, whichever it
// used. Unknown names are ignored, as FastAPI did.

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "services/auth_gateway/http/exchange.hpp"
#include "services/auth_gateway/peers/signed_in.hpp"

namespace fairline::auth_gateway {

class OldParameters {
 public:
  // InvalidArgument ("body: ...") when the body is not what its type says.
  [[nodiscard]] static absl::StatusOr<OldParameters> Read(const Exchange& exchange);

  // Required; InvalidArgument names it when absent or not a text.
  [[nodiscard]] absl::StatusOr<std::string> Text(const std::string& name) const;
  // null counts as absent.
  [[nodiscard]] absl::StatusOr<std::optional<std::string>> OptionalText(
      const std::string& name) const;
  // A numeric text is a number too.
  [[nodiscard]] absl::StatusOr<std::optional<double>> OptionalNumber(const std::string& name) const;
  // Money in units of `currency`; a numeric text is a number too.
  [[nodiscard]] absl::StatusOr<std::optional<Money>> OptionalMoney(const std::string& name,
                                                                   std::string_view currency) const;
  // low, medium or high.
  [[nodiscard]] absl::StatusOr<std::optional<RiskLevel>> OptionalRisk(
      const std::string& name) const;
  // 0, 1 or 9; a numeric text is accepted.
  [[nodiscard]] absl::StatusOr<std::optional<Role>> OptionalRole(const std::string& name) const;

 private:
  [[nodiscard]] const nlohmann::json* Find(const std::string& name) const;
  std::map<std::string, nlohmann::json> values_;
};

// Present, or "<name>: is required".
template <typename Value>
[[nodiscard]] absl::StatusOr<Value> Required(const std::string& name,
                                             absl::StatusOr<std::optional<Value>> value) {
  RETURN_IF_ERROR(value.status());
  if (!*value) return InvalidField(name, "is required");
  return **std::move(value);
}

}  // namespace fairline::auth_gateway
