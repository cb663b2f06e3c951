#include "libs/names/likeness.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "libs/text/unicode.hpp"

namespace fairline::names {
namespace {

// What stands in the names of many clubs and tells none of them apart.
constexpr std::array<std::string_view, 53> kClubWords = {
    "1",  "ac",     "acf", "ad",  "afc",  "aj",  "as",  "asd",   "bk",  "bsc", "bv",
    "ca", "calcio", "cd",  "cf",  "club", "de",  "fbc", "fc",    "fco", "fk",  "fsv",
    "jk", "k",      "kaa", "kv",  "kvc",  "krc", "ksc", "kfco",  "nfc", "ogc", "rb",
    "rc", "rcd",    "rfc", "rsc", "sc",   "sd",  "sk",  "spvgg", "ss",  "ssc", "ssv",
    "sv", "svv",    "tsg", "tsv", "ud",   "us",  "vfb", "vfl",   "vv"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAbbreviations = {{
    {"ath", "athletic"},
    {"mt", "mount"},
    {"rvs", "rovers"},
    {"sint", "saint"},
    {"st", "saint"},
    {"utd", "united"},
    {"wed", "wednesday"},
    {"weds", "wednesday"},
}};

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// The letters and digits of the folded name, cut at blanks and hyphens; other punctuation is as
// though it were not there.
std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : text::FoldForSearch(name)) {
    if (IsWordCharacter(c)) {
      words.back() += c;
    } else if ((c == ' ' || c == '-' || c == '/' || c == '&') && !words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

bool IsYear(std::string_view word) {
  const bool digits =
      std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return false;
  return word.size() <= 2 ||
         (word.size() == 4 && (word.starts_with("18") || word.starts_with("19")));
}

std::vector<std::string> LooseWords(std::string_view name) {
  std::vector<std::string> words = Words(name);
  std::vector<std::string> kept;
  for (const std::string& word : words) {
    const bool common =
        std::find(kClubWords.begin(), kClubWords.end(), word) != kClubWords.end() || IsYear(word);
    if (!common) kept.push_back(word);
  }
  if (!kept.empty()) words = std::move(kept);
  for (std::string& word : words) {
    for (const auto& [abbreviation, whole] : kAbbreviations) {
      if (word == abbreviation) {
        word = whole;
        break;
      }
    }
  }
  return words;
}

std::size_t CommonLetters(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const char letter : a) {
    std::size_t diagonal = 0;
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t above = row[k + 1];
      row[k + 1] = letter == b[k] ? diagonal + 1 : std::max(above, row[k]);
      diagonal = above;
    }
  }
  return row.back();
}

// "nottm" of "nottingham": the first three letters, and the others in their order.
bool Abbreviates(const std::string& abbreviation, const std::string& word) {
  if (abbreviation == word) return true;
  constexpr std::size_t kBeginning = 3;
  return abbreviation.size() >= kBeginning &&
         word.starts_with(abbreviation.substr(0, kBeginning)) &&
         CommonLetters(abbreviation, word) == abbreviation.size();
}

bool EachAbbreviatesOne(const std::vector<std::string>& fewer,
                        const std::vector<std::string>& more) {
  std::size_t next = 0;
  for (const std::string& word : fewer) {
    while (next < more.size() && !Abbreviates(word, more[next])) ++next;
    if (next == more.size()) return false;
    ++next;
  }
  return true;
}

std::string Compact(const std::vector<std::string>& words) {
  std::string letters;
  for (const std::string& word : words) letters += word;
  return letters;
}

}  // namespace

std::string Key(std::string_view name) { return Joined(Words(name)); }

std::string LooseKey(std::string_view name) { return Joined(LooseWords(name)); }

double Likeness(std::string_view a, std::string_view b) {
  std::vector<std::string> fewer = LooseWords(a);
  std::vector<std::string> more = LooseWords(b);
  if (fewer.empty() || more.empty()) return 0.0;
  if (Words(a) == Words(b)) return 1.0;
  const std::string first = Compact(fewer);
  const std::string second = Compact(more);
  const double letters = 2.0 * static_cast<double>(CommonLetters(first, second)) /
                         static_cast<double>(first.size() + second.size());
  if (first.size() > second.size()) std::swap(fewer, more);
  const bool abbreviates = EachAbbreviatesOne(fewer, more);
  // Words in common count for more than letters by chance.
  return abbreviates ? std::max(0.9, 0.99 * letters) : 0.99 * letters;
}

}  // namespace fairline::names
