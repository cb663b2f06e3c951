#include "services/accounts/app/ledger/bet_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <span>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/format.h>

#include "libs/core/money.hpp"
#include "libs/csv/cells.hpp"
#include "libs/csv/reader.hpp"
#include "libs/csv/writer.hpp"
#include "libs/domain/betting_record.hpp"

namespace fairline::accounts {
namespace {

constexpr std::array<std::string_view, 8> kRequired = {
    "match_date", "competition", "home_team", "away_team", "market", "outcome", "odds", "stake"};
constexpr std::size_t kMaxShownErrors = 20;

// What becomes of decimals beyond those that are kept.
enum class Excess { kRefuse, kRound };

// "-1.25" in units of 10^-decimals; nothing when it has too many digits, or decimals to refuse.
// `number` is digits with at most one point, as csv::ReadNumber gives it.
std::optional<std::int64_t> FixedPoint(std::string_view number, int decimals, Excess excess) {
  constexpr std::int64_t kMax = 100'000'000'000'000'000;
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string digits(number.substr(0, point));
  std::string fraction(number.substr(std::min(point + 1, number.size())));
  const auto kept = static_cast<std::size_t>(decimals);
  fraction.resize(std::max(fraction.size(), kept), '0');
  const std::string beyond = fraction.substr(kept);
  if (excess == Excess::kRefuse && beyond.find_first_not_of('0') != std::string::npos) {
    return std::nullopt;
  }
  digits.append(fraction, 0, kept);
  std::int64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    if (value > kMax) return std::nullopt;
  }
  if (!beyond.empty() && beyond.front() >= '5') ++value;
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

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// The cells of the row at hand by column name; collects what is wrong.
class RowReader {
 public:
  RowReader(const std::map<std::string, std::size_t>& columns, const csv::Reader& row,
            std::vector<FileError>& errors)
      : columns_(columns), row_(row), errors_(errors) {}

  [[nodiscard]] std::string Text(const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? "" : csv::PlainText(std::string(row_.Cell(found->second)));
  }

  // Blanks and all where the cell is quoted.
  [[nodiscard]] std::string Verbatim(const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? "" : csv::PlainText(std::string(row_.Verbatim(found->second)));
  }

  void Wrong(const std::string& column, const std::string& reason) {
    errors_.push_back({row_.line(), column, reason});
  }

  // In units of the last decimal that is kept; `empty` when there is nothing.
  std::int64_t Number(const std::string& column, int decimals, const char* example,
                      std::int64_t empty, Excess excess = Excess::kRefuse) {
    const std::string text = Text(column);
    if (text.empty()) return empty;
    const auto number = csv::ReadNumber(text, row_.separator());
    const auto value =
        number.ok() ? FixedPoint(*number, decimals, excess) : std::optional<std::int64_t>();
    if (value) return *value;
    Wrong(column,
          fmt::format("\"{}\" {} like {}", text,
                      number.ok() ? "is not a number" : MessageOf(number.status()), example));
    return empty;
  }

  // An amount in units of the last digit; nothing when the cell is none.
  [[nodiscard]] std::optional<Money> Amount(const std::string& column, int digits) const {
    const auto number = csv::ReadNumber(Text(column), row_.separator());
    const auto value =
        number.ok() ? FixedPoint(*number, digits, Excess::kRefuse) : std::optional<std::int64_t>();
    return value ? std::optional(Money{*value}) : std::nullopt;
  }

