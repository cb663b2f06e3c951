#include "services/accounts/app/ledger/bet_file.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "libs/domain/betting_record.hpp"
#include "services/accounts/app/ledger/csv.hpp"

namespace fairline::accounts {
namespace {

constexpr std::array<std::string_view, 8> kRequired = {
    "match_date", "competition", "home_team", "away_team", "market", "outcome", "odds", "stake"};
constexpr std::size_t kMaxShownErrors = 20;

// "-1.25" in units of 10^-decimals; nothing for anything else, or when more decimals are given.
std::optional<std::int64_t> FixedPoint(std::string_view text, int decimals) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  int after_point = -1;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && after_point < 0) {
      after_point = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 17) return std::nullopt;
    if (after_point >= decimals) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (after_point >= 0) ++after_point;
    value = value * 10 + (c - '0');
  }
  if (digits == 0) return std::nullopt;
  for (int i = std::max(after_point, 0); i < decimals; ++i) {
    if (value > INT64_MAX / 10) return std::nullopt;
    value *= 10;
  }
  return negative ? -value : value;
}

// 1,952,000 with 6 decimals -> "1.952".
std::string Decimal(std::int64_t value, int decimals) {
  std::int64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const std::int64_t rest = std::abs(value % unit);
  std::string text = fmt::format("{}{}", value < 0 ? "-" : "", std::abs(value / unit));
  if (rest == 0) return text;
  text += fmt::format(".{:0{}}", rest, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// The cells of one row by column name; collects what is wrong.
class RowReader {
 public:
  RowReader(const std::map<std::string, std::size_t>& columns, const CsvRow& row,
            std::vector<FileError>& errors)
      : columns_(columns), row_(row), errors_(errors) {}

  [[nodiscard]] std::string Text(const std::string& column) const {
    const auto found = columns_.find(column);
    if (found == columns_.end() || found->second >= row_.cells.size()) return "";
    return PlainText(row_.cells[found->second]);
  }

  void Wrong(const std::string& column, const std::string& reason) {
    errors_.push_back({row_.line, column, reason});
  }

  // `scale` units of the last decimal make one; `empty` when there is nothing.
  std::int64_t Number(const std::string& column, int decimals, const char* example,
                      std::int64_t empty) {
    const std::string text = Text(column);
    if (text.empty()) return empty;
    const auto value = FixedPoint(text, decimals);
    if (!value) Wrong(column, fmt::format("\"{}\" is not a number like {}", text, example));
    return value.value_or(empty);
  }

  // The row of a table of domain/market.hpp that the cell names.
  template <typename Row>
  const Row& Named(const std::string& column, std::span<const Row> table) {
    const std::string text = Text(column);
    std::string names;
    for (const Row& row : table) {
      if (row.name == text) return row;
      names.append(names.empty() ? "" : ", ").append(row.name);
    }
    Wrong(column, fmt::format("\"{}\" is not one of {}", text, names));
    return table.front();
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  const CsvRow& row_;
  std::vector<FileError>& errors_;
};

FileBet ReadRow(RowReader& row) {
  FileBet bet;
  const auto day = ParseDay(row.Text("match_date"));
  if (day.ok()) {
    bet.match.match_date = *day;
  } else {
    row.Wrong("match_date", "is not a day like 2026-01-30");
  }
  bet.bet_id = row.Number("bet_id", 0, "17", 0);
  bet.match.competition = row.Text("competition");
  bet.match.home_team = row.Text("home_team");
  bet.match.away_team = row.Text("away_team");
  NewBet& order = bet.order;
  order.selection.market = row.Named("market", domain::Markets()).market;
  order.selection.outcome = row.Named("outcome", domain::Outcomes()).outcome;
  // Two decimals of a goal; quarters are what is left when they are whole.
  const std::int64_t line = row.Number("line", 2, "-0.75", 0);
  if (line % 25 != 0 || std::abs(line) > 100'000) {
    row.Wrong("line", "must be a whole number of quarters");
  } else {
    order.selection.line_quarters = static_cast<int>(line / 25);
  }
  const std::string side = row.Text("side");
  if (side == "lay") {
    order.terms.side = domain::BetSide::kLay;
  } else if (!side.empty() && side != "back") {
    row.Wrong("side", fmt::format("\"{}\" is not back or lay", side));
  }
  order.bookmaker = row.Text("bookmaker");
  order.terms.odds_millionths = row.Number("odds", 6, "1.95", 0);
  order.terms.stake = Money{row.Number("stake", 2, "10.50", 0)};
  order.terms.commission_basis_points = static_cast<int>(
      std::clamp<std::int64_t>(row.Number("commission", 2, "2.5 (percent)", 0), -1, 100'000));
  const std::string placed = row.Text("placed_time");
  if (!placed.empty()) {
    const auto time = ParseInstant(placed);
    if (time.ok()) {
      order.placed_time = *time;
    } else {
      row.Wrong("placed_time", "is not a time like 2026-01-30T09:00:00Z");
    }
  }
  order.note = row.Text("note");
  return bet;
}

void CheckRow(const FileBet& bet, RowReader& row) {
  for (const absl::Status& status :
       {domain::CheckSelection(bet.order.selection), domain::CheckTerms(bet.order.terms)}) {
    for (const auto& [field, reason] : ViolationsOf(status)) row.Wrong(ColumnOf(field), reason);
  }
}

}  // namespace

std::string WriteBetFile(const std::vector<Bet>& bets,
                         const std::map<std::int64_t, ClosingLine>& lines,
                         const std::string& currency) {
  std::string file = CsvLine({"bet_id",
                              "placed_time",
                              "match_date",
                              "competition",
                              "home_team",
                              "away_team",
                              "market",
                              "outcome",
                              "line",
                              "side",
                              "bookmaker",
                              "odds",
                              "stake",
                              "commission",
                              "note",
                              "currency",
                              "result",
                              "score",
                              "exposure",
                              "returned",
                              "profit",
                              "closing_fair_odds",
                              "closing_line_value",
                              "closing_source",
                              "logged_afterwards"});
  for (const Bet& bet : bets) {
    const NewBet& order = bet.order;
    const auto line = lines.find(bet.bet_id);
    std::string result, score, returned, profit;
    if (bet.outcome) {
      result = domain::BetResultName(bet.outcome->result);
      returned = FormatMoney(bet.outcome->returned);
      profit = FormatMoney(bet.outcome->returned - bet.exposure);
      if (bet.outcome->home_score) {
        // With a colon: a spreadsheet takes 2-1 for a day.
        score = fmt::format("{}:{}", *bet.outcome->home_score, *bet.outcome->away_score);
      }
    }
    std::string fair_odds, clv, source;
    if (line != lines.end()) {
      fair_odds = fmt::format("{:.4f}", 1.0 / line->second.probability);
      clv = fmt::format("{:.4f}", domain::ClosingLineValue(order.terms, line->second.probability));
      source = line->second.source;
    }
    file += CsvLine({std::to_string(bet.bet_id),
                     FormatInstant(order.placed_time.value_or(bet.create_time)),
                     FormatDay(bet.match.match_date),
                     HarmlessText(bet.match.competition_code),
                     HarmlessText(bet.match.home_team),
                     HarmlessText(bet.match.away_team),
                     std::string(domain::NameOf(order.selection.market)),
                     std::string(domain::NameOf(order.selection.outcome)),
                     Decimal(order.selection.line_quarters * 25, 2),
                     order.terms.side == domain::BetSide::kLay ? "lay" : "back",
                     HarmlessText(order.bookmaker),
                     Decimal(order.terms.odds_millionths, 6),
                     FormatMoney(order.terms.stake),
                     Decimal(order.terms.commission_basis_points, 2),
                     HarmlessText(order.note),
                     currency,
                     result,
                     score,
                     FormatMoney(bet.exposure),
                     returned,
                     profit,
                     fair_odds,
                     clv,
                     source,
                     bet.logged_afterwards ? "yes" : "no"});
  }
  return file;
}

absl::StatusOr<std::vector<FileBet>> ReadBetFile(std::string_view content) {
  ASSIGN_OR_RETURN(const std::vector<CsvRow> rows, ReadCsv(content));
  if (rows.empty()) return InvalidField("content", "is empty: a header line is needed");
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < rows.front().cells.size(); ++i) {
    if (!columns.emplace(rows.front().cells[i], i).second) {
      return FileErrors({{rows.front().line, rows.front().cells[i], "stands twice in the header"}});
    }
  }
  std::vector<FileError> errors;
  for (const std::string_view column : kRequired) {
    if (!columns.contains(std::string(column))) {
      errors.push_back({rows.front().line, std::string(column), "is missing in the header"});
    }
  }
  if (!errors.empty()) return FileErrors(errors);
  if (rows.size() - 1 > kMaxFileBets) {
    return InvalidField("content",
                        fmt::format("has {} bets and may have {}: split it into several files",
                                    rows.size() - 1, kMaxFileBets));
  }
  std::vector<FileBet> bets;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].cells.size() != rows.front().cells.size()) {
      errors.push_back({rows[i].line, "",
                        fmt::format("has {} cells and the header has {}", rows[i].cells.size(),
                                    rows.front().cells.size())});
      continue;
    }
    RowReader reader(columns, rows[i], errors);
    if (reader.Text("result") == domain::BetResultName(domain::BetResult::kCancelled)) continue;
    const std::size_t before = errors.size();
    bets.push_back(ReadRow(reader));
    bets.back().line = rows[i].line;
    if (errors.size() == before) CheckRow(bets.back(), reader);
  }
  if (!errors.empty()) return FileErrors(errors);
  return bets;
}

absl::Status FileErrors(const std::vector<FileError>& errors) {
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), kMaxShownErrors); ++i) {
    const FileError& error = errors[i];
    if (i > 0) text += "; ";
    text += fmt::format("line {}", error.line);
    if (!error.column.empty()) text += ", column " + error.column;
    text += ": " + error.reason;
  }
  if (errors.size() > kMaxShownErrors) {
    text += fmt::format("; and {} more", errors.size() - kMaxShownErrors);
  }
  return InvalidField("content", text);
}

std::string ColumnOf(std::string_view field) {
  for (const auto& [name, column] :
       {std::pair<std::string_view, std::string_view>{"line_quarters", "line"},
        {"stake_minor_units", "stake"},
        {"commission_basis_points", "commission"},
        {"match_id", "match_date"}}) {
    if (field == name) return std::string(column);
  }
  return std::string(field);
}

}  // namespace fairline::accounts
