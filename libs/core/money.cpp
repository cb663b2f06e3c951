#include "libs/core/money.hpp"

#include <fmt/format.h>

namespace fairline {
namespace {

std::string Signed(Money amount, const std::string& major) {
  return fmt::format("{}{}.{:02}", amount.minor_units < 0 ? "-" : "", major,
                     std::abs(amount.minor_units % 100));
}

}  // namespace

std::string FormatMoney(Money amount) {
  return Signed(amount, std::to_string(std::abs(amount.minor_units / 100)));
}

std::string GroupedMoney(Money amount) {
  return Signed(amount, Thousands(std::abs(amount.minor_units / 100)));
}

std::string Thousands(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

}  // namespace fairline
