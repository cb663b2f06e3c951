#include "services/ingest/storage/array_text.hpp"

#include <array>
#include <charconv>

namespace fairline::ingest {

std::string ShortText(float value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

void ArrayText::Add(std::int64_t value) {
  Separate();
  text_ += std::to_string(value);
}

void ArrayText::Add(float value) {
  Separate();
  text_ += ShortText(value);
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

}  // namespace fairline::ingest
