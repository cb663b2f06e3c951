#include "tools/fairline/context.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

namespace fairline::cli {

void PrintJson(const nlohmann::json& value) {
  // A path that is printed may be any bytes.
  fmt::print("{}\n", value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string Text(const nlohmann::json& object, const std::string& field) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

double Number(const nlohmann::json& object, const std::string& field) {
  const auto found = object.find(field);
  if (found == object.end()) return 0;
  if (found->is_number()) return found->get<double>();
  return std::strtod(Text(object, field).c_str(), nullptr);
}

std::int64_t Integer(const nlohmann::json& object, const std::string& field) {
  const std::string text = Text(object, field);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string EnumText(const nlohmann::json& object, const std::string& field,
                     const std::string& prefix) {
  std::string text = Text(object, field);
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return text;
}

std::string UpperCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

absl::StatusOr<std::string> CurrencyOf(Context& context) {
  ASSIGN_OR_RETURN(const nlohmann::json answer, context.api.Get("/v1/account"));
  return Text(answer.value("account", nlohmann::json::object()), "currency");
}

absl::StatusOr<Money> ExactMoney(const std::string& field, double major,
                                 std::string_view currency) {
  const auto amount = Money::FromMajorUnits(major, currency);
  if (!amount.ok()) return InvalidField(field, "is not an amount of money");
  if (std::abs(amount->MajorUnits(currency) - major) > 1e-6) {
    constexpr std::array kWords = {"zero", "one", "two", "three", "four"};
    const int digits = CurrencyDigits(currency);
    if (digits == 0) return InvalidField(field, fmt::format("must be whole {}", currency));
    return InvalidField(field, fmt::format("must have at most {} decimals",
                                           kWords.at(static_cast<std::size_t>(digits))));
  }
  return *amount;
}

absl::Status WithHint(const absl::Status& status, std::string_view hint) {
  return absl::Status(status.code(), fmt::format("{}; {}", MessageOf(status), hint));
}

absl::StatusOr<nlohmann::json> PostOnce(Context& context, const std::string& path,
                                        const nlohmann::json& body) {
  constexpr int kAttempts = 4;
  for (int attempt = 1;; ++attempt) {
    auto answer = context.api.Post(path, body);
    if (attempt == kAttempts || !absl::IsUnavailable(answer.status())) return answer;
    std::this_thread::sleep_for(std::chrono::seconds(attempt));
  }
}

}  // namespace fairline::cli
