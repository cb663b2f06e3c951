#include "libs/sources/record_splitter.hpp"

#include <algorithm>

namespace fairline::sources {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
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

bool LineReader::Next(std::string_view& line) {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++line_number_;
  return true;
}

void RecordSplitter::Split(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  std::size_t begin = 0;
  while (true) {
    if (begin < line.size() && line[begin] == '"') {
      const std::size_t end = TakeQuoted(line, begin);
      if (end != std::string_view::npos) {
        if (end == line.size()) return;
        begin = end + 1;
        continue;
      }
    }
    const std::size_t comma = line.find(',', begin);
    cells_.push_back(TrimBlanks(line.substr(begin, comma - begin)));
    if (comma == std::string_view::npos) return;
    begin = comma + 1;
  }
}

// Adds the quoted cell at `begin`; returns where its comma is, the line's size when it is the
// last, or npos (nothing added) when the quote is not closed.
std::size_t RecordSplitter::TakeQuoted(std::string_view line, std::size_t begin) {
  std::string cell;
  for (std::size_t i = begin + 1; i < line.size(); ++i) {
    if (line[i] != '"') {
      cell += line[i];
      continue;
    }
    if (i + 1 < line.size() && line[i + 1] == '"') {
      cell += '"';
      ++i;
      continue;
    }
    const std::size_t after = i + 1;
    if (after < line.size() && line[after] != ',') return std::string_view::npos;
    unquoted_.push_back(std::move(cell));
    cells_.push_back(TrimBlanks(unquoted_.back()));
    return after;
  }
  return std::string_view::npos;
}

bool RecordSplitter::AllBlank() const {
  return std::all_of(cells_.begin(), cells_.end(), [](std::string_view c) { return c.empty(); });
}

}  // namespace fairline::sources
