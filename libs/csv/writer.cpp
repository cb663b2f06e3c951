#include "libs/csv/writer.hpp"

#include <algorithm>

#include "libs/csv/text.hpp"

namespace fairline::csv {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

// A formula, or one behind apostrophes: PlainText must not take away what was there before.
bool NeedsApostrophe(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return !text.empty() && kFormulaStarts.find(text.front()) != std::string_view::npos;
}

// Every separator counts, whichever the file has: a reader looks for the one that stands most often
// outside of quotes. The starts are those by which a reader knows a file that is something else: a
// line "sep=", a byte order mark, a web page, an archive.
bool NeedsQuotes(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return text.find_first_of(",;\t\"\r\n\x03") != std::string_view::npos ||
         TrimBlanks(text).size() != text.size() || text.starts_with('<') ||
         text.starts_with(kByteOrderMark) || (text.size() > 3 && text[3] == '=');
}

}  // namespace

std::string Quoted(std::string_view text) {
  if (!NeedsQuotes(text)) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string Line(const std::vector<std::string>& cells, char separator) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += separator;
    line += Quoted(cells[i]);
  }
  return line + "\r\n";
}

std::string HarmlessText(std::string text) { return NeedsApostrophe(text) ? "'" + text : text; }

std::string PlainText(std::string text) {
  if (text.starts_with('\'') && NeedsApostrophe(text)) text.erase(0, 1);
  return text;
}

}  // namespace fairline::csv
