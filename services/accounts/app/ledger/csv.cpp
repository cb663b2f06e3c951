#include "services/accounts/app/ledger/csv.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::accounts {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

// A formula, or one behind apostrophes: PlainText must not take away what was there before.
bool NeedsApostrophe(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return !text.empty() && kFormulaStarts.find(text.front()) != std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::vector<CsvRow>> ReadCsv(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<CsvRow> rows;
  int line = 1;
  std::size_t at = 0;
  while (at < text.size()) {
    CsvRow row;
    row.line = line;
    bool end_of_row = false;
    while (!end_of_row) {
      std::string cell;
      if (at < text.size() && text[at] == '"') {
        ++at;
        for (;; ++at) {
          if (at >= text.size()) {
            return InvalidField("content", fmt::format("line {}: a quote is not closed", row.line));
          }
          if (text[at] == '\n') ++line;
          if (text[at] != '"') {
            cell += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            cell += text[++at];
          } else {
            ++at;
            break;
          }
        }
      }
      while (at < text.size() && text[at] != ',' && text[at] != '\n' && text[at] != '\r') {
        if (text[at] == '"') {
          return InvalidField("content", fmt::format("line {}: a quote inside a cell", line));
        }
        cell += text[at++];
      }
      row.cells.push_back(std::move(cell));
      end_of_row = at >= text.size() || text[at] != ',';
      if (at < text.size()) ++at;  // the comma, or the end of the line
      if (end_of_row && at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n') {
        ++at;
      }
    }
    ++line;
    if (row.cells.size() > 1 || !row.cells.front().empty()) rows.push_back(std::move(row));
  }
  return rows;
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += cells[i];
      continue;
    }
    line += '"';
    for (const char c : cells[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

std::string HarmlessText(std::string text) { return NeedsApostrophe(text) ? "'" + text : text; }

std::string PlainText(std::string text) {
  if (text.starts_with('\'') && NeedsApostrophe(text)) text.erase(0, 1);
  return text;
}

}  // namespace fairline::accounts
