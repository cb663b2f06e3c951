#pragma once
// The one reader of CSV: season files, Kaggle's and the challenge's files, seed tables, files of
// bets and of matches to stake. Splits a whole file into records and cells without allocating per
// cell, and refuses by its true cause what is no CSV at all.
//
// Lines end with LF, CRLF or CR. Records whose cells are all blank are passed over. Blanks around
// a cell (see TrimBlanks) are not part of it. A quoted cell begins and ends with '"'; '""' inside
// it is one quote. A first line "sep=," (Excel's) says what separates the cells.
//
// Why no CSV library: football-data's files are ragged (rows up to 32 cells longer or shorter than
// their header) and their stray quotes must not matter. fast-cpp-csv-parser wants a fixed number of
// columns; libcsv lets an open quote take the rest of the file with it, copies each byte, and calls
// back without line numbers, which every error here names.

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/csv/text.hpp"

namespace fairline::csv {

// Who wrote the file.
enum class Dialect {
  // A program that publishes data. Commas separate the cells; a file of semicolons or tabs is
  // refused by that name. A quote never spans lines, and one that is not closed there is an
  // ordinary character: it costs a cell, not the file.
  kPublished,
  // A person with a spreadsheet. Commas, semicolons or tabs separate the cells: what "sep=" says,
  // or what stands most often in the first line. A quoted cell may span lines; a quote that is not
  // closed, or stands inside a plain cell, refuses the file.
  kSpreadsheet,
};

// Not thread-safe; a Reader belongs to one thread.
class Reader {
 public:
  // InvalidArgument, a clause about no field in particular: "is a web page, not CSV", "is UTF-16
  // text, not UTF-8", "is separated by semicolons, not by commas". Bytes of other encodings are
  // read as ToUtf8 says. `bytes` must outlive the reader.
  [[nodiscard]] static absl::StatusOr<Reader> Open(std::string_view bytes, Dialect dialect);

  // Reads the next record that is not blank. False at the end, and where the rest cannot be read:
  // status() tells.
  [[nodiscard]] bool Next();
  // InvalidArgument "line 7: a quote is not closed"; only ever of a kSpreadsheet file.
  [[nodiscard]] const absl::Status& status() const { return status_; }

  // The record that Next read. Cells live until the next call of it.
  [[nodiscard]] int line() const { return line_; }  // where it begins in the file, from 1
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  // False of the last record of a text that ends without a line end.
  [[nodiscard]] bool has_line_end() const { return has_line_end_; }
  // Blank beyond the end of a short record.
  [[nodiscard]] std::string_view Cell(std::size_t index) const {
    return index < cells_.size() ? cells_[index] : std::string_view();
  }
  // The same, but a quoted cell is left as it stands between its quotes, blanks and all.
  [[nodiscard]] std::string_view Verbatim(std::size_t index) const;

  [[nodiscard]] char separator() const { return separator_; }

 private:
  Reader(std::string_view bytes, Dialect dialect);

  [[nodiscard]] absl::Status FindSeparator();
  [[nodiscard]] bool ReadSeparatorLine();
  [[nodiscard]] std::size_t LineEnd(std::size_t from);
  [[nodiscard]] std::size_t CellEnd(std::size_t from, std::size_t line_end) const;
  void EndRecord(std::size_t line_end);
  void SplitRecord();
  [[nodiscard]] std::size_t TakeQuoted(std::size_t begin, std::size_t& line_end);
  void Fail(int line, std::string_view what);
  [[nodiscard]] bool AllBlank() const;

  std::unique_ptr<const std::string> converted_;  // what text_ views where bytes had to change
  std::string_view text_;
  Dialect dialect_;
  char separator_ = ',';
  std::size_t at_ = 0;         // where the next record begins
  std::size_t line_feed_ = 0;  // the first at or after the last LineEnd, the text's size if none
  int next_line_ = 1;
  int line_ = 0;
  bool has_line_end_ = true;
  std::vector<std::string_view> cells_;
  std::vector<std::pair<std::size_t, std::string_view>> quoted_;  // by the cell's index
  std::deque<std::string> unescaped_;                             // cells that had '""'
  absl::Status status_;
};

}  // namespace fairline::csv
