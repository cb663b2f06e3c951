#pragma once
// PostgreSQL's text form of one-dimensional arrays of numbers and dates: "{1,2,NULL}".

#include <charconv>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

namespace fairline::storage {

// Throws std::runtime_error when `text` is not wholly a number.
template <typename T>
[[nodiscard]] T ParseNumber(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw std::runtime_error(fmt::format("not a number: {}", text));
  }
  return value;
}

// Calls `take` with each element's text, "NULL" included.
template <typename Take>
void ForEachElement(std::string_view array, const Take& take) {
  if (array.size() < 2 || array.front() != '{' || array.back() != '}') {
    throw std::runtime_error("not an array");
  }
  array = array.substr(1, array.size() - 2);
  while (!array.empty()) {
    const std::size_t comma = array.find(',');
    take(array.substr(0, comma));
    array = comma == std::string_view::npos ? std::string_view() : array.substr(comma + 1);
  }
}

// Appends the elements to `values`; NULL becomes NaN and is an error for integers.
template <typename T>
void ParseArray(std::string_view array, std::vector<T>& values) {
  ForEachElement(array, [&](std::string_view element) {
    if constexpr (std::is_floating_point_v<T>) {
      if (element == "NULL") {
        values.push_back(std::numeric_limits<T>::quiet_NaN());
        return;
      }
    }
    values.push_back(ParseNumber<T>(element));
  });
}

// Numbers keep every bit.
template <typename Range>
[[nodiscard]] std::string FormatArray(const Range& values) {
  return fmt::format("{{{}}}", fmt::join(values, ","));
}

}  // namespace fairline::storage
