#include "libs/csv/named_columns.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fairline::csv {
namespace {

absl::StatusOr<std::vector<std::optional<std::size_t>>> FindColumns(
    const Reader& header, std::span<const std::string_view> columns, std::size_t required) {
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
  return InvalidField(fmt::format("line {}, {}", line(), columns_[column]), reason);
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
  auto opened = Reader::Open(bytes, Dialect::kPublished);
  RETURN_IF_ERROR(Within("header", opened.status()));
  Reader& reader = *opened;
  std::optional<std::vector<std::optional<std::size_t>>> positions;
  while (reader.Next()) {
    if (!positions) {
      ASSIGN_OR_RETURN(positions, FindColumns(reader, columns, required));
      continue;
    }
    RETURN_IF_ERROR(sink(NamedRow(reader, *positions, columns)));
  }
  if (!positions) return InvalidField("header", "the file is empty");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TableRow>> ReadTable(std::string_view text,
                                                std::span<const std::string_view> columns) {
  std::vector<TableRow> rows;
  auto opened = Reader::Open(text, Dialect::kPublished);
  RETURN_IF_ERROR(Within("header", opened.status()));
  Reader& reader = *opened;
  bool header = true;
  while (reader.Next()) {
    TableRow row;
    for (std::size_t k = 0; k < reader.size(); ++k) row.emplace_back(reader.Cell(k));
    if (row.size() != columns.size()) {
      return InvalidField(fmt::format("line {}", reader.line()),
                          fmt::format("{} cells where {} are due", row.size(), columns.size()));
    }
    if (!header) {
      rows.push_back(std::move(row));
    } else if (!std::equal(row.begin(), row.end(), columns.begin())) {
      return InvalidField("header", fmt::format("is not {}", fmt::join(columns, ",")));
    }
    header = false;
  }
  if (header) return InvalidField("header", "the table is empty");
  return rows;
}

}  // namespace fairline::csv
