#include "libs/storage/array.hpp"

#include <array>
#include <cmath>

namespace fairline::storage {
namespace {

template <typename T>
std::string Shortest(T value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

}  // namespace

std::string ShortText(float value) { return Shortest(value); }

void ArrayText::Add(std::int64_t value) {
  Separate();
  text_ += std::to_string(value);
}

void ArrayText::Add(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void ArrayText::Add(float value) {
  Separate();
  text_ += Shortest(value);
}

void ArrayText::Add(double value) {
  Separate();
  text_ += Shortest(value);
}

void ArrayText::Add(std::string_view value) {
  Separate();
  text_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void ArrayText::AddNull() {
  Separate();
  text_ += "NULL";
}

void FormatArray(std::span<const float> values, std::string& text) {
  constexpr std::size_t kLongestElement = 16;  // "-1.17549435e-38,"
  text.resize(2 + values.size() * kLongestElement);
  char* next = text.data();
  char* const end = next + text.size();
  *next++ = '{';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) *next++ = ',';
    if (std::isnan(values[i])) {
      *next++ = 'N';
      *next++ = 'a';
      *next++ = 'N';
    } else {
      next = std::to_chars(next, end, values[i]).ptr;
    }
  }
  *next++ = '}';
  text.resize(static_cast<std::size_t>(next - text.data()));
}

absl::StatusOr<std::size_t> ParseArray(std::string_view array, std::span<float> values) {
  std::size_t count = 0;
  try {
    ForEachElement(array, [&](std::string_view element) {
      if (count == values.size()) throw std::runtime_error("too long an array");
      values[count++] = element == "NULL" || element == "NaN"
                            ? std::numeric_limits<float>::quiet_NaN()
                            : ParseNumber<float>(element);
    });
  } catch (const std::runtime_error&) {
    return absl::InternalError("a malformed real[] from the database");
  }
  return count;
}

}  // namespace fairline::storage
