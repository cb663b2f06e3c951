#pragma once
// The meaning of each column of one football-data file, decided once from its header.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/domain/match.hpp"
#include "libs/sources/football_data.hpp"

namespace fairline::sources {

using Column = std::size_t;

// The columns that make one quote a row.
struct QuoteColumns {
  std::uint16_t bookmaker = 0;
  domain::Market market = domain::Market::kMatchResult;
  domain::Phase phase = domain::Phase::kPreMatch;
  std::int16_t line_quarters = 0;            // unless the line is itself a column
  std::optional<std::size_t> handicap_slot;  // into ColumnPlan::handicap_columns
  std::array<Column, 3> prices = {};
  std::size_t outcomes = 0;
};

struct StatisticColumns {
  std::optional<Column> home;
  std::optional<Column> away;
};

struct ColumnPlan {
  Column division = 0;
  Column date = 0;
  Column home = 0;
  Column away = 0;
  std::optional<Column> time;
  std::optional<Column> home_goals;
  std::optional<Column> away_goals;
  std::optional<Column> result;
  std::optional<Column> referee;
  std::array<StatisticColumns, kStatisticCount> statistics;
  std::vector<Column> handicap_columns;
  std::vector<QuoteColumns> quotes;
  std::vector<std::string> headers;
  std::vector<Column> unnamed;  // columns with an empty header: should be empty all the way down
};

// A bookmaker prefix and the index of the bookmaker it stands for.
using PrefixIndex = std::vector<std::pair<std::string_view, std::uint16_t>>;

// InvalidArgument when a column that the layout needs is missing. Headers that mean nothing to
// this reader, or repeat another's meaning, are added to `rejected` (line 1) and ignored.
[[nodiscard]] absl::StatusOr<ColumnPlan> PlanColumns(const std::vector<std::string>& headers,
                                                     FileKind kind, const PrefixIndex& prefixes,
                                                     std::vector<Rejected>& rejected);

// A handicap in quarter units: a multiple of 0.25, or two neighbouring halves "-1,-1.5" meaning
// their mean. At most 10 either way. Takes a cell with blanks removed.
[[nodiscard]] std::optional<std::int16_t> ReadHandicapQuarters(std::string_view cell);

}  // namespace fairline::sources
