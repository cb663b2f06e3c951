#pragma once
// What any source's file says, as rows that know nothing of its layout.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/domain/market.hpp"
#include "libs/domain/match.hpp"

namespace fairline::sources {

// kSeason: matches of a season with their results, without a time at which prices were taken.
// kFixtures: coming matches with the prices of the moment.
enum class FileKind { kSeason, kFixtures };

// How a source writes a bookmaker ("PS", "P") and which one that is ("pinnacle").
struct BookmakerPrefix {
  std::string prefix;
  std::string code;
};

struct Score {
  std::int16_t home = 0;
  std::int16_t away = 0;
  friend bool operator==(const Score&, const Score&) = default;
};

// By position: position k is row k + 1 of the sport's in the table sports.statistics.
inline constexpr std::size_t kStatisticCount = 7;
using StatisticValues = std::array<std::optional<std::int16_t>, kStatisticCount>;

struct Quote {
  std::uint16_t bookmaker = 0;  // index into ParsedFile::bookmakers
  domain::Market market = domain::Market::kMatchResult;
  domain::Phase phase = domain::Phase::kPreMatch;
  std::int16_t line_quarters = 0;    // goals line or home handicap, in quarters; 0 for 1X2
  std::array<float, 3> prices = {};  // decimal odds in the market's order; the third 0 if unused
};

using NameIndex = std::uint32_t;

struct MatchRow {
  int line = 0;
  NameIndex division = 0;  // code of the competition
  int season_start = 0;
  Day date;
  std::optional<Instant> kickoff;
  NameIndex home = 0;
  NameIndex away = 0;
  std::optional<Score> full_time;
  bool score_unread = false;  // something stands where a score should be that is none
  StatisticValues home_statistics;
  StatisticValues away_statistics;
  std::optional<NameIndex> referee;
  std::size_t first_quote = 0;  // into ParsedFile::quotes
  std::size_t quote_count = 0;
};

// The prices that a file's columns can hold, whether or not a row has them.
struct QuotedColumns {
  std::uint16_t bookmaker = 0;  // index into ParsedFile::bookmakers
  domain::Market market = domain::Market::kMatchResult;
  domain::Phase phase = domain::Phase::kPreMatch;
};

// A row whose match could not be read, so that nobody takes it for one that is gone. What of it can
// be read.
struct UnreadRow {
  NameIndex division = 0;  // may be that of no competition
  std::optional<Day> date;
  std::optional<NameIndex> home;
  std::optional<NameIndex> away;
};

struct Rejected {
  int line = 0;
  std::string column;  // header of the cell, "#14" if it has none; empty for a whole row
  std::string reason;
  std::string text;  // the cell, or the row, as UTF-8; cut after 200 bytes
};

struct ParsedFile {
  std::deque<std::string> names;        // each different division, team and referee once; UTF-8
  std::vector<std::string> bookmakers;  // codes
  std::vector<MatchRow> rows;           // in file order
  std::vector<Quote> quotes;            // each row's together
  std::vector<Rejected> rejected;
  std::string division_column;       // header of the competition's code
  std::vector<std::string> columns;  // named headers, in file order
  std::vector<QuotedColumns> quoted;
  std::vector<UnreadRow> unread;
  // "line 7 contradicts line 6: ..." of rows that are in `rejected` too.
  std::vector<std::string> contradictions;
  // Where the file seems cut in transit, as a clause: its last line has no line end and fewer cells
  // than the header. Empty when it is whole.
  std::string cut;
  int cut_line = 0;  // that line

  [[nodiscard]] std::string_view Name(NameIndex index) const { return names[index]; }
};

}  // namespace fairline::sources
