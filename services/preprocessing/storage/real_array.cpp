#include "services/preprocessing/storage/real_array.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace fairline::preprocessing {
namespace {

absl::Status Malformed() { return absl::InternalError("a malformed real[] from the database"); }

}  // namespace

void PrintRealArray(std::span<const float> values, std::string& text) {
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

absl::StatusOr<std::size_t> ParseRealArray(std::string_view text, std::span<float> values) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return Malformed();
  text = text.substr(1, text.size() - 2);
  std::size_t count = 0;
  while (!text.empty()) {
    const std::string_view element = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), element.size() + 1));
    if (count == values.size()) return Malformed();
    float& value = values[count++];
    if (element == "NULL" || element == "NaN") {
      value = std::numeric_limits<float>::quiet_NaN();
      continue;
    }
    const auto [end, error] =
        std::from_chars(element.data(), element.data() + element.size(), value);
    if (error != std::errc() || end != element.data() + element.size()) return Malformed();
  }
  return count;
}

}  // namespace fairline::preprocessing
