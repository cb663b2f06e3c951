#pragma once
// Text as people write it, compared as people mean it: normal forms, and folding for a search.
// By ICU's tables (docs/adr/0017). Pure and thread-safe. What is not well-formed UTF-8 has no
// characters: it is returned as it is, and counted by bytes.

#include <cstddef>
#include <string>
#include <string_view>

namespace fairline::text {

// Normalization Form C (UAX 15): "e" and a combining accent become "é". Keyboards send one, file
// names of macOS the other.
[[nodiscard]] std::string Nfc(std::string_view text);

// For finding a name: without case, accents and other marks, letters of their own ("ø", "ł", "ß",
// "ı") and typographic dashes and quotes as ASCII where Unicode's Latin-ASCII has them, blanks
// trimmed and runs of them one space. " TURKEY  SÜPER LİG" is "turkey super lig". Punctuation
// stays. Not for showing, and two different names may fold to one.
[[nodiscard]] std::string FoldForSearch(std::string_view text);

// A password or passphrase as it is compared (RFC 8265, OpaqueString): every kind of space is
// U+0020, then Form C. Case and blanks at the ends count.
[[nodiscard]] std::string OpaqueString(std::string_view text);

// Characters of `text`: code points of its Form C, as NIST SP 800-63B counts a password's.
[[nodiscard]] std::size_t CountCharacters(std::string_view text);

// Which kinds of characters there are in a text, of any script.
struct CharacterKinds {
  bool upper_case = false;
  bool lower_case = false;
  bool digit = false;
  bool control = false;  // NUL, tab, line end, ...
};
[[nodiscard]] CharacterKinds KindsOf(std::string_view text);

}  // namespace fairline::text
