#pragma once
// Names reduced to what tells them apart, and how alike two of them are. Pure and thread-safe.

#include <string>
#include <string_view>

namespace fairline::names {

// The same for all spellings of one name that differ in case, accents, Unicode composition, blanks
// and punctuation: "Breda  Oost" and "BREDA OOST", "King’s Lynn" and "King's Lynn", "St. Pauli" and
// "St Pauli". Empty when nothing but punctuation is left.
[[nodiscard]] std::string Key(std::string_view name);

// Key without the words that clubs have in common ("FC", "1.", "04", "SV"), and with the common
// abbreviations written out ("Utd" is "united"). Key's own value when nothing else would be left.
[[nodiscard]] std::string LooseKey(std::string_view name);

// 1 for names of one Key, 0 for nothing in common. From 0.85 upwards one reads them as spellings of
// one name; other clubs' names can be as alike ("Hearts", "Kelty Hearts"), so it is evidence and no
// decision. The larger of: the letters in common, in their order (2 * common / sum of lengths); and
// 0.9 where each word of the shorter name abbreviates a word of the longer one, which means that it
// begins with its first three letters and has no others than it, in their order.
// Cost: the product of the lengths.
[[nodiscard]] double Likeness(std::string_view a, std::string_view b);

}  // namespace fairline::names
