#pragma once
// Bets as a CSV file: written for spreadsheets, read back without loss of what makes a bet.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/accounts/app/ledger/bet_store.hpp"
#include "services/accounts/app/ledger/match_finder.hpp"

namespace fairline::accounts {

// What a row says of how its bet ended; absent where it says nothing that is understood.
struct FileClaims {
  std::optional<domain::BetResult> result = {};
  std::optional<std::pair<int, int>> score = {};
  std::optional<Money> returned = {};
  std::optional<Money> profit = {};
};

// A bet that a file names by words; its match is still to be found.
struct FileBet {
  int line = 0;
  std::int64_t bet_id = 0;  // 0: it names none
  MatchName match;
  NewBet order;
  FileClaims claims;
};

// What is wrong with a file, by line and column.
struct FileError {
  int line = 0;
  std::string column;
  std::string reason;
};

inline constexpr std::size_t kMaxFileBets = 10'000;

// One line a bet, under a header. `lines` are closing lines by bet id.
[[nodiscard]] std::string WriteBetFile(const std::vector<Bet>& bets,
                                       const std::map<std::int64_t, ClosingLine>& lines,
                                       const std::string& currency);

// The bets of a file, or with InvalidArgument all that is wrong with it. Columns are found by
// their name in the header, in small letters or capitals: match_date, competition, home_team,
// away_team, market, outcome, odds and stake must be there; bet_id, line, side, bookmaker,
// commission, placed_time and note may; any other is ignored, but for rows whose result is
// "cancelled": they are no bets. Cells are read as libs/csv/cells.hpp says of spreadsheets. Money
// is in `currency`, with at most its decimals: a row whose column currency names another one is
// wrong. Odds are decimal, American with their sign or fractional, and rounded to six decimals.
[[nodiscard]] absl::StatusOr<std::vector<FileBet>> ReadBetFile(std::string_view content,
                                                               std::string_view currency);

// Where a row contradicts how its bet is settled: "line 3, column result: says win, and the bet is
// a loss at 0-3". Nothing of an open bet.
void AddContradictions(const FileBet& row, const std::optional<BetOutcome>& settled,
                       std::string_view currency, std::vector<std::string>& contradictions);

// "content: line 3, column odds: must be ...; line 5, ..."; the first twenty.
[[nodiscard]] absl::Status FileErrors(const std::vector<FileError>& errors);

// The column that a field of an order comes from: "line" for "line_quarters".
[[nodiscard]] std::string ColumnOf(std::string_view field);

}  // namespace fairline::accounts
