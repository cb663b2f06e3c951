#pragma once
// What every command gets.

#include <filesystem>

#include <nlohmann/json.hpp>

#include "libs/core/money.hpp"
#include "tools/fairline/api_client.hpp"

namespace fairline::cli {

struct Context {
  ApiClient& api;
  bool json = false;  // print the answers as they are
  // The state directory of the installation that is asked; empty where only its address is known.
  std::filesystem::path state_dir = {};
};

// Prints `value` indented.
void PrintJson(const nlohmann::json& value);

// Readers of proto JSON: int64 is a string there, and a field may be absent.
[[nodiscard]] std::string Text(const nlohmann::json& object, const std::string& field);
[[nodiscard]] double Number(const nlohmann::json& object, const std::string& field);
[[nodiscard]] std::int64_t Integer(const nlohmann::json& object, const std::string& field);
// "RUN_STATE_SUCCEEDED" without its prefix "RUN_STATE_", in lower case.
[[nodiscard]] std::string EnumText(const nlohmann::json& object, const std::string& field,
                                   const std::string& prefix);
// ASCII letters; "low" -> "LOW", as enums are named in requests.
[[nodiscard]] std::string UpperCase(std::string text);
// The code of the signed-in account's currency, by which amounts are read and written.
[[nodiscard]] absl::StatusOr<std::string> CurrencyOf(Context& context);
// An amount that was typed in units of `currency`. InvalidArgument names `field` for a decimal more
// than the currency has: nobody stakes what he did not type.
[[nodiscard]] absl::StatusOr<Money> ExactMoney(const std::string& field, double major,
                                               std::string_view currency);
// The same status, its message followed by what to do next.
[[nodiscard]] absl::Status WithHint(const absl::Status& status, std::string_view hint);
// Posts a request that has an id, again when the service could not be reached or did not answer.
[[nodiscard]] absl::StatusOr<nlohmann::json> PostOnce(Context& context, const std::string& path,
                                                      const nlohmann::json& body);

}  // namespace fairline::cli
