#pragma once
// Splits one file into lines and one line into cells, without allocating per cell.
//
// Why not a CSV library: the files are ragged (rows up to 32 cells longer or shorter than the
// header), a handful of cells are quoted, and nine million cells have to pass in a second;
// fast-cpp-csv-parser wants a fixed number of columns and libcsv calls back per byte-copied cell.
//
// A quoted cell begins with '"' and ends with '"' before a comma or the end of its line; '""'
// inside it is one quote. A quote never spans lines, so a stray one costs a cell, not the file.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace fairline::sources {

// Lines of `text`, ended by LF or CRLF or the end of the text; line numbers start at 1.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // False at the end. `line` has no line ending and views the text given to the constructor.
  [[nodiscard]] bool Next(std::string_view& line);
  [[nodiscard]] int line_number() const { return line_number_; }

 private:
  std::string_view rest_;
  int line_number_ = 0;
};

// Cells of one line, blanks around them removed. The cells view the line or this object, and are
// valid until the next Split.
class RecordSplitter {
 public:
  void Split(std::string_view line);

  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  // Blank beyond the end of a short line.
  [[nodiscard]] std::string_view Cell(std::size_t index) const {
    return index < cells_.size() ? cells_[index] : std::string_view();
  }
  [[nodiscard]] bool AllBlank() const;

 private:
  [[nodiscard]] std::size_t TakeQuoted(std::string_view line, std::size_t begin);

  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;
};

[[nodiscard]] std::string_view TrimBlanks(std::string_view text);

}  // namespace fairline::sources
