#include "libs/csv/reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace fairline::csv {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kSeparators = ",;\t";

std::string_view NameOf(char separator) {
  return separator == ',' ? "commas" : separator == ';' ? "semicolons" : "tabs";
}

bool StartsWithLetters(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

// What the bytes are when they are no text of separated cells at all.
absl::Status CheckKind(std::string_view bytes) {
  using namespace std::string_view_literals;
  const bool alternating_zeros = bytes.size() >= 4 && (bytes[0] == '\0') == (bytes[2] == '\0') &&
                                 (bytes[1] == '\0') == (bytes[3] == '\0') &&
                                 (bytes[0] == '\0') != (bytes[1] == '\0');
  if (bytes.starts_with("\xFF\xFE"sv) || bytes.starts_with("\xFE\xFF"sv) || alternating_zeros) {
    return absl::InvalidArgumentError("is UTF-16 text, not UTF-8: save it as \"CSV UTF-8\"");
  }
  constexpr std::array<std::pair<std::string_view, const char*>, 4> kBinary = {
      {{"PK\x03\x04"sv, "is a workbook or another zip archive: save it as CSV"},
       {"\xD0\xCF\x11\xE0"sv, "is a workbook: save it as CSV"},
       {"\x1F\x8B"sv, "is compressed by gzip: unpack it"},
       {"%PDF"sv, "is a PDF document, not CSV"}}};
  for (const auto& [beginning, reason] : kBinary) {
    if (bytes.starts_with(beginning)) return absl::InvalidArgumentError(reason);
  }
  if (bytes.starts_with("\xEF\xBB\xBF"sv)) bytes.remove_prefix(3);
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  const std::string_view start = bytes.substr(std::min(first, bytes.size()));
  if (start.starts_with('<')) return absl::InvalidArgumentError("is a web page, not CSV");
  if (start.starts_with('{') || start.starts_with('[')) {
    return absl::InvalidArgumentError("is JSON, not CSV");
  }
  return absl::OkStatus();
}

// Nearly every cell has neither, and needs no trimming.
bool MayBeginBlankOrQuote(char c) {
  return c == '"' || c == ' ' || c == '\t' || c == kNoBreakSpace.front();
}
bool MayEndBlank(char c) { return c == ' ' || c == '\t' || c == kNoBreakSpace.back(); }

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

int CountLineEnds(std::string_view text) {
  int ends = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool second_half = text[i] == '\n' && i > 0 && text[i - 1] == '\r';
    ends += IsLineEnd(text[i]) && !second_half ? 1 : 0;
  }
  return ends;
}

// How many bytes the blank at the start of `text` has, 0 when there is none.
std::size_t BlankLength(std::string_view text, char separator) {
  if (text.empty() || text.front() == separator) return 0;
  if (text.front() == ' ' || text.front() == '\t') return 1;
  return text.starts_with(kNoBreakSpace) ? kNoBreakSpace.size() : 0;
}

}  // namespace

Reader::Reader(std::string_view bytes, Dialect dialect) : dialect_(dialect) {
  std::string storage;
  text_ = ToUtf8(bytes, storage);
  if (!storage.empty()) {
    converted_ = std::make_unique<const std::string>(std::move(storage));
    text_ = *converted_;
  }
  line_feed_ = std::min(text_.find('\n'), text_.size());
}

absl::StatusOr<Reader> Reader::Open(std::string_view bytes, Dialect dialect) {
  RETURN_IF_ERROR(CheckKind(bytes));
  Reader reader(bytes, dialect);
  RETURN_IF_ERROR(reader.FindSeparator());
  return reader;
}

// Takes the line "sep=;" where the file begins with one.
bool Reader::ReadSeparatorLine() {
  constexpr std::string_view kMark = "sep=";
  if (!StartsWithLetters(text_, kMark) || text_.size() == kMark.size()) return false;
  const std::size_t end = LineEnd(0);
  const std::string_view rest = text_.substr(kMark.size(), end - kMark.size());
  if (rest.empty() || !TrimBlanks(rest.substr(1)).empty()) return false;
  separator_ = rest.front();
  EndRecord(end);
  return true;
}

absl::Status Reader::FindSeparator() {
  if (ReadSeparatorLine()) {
    if (kSeparators.find(separator_) == kNowhere) {
      return absl::InvalidArgumentError(
          fmt::format("says in its first line sep={}: cells may be separated by commas, semicolons "
                      "or tabs",
                      separator_));
    }
  } else {
    const std::size_t begin = std::min(text_.find_first_not_of("\r\n"), text_.size());
    std::array<std::ptrdiff_t, kSeparators.size()> counts{};
    bool quoted = false;
    for (std::size_t i = begin; i < text_.size(); ++i) {
      const bool inside = quoted && dialect_ == Dialect::kSpreadsheet;
      if (IsLineEnd(text_[i]) && !inside) break;
      if (text_[i] == '"') quoted = !quoted;
      const std::size_t which = kSeparators.find(text_[i]);
      if (which != kNowhere && !quoted) ++counts[which];
    }
    // A published header with one comma is one of commas, whatever else stands in its names.
    const bool commas = counts[0] > 0 && dialect_ == Dialect::kPublished;
    const auto most = commas ? counts.begin() : std::max_element(counts.begin(), counts.end());
    separator_ = kSeparators[static_cast<std::size_t>(most - counts.begin())];
  }
  if (dialect_ == Dialect::kPublished && separator_ != ',') {
    return absl::InvalidArgumentError(
        fmt::format("is separated by {}, not by commas", NameOf(separator_)));
  }
  return absl::OkStatus();
}

