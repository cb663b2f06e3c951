#pragma once
// The bookmakers whose prices the sources have, by the names that they go by there.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::sources {

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
