#pragma once
// PostgreSQL's text form of one-dimensional arrays: many rows as one parameter each column,
// unnest($1::bigint[], $2::text[], ...), and series of numbers as one value.

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "libs/core/status.hpp"

namespace fairline::storage {

// Written element by element; texts are quoted.
class ArrayText {
 public:
  void Add(std::int64_t value);
  void Add(int value) { Add(static_cast<std::int64_t>(value)); }
  void Add(bool value);
  void Add(float value);   // shortest text that reads back the same
  void Add(double value);  // likewise
  void Add(std::string_view value);
  void Add(const std::string& value) { Add(std::string_view(value)); }
  void AddNull();
  template <typename T>
  void Add(const std::optional<T>& value) {
    if (value) {
      Add(*value);
    } else {
      AddNull();
    }
  }

  // "{1,2,NULL}"
  [[nodiscard]] std::string Text() const { return text_ + '}'; }
  [[nodiscard]] bool empty() const { return text_.size() == 1; }

 private:
  void Separate() {
    if (!empty()) text_ += ',';
  }
  std::string text_ = "{";
};

// One array of what `element` says of each value.
template <typename Values, typename Element>
[[nodiscard]] std::string ArrayOf(const Values& values, const Element& element) {
  ArrayText array;
  for (const auto& value : values) array.Add(element(value));
  return array.Text();
}

// Shortest decimal text of `value` that reads back the same.
[[nodiscard]] std::string ShortText(float value);

// Numbers keep every bit.
template <typename Range>
[[nodiscard]] std::string FormatArray(const Range& values) {
  return fmt::format("{{{}}}", fmt::join(values, ","));
}
// The same of real[] for rows by the hundred thousand: replaces `text`; a NaN is written NaN.
void FormatArray(std::span<const float> values, std::string& text);

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

// Calls `take` with each element's text, "NULL" included. Throws std::runtime_error.
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

// Appends the elements to `values`; NULL becomes NaN and is an error for integers. Throws
// std::runtime_error.
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
// Reads real[] into `values`; NULL becomes NaN and positions without an element stay as they are.
// Returns how many elements there were. Internal when it is none, or longer than `values`.
[[nodiscard]] absl::StatusOr<std::size_t> ParseArray(std::string_view array,
                                                     std::span<float> values);

}  // namespace fairline::storage