// Where the line at `from` ends. Line feeds are looked for once each, so that a file of carriage
// returns alone is not read to its end for every line.
std::size_t Reader::LineEnd(std::size_t from) {
  if (line_feed_ < from) line_feed_ = std::min(text_.find('\n', from), text_.size());
  if (line_feed_ == from) return from;
  const void* const end = std::memchr(text_.data() + from, '\r', line_feed_ - from);
  return end == nullptr ? line_feed_
                        : static_cast<std::size_t>(static_cast<const char*>(end) - text_.data());
}

std::size_t Reader::CellEnd(std::size_t from, std::size_t line_end) const {
  const char* at = text_.data() + from;
  const char* const end = text_.data() + line_end;
  while (at != end && *at != separator_) ++at;
  return static_cast<std::size_t>(at - text_.data());
}

// The next record begins behind the line that ends at `line_end`.
void Reader::EndRecord(std::size_t line_end) {
  has_line_end_ = line_end < text_.size();
  at_ = std::min(line_end + 1, text_.size());
  if (at_ < text_.size() && text_[line_end] == '\r' && text_[at_] == '\n') ++at_;
  ++next_line_;
}

bool Reader::Next() {
  do {
    if (at_ == text_.size() || !status_.ok()) return false;
    SplitRecord();
    if (!status_.ok()) return false;
  } while (AllBlank());
  return true;
}

void Reader::SplitRecord() {
  cells_.clear();
  quoted_.clear();
  unescaped_.clear();
  line_ = next_line_;
  std::size_t begin = at_;
  std::size_t line_end = LineEnd(begin);
  while (true) {
    std::size_t end = kNowhere;
    const bool plain_start = begin == line_end || !MayBeginBlankOrQuote(text_[begin]);
    if (!plain_start) {
      end = TakeQuoted(begin, line_end);
      if (!status_.ok()) return;
    }
    if (end == kNowhere) {
      end = CellEnd(begin, line_end);
      const std::string_view cell = text_.substr(begin, end - begin);
      if (dialect_ == Dialect::kSpreadsheet && cell.find('"') != kNowhere) {
        return Fail(next_line_, "a quote inside a cell");
      }
      const bool plain = plain_start && (cell.empty() || !MayEndBlank(cell.back()));
      cells_.push_back(plain ? cell : TrimBlanks(cell));
    }
    if (end == line_end) break;
    begin = end + 1;
  }
  EndRecord(line_end);
}

// Adds the quoted cell at `begin` and returns where its separator is, or the end of its line, to
// which `line_end` moves when the cell spans lines. Nowhere, and nothing added, when the cell is
// none.
std::size_t Reader::TakeQuoted(std::size_t begin, std::size_t& line_end) {
  std::size_t at = begin;
  while (const std::size_t blank = BlankLength(text_.substr(at, line_end - at), separator_)) {
    at += blank;
  }
  if (at == line_end || text_[at] != '"') return kNowhere;
  const bool spans_lines = dialect_ == Dialect::kSpreadsheet;
  const std::string_view text = text_.substr(0, spans_lines ? text_.size() : line_end);
  const std::size_t inside = at + 1;
  bool escapes = false;
  std::size_t close = text.find('"', inside);
  while (close != kNowhere && close + 1 < text.size() && text[close + 1] == '"') {
    escapes = true;
    close = text.find('"', close + 2);
  }
  if (close == kNowhere) {
    if (spans_lines) Fail(line_, "a quote is not closed");
    return kNowhere;
  }
  const std::size_t end_of_line = spans_lines ? LineEnd(close + 1) : line_end;
  std::size_t after = close + 1;
  while (const std::size_t blank =
             BlankLength(text_.substr(after, end_of_line - after), separator_)) {
    after += blank;
  }
  const std::string_view cell = text_.substr(inside, close - inside);
  const int line_ends = spans_lines ? CountLineEnds(cell) : 0;
  if (after != end_of_line && text_[after] != separator_) {
    if (spans_lines) Fail(next_line_ + line_ends, "a quote inside a cell");
    return kNowhere;
  }
  next_line_ += line_ends;
  line_end = end_of_line;
  if (!escapes) {
    quoted_.emplace_back(cells_.size(), cell);
  } else {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < cell.size(); ++i) {
      plain += cell[i];
      if (cell[i] == '"') ++i;
    }
    quoted_.emplace_back(cells_.size(), plain);
  }
  cells_.push_back(TrimBlanks(quoted_.back().second));
  return after;
}

std::string_view Reader::Verbatim(std::size_t index) const {
  for (const auto& [quoted, cell] : quoted_) {
    if (quoted == index) return cell;
  }
  return Cell(index);
}

void Reader::Fail(int line, std::string_view what) {
  status_ = absl::InvalidArgumentError(fmt::format("line {}: {}", line, what));
}

bool Reader::AllBlank() const {
  return std::all_of(cells_.begin(), cells_.end(), [](std::string_view c) { return c.empty(); });
}

}  // namespace fairline::csv
