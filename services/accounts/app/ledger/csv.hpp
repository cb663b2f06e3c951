#pragma once
// Comma-separated values by RFC 4180, for files that people open in a spreadsheet.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"

namespace fairline::accounts {

struct CsvRow {
  int line = 0;  // where it begins in the file, from 1
  std::vector<std::string> cells;
};

// Rows with their cells unquoted; empty lines are left out, a byte order mark is skipped.
// InvalidArgument naming the line for a quote that is not closed or stands inside a plain cell.
[[nodiscard]] absl::StatusOr<std::vector<CsvRow>> ReadCsv(std::string_view text);

// One line with its end. Cells are quoted where they must be.
[[nodiscard]] std::string CsvLine(const std::vector<std::string>& cells);

// Text from people, so that no spreadsheet takes it for a formula: an apostrophe goes before one
// that begins with = + - @, a tab or a carriage return (OWASP, CSV injection). PlainText undoes it.
[[nodiscard]] std::string HarmlessText(std::string text);
[[nodiscard]] std::string PlainText(std::string text);

}  // namespace fairline::accounts
