#pragma once
// The one writer of CSV (RFC 4180), for files that people open in a spreadsheet.

#include <string>
#include <string_view>
#include <vector>

namespace fairline::csv {

// `text` as a cell: in quotes where it would not be read back as it is otherwise.
[[nodiscard]] std::string Quoted(std::string_view text);

// One line with its end, CRLF. A Reader gives the cells back by Verbatim, as long as one of them is
// not blank; in a published file no cell may hold a line's end.
[[nodiscard]] std::string Line(const std::vector<std::string>& cells, char separator = ',');

// Text from people, so that no spreadsheet takes it for a formula: an apostrophe goes before one
// that begins with = + - @, a tab or a carriage return (OWASP, CSV injection). PlainText undoes it.
[[nodiscard]] std::string HarmlessText(std::string text);
[[nodiscard]] std::string PlainText(std::string text);

}  // namespace fairline::csv
