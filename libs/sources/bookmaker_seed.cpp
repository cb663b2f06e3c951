#include "libs/sources/bookmaker_seed.hpp"

#include <array>

#include <fmt/format.h>

#include "libs/csv/named_columns.hpp"

namespace fairline::sources {

absl::StatusOr<std::vector<BookmakerSeed>> ReadBookmakerSeed(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kColumns = {"source", "prefix", "code", "name",
                                                               "kind"};
  ASSIGN_OR_RETURN(std::vector<csv::TableRow> rows, csv::ReadTable(text, kColumns));
  std::vector<BookmakerSeed> seed;
  seed.reserve(rows.size());
  for (csv::TableRow& row : rows) {
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
