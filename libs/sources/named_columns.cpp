#include "libs/sources/named_columns.hpp"

#include <charconv>
#include <string>

#include <fmt/format.h>

#include "libs/sources/text_encoding.hpp"

namespace fairline::sources {
namespace {

absl::StatusOr<std::vector<std::optional<std::size_t>>> FindColumns(
    const RecordSplitter& header, std::span<const std::string_view> columns, std::size_t required) {
  std::vector<std::optional<std::size_t>> positions(columns.size());
  for (std::size_t column = 0; column < columns.size(); ++column) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header.Cell(i) != columns[column]) continue;
      if (positions[column]) {
        return InvalidField("header", fmt::format("has {} twice", columns[column]));
      }
      positions[column] = i;
    }
    if (!positions[column] && column < required) {
      return InvalidField("header", fmt::format("has no column {}", columns[column]));
    }
  }
  return positions;
}

}  // namespace

absl::Status NamedRow::Error(std::size_t column, std::string_view reason) const {
  return InvalidField(fmt::format("line {}, {}", line_, columns_[column]), reason);
}

absl::StatusOr<int> NamedRow::Integer(std::size_t column, int least, int most) const {
  const std::string_view cell = Cell(column);
  int value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || value < least || value > most) {
    return Error(column,
                 fmt::format("'{}' is not a whole number from {} to {}", cell, least, most));
  }
  return value;
}

absl::Status ReadNamedColumns(std::string_view bytes, std::span<const std::string_view> columns,
                              std::size_t required, const NamedRowSink& sink) {
  std::string storage;
  LineReader lines(ToUtf8(bytes, storage));
  RecordSplitter cells;
  std::string_view line;
  std::optional<std::vector<std::optional<std::size_t>>> positions;
  while (lines.Next(line)) {
    cells.Split(line);
    if (cells.AllBlank()) continue;
    if (!positions) {
      ASSIGN_OR_RETURN(positions, FindColumns(cells, columns, required));
      continue;
    }
    RETURN_IF_ERROR(sink(NamedRow(cells, *positions, columns, lines.line_number())));
  }
  if (!positions) return InvalidField("header", "the file is empty");
  return absl::OkStatus();
}

}  // namespace fairline::sources
