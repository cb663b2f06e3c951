#include "libs/sources/csv_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "libs/sources/record_splitter.hpp"

namespace fairline::sources {
namespace {

CsvRow CellsOf(const RecordSplitter& cells) {
  CsvRow row;
  row.reserve(cells.size());
  for (std::size_t k = 0; k < cells.size(); ++k) row.emplace_back(cells.Cell(k));
  return row;
}

}  // namespace

absl::StatusOr<std::vector<CsvRow>> ReadCsvTable(std::string_view text,
                                                 std::span<const std::string_view> columns) {
  LineReader lines(text);
  RecordSplitter cells;
  std::string_view line;
  std::vector<CsvRow> rows;
  bool header = true;
  while (lines.Next(line)) {
    cells.Split(line);
    if (cells.AllBlank()) continue;
    CsvRow row = CellsOf(cells);
    if (row.size() != columns.size()) {
      return InvalidField(fmt::format("line {}", lines.line_number()),
                          fmt::format("{} cells where {} are due", row.size(), columns.size()));
    }
    if (header) {
      if (!std::equal(row.begin(), row.end(), columns.begin())) {
        return InvalidField("header", fmt::format("is not {}", fmt::join(columns, ",")));
      }
      header = false;
      continue;
    }
    rows.push_back(std::move(row));
  }
  if (header) return InvalidField("header", "the table is empty");
  return rows;
}

absl::StatusOr<std::vector<BookmakerSeed>> ReadBookmakerSeed(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kColumns = {"source", "prefix", "code", "name",
                                                               "kind"};
  ASSIGN_OR_RETURN(std::vector<CsvRow> rows, ReadCsvTable(text, kColumns));
  std::vector<BookmakerSeed> seed;
  seed.reserve(rows.size());
  for (CsvRow& row : rows) {
    if (row[4] != "bookmaker" && row[4] != "exchange" && row[4] != "aggregate") {
      return InvalidField("kind", fmt::format("'{}' of {} is unknown", row[4], row[1]));
    }
    seed.push_back({std::move(row[0]), std::move(row[1]), std::move(row[2]), std::move(row[3]),
                    std::move(row[4])});
  }
  return seed;
}

std::vector<BookmakerPrefix> PrefixesOf(const std::vector<BookmakerSeed>& seed,
                                        std::string_view source) {
  std::vector<BookmakerPrefix> prefixes;
  for (const BookmakerSeed& entry : seed) {
    if (entry.source == source) prefixes.push_back({entry.prefix, entry.code});
  }
  return prefixes;
}

}  // namespace fairline::sources
