#pragma once
// Published files that are whole: the first cell that cannot be read refuses the file, by line and
// column.

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/csv/reader.hpp"

namespace fairline::csv {

// One row below the header. Its cells live until the next row is read.
class NamedRow {
 public:
  NamedRow(const Reader& record, std::span<const std::optional<std::size_t>> positions,
           std::span<const std::string_view> columns)
      : record_(record), positions_(positions), columns_(columns) {}

  [[nodiscard]] int line() const { return record_.line(); }
  // Whether the file has the column at all.
  [[nodiscard]] bool Has(std::size_t column) const { return positions_[column].has_value(); }
  // The cell of the column at `column` of the list given to ReadNamedColumns; blank when the row
  // ends before it or the file does not have it.
  [[nodiscard]] std::string_view Cell(std::size_t column) const {
    return positions_[column] ? record_.Cell(*positions_[column]) : std::string_view();
  }
  // InvalidArgument "line 7, WScore: reason".
  [[nodiscard]] absl::Status Error(std::size_t column, std::string_view reason) const;
  // A whole number from `least` to `most`.
  [[nodiscard]] absl::StatusOr<int> Integer(std::size_t column, int least, int most) const;

 private:
  const Reader& record_;
  std::span<const std::optional<std::size_t>> positions_;
  std::span<const std::string_view> columns_;
};

using NamedRowSink = std::function<absl::Status(const NamedRow&)>;

// Calls `sink` with every row that is not blank. Columns are found by their names in the header, in
// any order and among others; it must have the first `required` of `columns`, the rest may be
// absent. InvalidArgument for an empty file, a missing or doubled column, or as `sink` says.
[[nodiscard]] absl::Status ReadNamedColumns(std::string_view bytes,
                                            std::span<const std::string_view> columns,
                                            std::size_t required, const NamedRowSink& sink);

// Each row as an Item that `read(row, item)` fills in.
template <typename Item, typename Read>
[[nodiscard]] absl::StatusOr<std::vector<Item>> ReadItems(std::string_view bytes,
                                                          std::span<const std::string_view> columns,
                                                          std::size_t required, const Read& read) {
  std::vector<Item> items;
  RETURN_IF_ERROR(ReadNamedColumns(bytes, columns, required, [&](const NamedRow& row) {
    return read(row, items.emplace_back());
  }));
  return items;
}

using TableRow = std::vector<std::string>;

// A small table kept in the tree: the rows below the header, which must be exactly `columns`; every
// row has as many cells. InvalidArgument names the line.
[[nodiscard]] absl::StatusOr<std::vector<TableRow>> ReadTable(
    std::string_view text, std::span<const std::string_view> columns);

}  // namespace fairline::csv
