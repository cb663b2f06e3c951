#pragma once
// Which way of taking the margin out of a book describes these matches best.

#include <cstdint>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/devig.hpp"
#include "libs/features/match.hpp"
#include "libs/models/match_table.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluate {

struct DevigEntry {
  std::string method;  // "power", ...
  double log_loss = 0.0;
  double rps = 0.0;
  double ece = 0.0;
  double slope = 0.0;
  statistics::Interval against_power;  // paired difference of log loss
};

struct DevigBoard {
  std::string book;  // "average before the match", ...
  std::int64_t matches = 0;
  std::int64_t underround = 0;  // of those, books at or under 100 %: every method is then the same
  std::vector<DevigEntry> entries;
};

// Logarithmic is left out: it is power under another name (libs/domain/devig.hpp).
[[nodiscard]] absl::StatusOr<DevigBoard> CompareDevigMethods(
    std::string book, const models::MatchTable& table, const std::vector<features::Line>& lines,
    const models::Rows& rows, std::uint64_t seed);

[[nodiscard]] std::string_view NameOf(domain::DevigMethod method);

}  // namespace fairline::evaluate