  // The row of a table of domain/market.hpp that the cell names.
  template <typename Row>
  const Row& Named(const std::string& column, std::span<const Row> table) {
    const std::string text = Text(column);
    const std::string name = LowerCase(text);
    std::string names;
    for (const Row& row : table) {
      if (row.name == name) return row;
      names.append(names.empty() ? "" : ", ").append(row.name);
    }
    Wrong(column, fmt::format("\"{}\" is not one of {}", text, names));
    return table.front();
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  const csv::Reader& row_;
  std::vector<FileError>& errors_;
};

// As this ledger writes results, and as others do.
std::optional<domain::BetResult> ResultFrom(const std::string& text) {
  using domain::BetResult;
  static const std::map<std::string, BetResult> kNames = {{"win", BetResult::kWin},
                                                          {"won", BetResult::kWin},
                                                          {"w", BetResult::kWin},
                                                          {"half_win", BetResult::kHalfWin},
                                                          {"half win", BetResult::kHalfWin},
                                                          {"half won", BetResult::kHalfWin},
                                                          {"void", BetResult::kVoid},
                                                          {"voided", BetResult::kVoid},
                                                          {"push", BetResult::kVoid},
                                                          {"refunded", BetResult::kVoid},
                                                          {"half_loss", BetResult::kHalfLoss},
                                                          {"half loss", BetResult::kHalfLoss},
                                                          {"half lost", BetResult::kHalfLoss},
                                                          {"loss", BetResult::kLoss},
                                                          {"lost", BetResult::kLoss},
                                                          {"lose", BetResult::kLoss},
                                                          {"l", BetResult::kLoss}};
  const auto found = kNames.find(LowerCase(text));
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

// "2:1" or "2-1", with or without blanks.
std::optional<std::pair<int, int>> ScoreFrom(const std::string& text) {
  int home = 0;
  int away = 0;
  char mark = 0;
  int read = 0;
  if (std::sscanf(text.c_str(), "%3d %c %3d%n", &home, &mark, &away, &read) != 3 ||
      static_cast<std::size_t>(read) != text.size() || (mark != ':' && mark != '-')) {
    return std::nullopt;
  }
  return std::pair(home, away);
}

FileClaims ReadClaims(const RowReader& row, int digits) {
  FileClaims claims;
  claims.result = ResultFrom(row.Text("result"));
  claims.score = ScoreFrom(row.Text("score"));
  claims.returned = row.Amount("returned", digits);
  claims.profit = row.Amount("profit", digits);
  return claims;
}

std::int64_t ReadOdds(RowReader& row) {
  const std::string text = row.Text("odds");
  if (text.starts_with('+') || text.starts_with('-') || text.find('/') != std::string::npos) {
    const auto odds = domain::ParseOdds(text);
    const auto millionths =
        odds.ok() ? domain::OddsInMillionths(odds->value()) : absl::StatusOr<std::int64_t>(0);
    if (millionths.ok() && *millionths > 0) return *millionths;
  }
  return row.Number("odds", 6, "1.95", 0, Excess::kRound);
}

FileBet ReadRow(RowReader& row, std::string_view currency) {
  const int digits = CurrencyDigits(currency);
  FileBet bet;
  const auto day = csv::ReadDay(row.Text("match_date"));
  if (day.ok()) {
    bet.match.match_date = *day;
  } else {
    row.Wrong("match_date", fmt::format("{} like 2026-01-30", MessageOf(day.status())));
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
  const std::string side = LowerCase(row.Text("side"));
  if (side == "lay") {
    order.terms.side = domain::BetSide::kLay;
  } else if (!side.empty() && side != "back") {
    row.Wrong("side", fmt::format("\"{}\" is not back or lay", row.Text("side")));
  }
  order.bookmaker = row.Verbatim("bookmaker");
  order.terms.odds_millionths = ReadOdds(row);
  order.terms.stake = Money{row.Number("stake", digits, digits == 0 ? "1050" : "10.50", 0)};
  const std::string other = row.Text("currency");
  if (!other.empty() && !absl::EqualsIgnoreCase(other, std::string(currency))) {
    const std::string code = absl::AsciiStrToUpper(other);
    const bool known = FindCurrencyDigits(code).has_value();
    row.Wrong("currency",
              known ? fmt::format("is {} and the account's is {}: convert the amounts first", code,
                                  currency)
                    : fmt::format("\"{}\" is no currency's code like {}", other, currency));
  }
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
  order.note = row.Verbatim("note");
  bet.claims = ReadClaims(row, digits);
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
  std::string file = csv::Line({"bet_id",
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
      returned = FormatMoney(bet.outcome->returned, currency);
      profit = FormatMoney(bet.outcome->returned - bet.exposure, currency);
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
    file += csv::Line({std::to_string(bet.bet_id),
                       FormatInstant(order.placed_time.value_or(bet.create_time)),
                       FormatDay(bet.match.match_date),
                       csv::HarmlessText(bet.match.competition_code),
                       csv::HarmlessText(bet.match.home_team),
                       csv::HarmlessText(bet.match.away_team),
                       std::string(domain::NameOf(order.selection.market)),
                       std::string(domain::NameOf(order.selection.outcome)),
                       Decimal(order.selection.line_quarters * 25, 2),
                       order.terms.side == domain::BetSide::kLay ? "lay" : "back",
                       csv::HarmlessText(order.bookmaker),
                       Decimal(order.terms.odds_millionths, 6),
                       FormatMoney(order.terms.stake, currency),
                       Decimal(order.terms.commission_basis_points, 2),
                       csv::HarmlessText(order.note),
                       currency,
                       result,
                       score,
                       FormatMoney(bet.exposure, currency),
                       returned,
                       profit,
                       fair_odds,
                       clv,
                       source,
                       bet.logged_afterwards ? "yes" : "no"});
  }
  return file;
}

absl::StatusOr<std::vector<FileBet>> ReadBetFile(std::string_view content,
                                                 std::string_view currency) {
  auto opened = csv::Reader::Open(content, csv::Dialect::kSpreadsheet);
  RETURN_IF_ERROR(Within("content", opened.status()));
  csv::Reader& row = *opened;
  if (!row.Next()) {
    RETURN_IF_ERROR(Within("content", row.status()));
    return InvalidField("content", "is empty: a header line is needed");
  }
  std::map<std::string, std::size_t> columns;
  const std::size_t width = row.size();
  for (std::size_t i = 0; i < width; ++i) {
    const std::string name = LowerCase(row.Cell(i));
    if (!name.empty() && !columns.emplace(name, i).second) {
      return FileErrors({{row.line(), name, "stands twice in the header"}});
    }
  }
  std::vector<FileError> errors;
  for (const std::string_view column : kRequired) {
    if (!columns.contains(std::string(column))) {
      errors.push_back({row.line(), std::string(column), "is missing in the header"});
    }
  }
  if (!errors.empty()) return FileErrors(errors);
  std::vector<FileBet> bets;
  std::size_t rows = 0;
  while (row.Next()) {
    if (++rows > kMaxFileBets) continue;
    std::size_t cells = row.size();
    while (cells > width && row.Cell(cells - 1).empty()) --cells;
    if (cells != width) {
      errors.push_back(
          {row.line(), "", fmt::format("has {} cells and the header has {}", cells, width)});
      continue;
    }
    RowReader reader(columns, row, errors);
    if (LowerCase(reader.Text("result")) == domain::BetResultName(domain::BetResult::kCancelled)) {
      continue;
    }
    const std::size_t before = errors.size();
    bets.push_back(ReadRow(reader, currency));
    bets.back().line = row.line();
    if (errors.size() == before) CheckRow(bets.back(), reader);
  }
  RETURN_IF_ERROR(Within("content", row.status()));
  if (rows > kMaxFileBets) {
    return InvalidField(
        "content", fmt::format("has {} bets and may have {}: split it into several files", rows,
                               kMaxFileBets));
  }
  if (!errors.empty()) return FileErrors(errors);
  return bets;
}

void AddContradictions(const FileBet& row, const std::optional<BetOutcome>& settled,
                       std::string_view currency, std::vector<std::string>& contradictions) {
  if (!settled) return;
  const auto tell = [&](const char* column, const std::string& says, const std::string& is) {
    contradictions.push_back(
        fmt::format("line {}, column {}: says {}, and {}", row.line, column, says, is));
  };
  const FileClaims& claims = row.claims;
  const bool has_score = settled->home_score && settled->away_score;
  const std::string at =
      has_score ? fmt::format(" at {}-{}", *settled->home_score, *settled->away_score) : "";
  if (claims.score && has_score &&
      *claims.score != std::pair(*settled->home_score, *settled->away_score)) {
    tell("score", fmt::format("{}-{}", claims.score->first, claims.score->second),
         "the bet goes by" + at.substr(3));
  }
  if (claims.result && *claims.result != settled->result) {
    tell("result", std::string(domain::BetResultName(*claims.result)),
         fmt::format("the bet is settled as {}{}", domain::BetResultName(settled->result), at));
    return;  // amounts follow from it
  }
  if (claims.returned && *claims.returned != settled->returned) {
    tell("returned", FormatMoney(*claims.returned, currency),
         FormatMoney(settled->returned, currency) + " came back");
  }
  const Money profit = settled->returned - domain::Exposure(row.order.terms);
  if (claims.profit && *claims.profit != profit) {
    tell("profit", FormatMoney(*claims.profit, currency),
         "the bet's is " + FormatMoney(profit, currency));
  }
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
