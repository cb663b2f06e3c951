#include "libs/csv/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fairline::csv {
namespace {

// Unicode code points of the Windows-1252 bytes 0x80..0x9F; 0xFFFD where undefined.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

constexpr std::uint16_t kReplacement = 0xFFFD;

bool IsContinuation(std::string_view bytes, std::size_t at) {
  return at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xC0U) == 0x80U;
}

// Length of the well-formed sequence at `at`, 0 when there is none.
std::size_t SequenceLength(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !IsContinuation(bytes, at + 1)) return 0;
  if (lead < 0xE0) return 2;
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  if (!IsContinuation(bytes, at + 2)) return 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  const bool overlong = lead == 0xF0 && second < 0x90;
  const bool too_large = lead == 0xF4 && second >= 0x90;
  return overlong || too_large || !IsContinuation(bytes, at + 3) ? 0 : 4;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

void AppendCodePoint(std::uint16_t code, std::string& out) {
  if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
  } else {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
  }
  out += static_cast<char>(0x80U | (code & 0x3FU));
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    // Eight ASCII bytes at a time: nearly all of every file.
    std::uint64_t word = 0;
    if (at + sizeof(word) <= bytes.size()) {
      std::memcpy(&word, bytes.data() + at, sizeof(word));
      if ((word & 0x8080808080808080ULL) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    const std::size_t length = SequenceLength(bytes, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string_view ToUtf8(std::string_view bytes, std::string& storage) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  if (IsUtf8(bytes) && bytes.find('\0') == std::string_view::npos) return bytes;
  storage.clear();
  storage.reserve(bytes.size() + bytes.size() / 16);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = SequenceLength(bytes, at);
    if (length > 0 && bytes[at] != '\0') {
      storage.append(bytes.substr(at, length));
      at += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes[at]);
    AppendCodePoint(byte == 0     ? kReplacement
                    : byte < 0xA0 ? kWindows1252[byte - 0x80U]
                                  : byte,
                    storage);
    ++at;
  }
  return storage;
}

std::string_view TrimBlanks(std::string_view text) {
  while (true) {
    if (!text.empty() && IsBlank(text.front())) {
      text.remove_prefix(1);
    } else if (!text.empty() && IsBlank(text.back())) {
      text.remove_suffix(1);
    } else if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(kNoBreakSpace.size());
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(kNoBreakSpace.size());
    } else {
      return text;
    }
  }
}

}  // namespace fairline::csv
