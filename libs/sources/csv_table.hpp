#pragma once
// Small tables kept as CSV files in the tree, such as the seed data of services/ingest/seed.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::sources {

using CsvRow = std::vector<std::string>;

// The rows below the header, which must be exactly `columns`; every row has as many cells. Blank
// lines are skipped. InvalidArgument names the line.
[[nodiscard]] absl::StatusOr<std::vector<CsvRow>> ReadCsvTable(
    std::string_view text, std::span<const std::string_view> columns);

struct BookmakerSeed {
  std::string source;
  std::string prefix;
  std::string code;
  std::string name;
  std::string kind;  // bookmaker, exchange or aggregate
};

// The table services/ingest/seed/bookmakers.csv.
[[nodiscard]] absl::StatusOr<std::vector<BookmakerSeed>> ReadBookmakerSeed(std::string_view text);
// Those of one source.
[[nodiscard]] std::vector<BookmakerPrefix> PrefixesOf(const std::vector<BookmakerSeed>& seed,
                                                      std::string_view source);

}  // namespace fairline::sources
