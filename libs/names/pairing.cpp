#include "libs/names/pairing.hpp"

#include <algorithm>
#include <array>

namespace fairline::names {
namespace {

// A dash before a word: "v" may stand in a name.
constexpr std::array<std::string_view, 9> kBetween = {
    "\u2013", "\u2014", "\u2212", " - ", " \u2010 ", " vs. ", " vs ", " v. ", " v "};

constexpr std::string_view kNoBreakSpace = "\u00a0";

std::string Trimmed(std::string_view name) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view blank : {std::string_view(" "), kNoBreakSpace}) {
      if (name.starts_with(blank)) {
        name.remove_prefix(blank.size());
        more = true;
      } else if (name.ends_with(blank)) {
        name.remove_suffix(blank.size());
        more = true;
      }
    }
  }
  return std::string(name);
}

}  // namespace

std::optional<std::pair<std::string, std::string>> SplitPairing(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const std::string_view between : kBetween) {
    const std::size_t at = lower.find(between);
    if (at == std::string::npos) continue;
    std::pair<std::string, std::string> sides{Trimmed(text.substr(0, at)),
                                              Trimmed(text.substr(at + between.size()))};
    if (!sides.first.empty() && !sides.second.empty()) return sides;
  }
  return std::nullopt;
}

}  // namespace fairline::names
