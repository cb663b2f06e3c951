#pragma once
// Text of unknown encoding to UTF-8, and the blanks around it.

#include <string>
#include <string_view>

namespace fairline::csv {

// True when `bytes` is well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool IsUtf8(std::string_view bytes);

// `bytes` without a UTF-8 byte-order mark; if not well-formed, every byte that is not part of a
// well-formed sequence is read as Windows-1252. Its five undefined bytes become U+FFFD, and so do
// zero bytes, which no database takes as text. The result views `bytes` when nothing had to
// change, else `storage`.
[[nodiscard]] std::string_view ToUtf8(std::string_view bytes, std::string& storage);

inline constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// `text` without spaces, tabs, carriage returns and no-break spaces at either end.
[[nodiscard]] std::string_view TrimBlanks(std::string_view text);

}  // namespace fairline::csv
