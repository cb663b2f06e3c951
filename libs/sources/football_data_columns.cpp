#include "libs/sources/football_data_columns.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "libs/csv/cells.hpp"
#include "libs/csv/text.hpp"
#include "libs/domain/match.hpp"

namespace fairline::sources {
namespace {

using domain::Market;
using domain::Phase;

constexpr double kMaxHandicap = 10.0;

// Known, and not stored: counts of books behind an average, half-time result, attendance and
// statistics that only two old seasons have; HFKC/AFKC count more than fouls.
constexpr std::array<std::string_view, 13> kUnusedColumns = {
    "HTR", "Bb1X2", "BbOU", "BbAH", "Attendance", "HHW", "AHW",
    "HO",  "AO",    "HBP",  "ABP",  "HFKC",       "AFKC"};

constexpr std::array<std::pair<std::string_view, std::string_view>, kStatisticCount>
    kStatisticHeaders = {{{"HTHG", "HTAG"},
                          {"HS", "AS"},
                          {"HST", "AST"},
                          {"HC", "AC"},
                          {"HF", "AF"},
                          {"HY", "AY"},
                          {"HR", "AR"}}};

// What the name of an odds column says.
struct OddsColumn {
  std::string_view prefix;
  std::uint16_t bookmaker = 0;
  Market market = Market::kMatchResult;
  Phase phase = Phase::kPreMatch;
  std::int16_t line_quarters = 0;
  std::size_t outcome = 0;
};

struct Stem {
  std::string_view prefix;
  std::uint16_t bookmaker;
  Phase phase;
};

// "B365" is Bet365 before the match, "B365C" its closing price.
std::optional<Stem> ReadStem(std::string_view stem, const PrefixIndex& prefixes) {
  for (const Phase phase : {Phase::kPreMatch, Phase::kClosing}) {
    for (const auto& [prefix, bookmaker] : prefixes) {
      if (prefix == stem) return Stem{prefix, bookmaker, phase};
    }
    if (!stem.ends_with('C')) return std::nullopt;
    stem.remove_suffix(1);
  }
  return std::nullopt;
}

// Splits "B365C>2.5" (or "B365C_2_5", "B365C_2_5_1" for under) into stem, outcome and line.
bool ReadTotal(std::string_view header, std::string_view& stem, OddsColumn& column) {
  constexpr std::string_view kOver = "_2_5";
  constexpr std::string_view kUnder = "_2_5_1";
  column.market = Market::kTotal;
  const std::size_t sign = header.find_first_of("<>");
  if (sign != std::string_view::npos) {
    const auto quarters = ReadHandicapQuarters(header.substr(sign + 1));
    if (!quarters) return false;
    stem = header.substr(0, sign);
    column.outcome = header[sign] == '>' ? 0 : 1;
    column.line_quarters = *quarters;
    return true;
  }
  const bool under = header.ends_with(kUnder);
  if (!under && !header.ends_with(kOver)) return false;
  stem = header.substr(0, header.size() - (under ? kUnder : kOver).size());
  column.outcome = under ? 1 : 0;
  column.line_quarters = 10;
  return true;
}

std::optional<OddsColumn> ReadOddsHeader(std::string_view header, const PrefixIndex& prefixes) {
  constexpr std::string_view kOutcomes = "HDA";
  OddsColumn column;
  std::string_view stem;
  if (header.ends_with("AHH") || header.ends_with("AHA")) {
    column.market = Market::kAsianHandicap;
    column.outcome = header.back() == 'H' ? 0 : 1;
    stem = header.substr(0, header.size() - 3);
  } else if (ReadTotal(header, stem, column)) {
  } else if (!header.empty() && kOutcomes.find(header.back()) != std::string_view::npos) {
    column.market = Market::kMatchResult;
    column.outcome = kOutcomes.find(header.back());
    stem = header.substr(0, header.size() - 1);
  } else {
    return std::nullopt;
  }
  const std::optional<Stem> read = ReadStem(stem, prefixes);
  if (!read) return std::nullopt;
  column.prefix = read->prefix;
  column.bookmaker = read->bookmaker;
  column.phase = read->phase;
  return column;
}

// Collects the columns of one header; Finish turns them into a plan.
class Planner {
 public:
  Planner(const std::vector<std::string>& headers, const PrefixIndex& prefixes,
          std::vector<Rejected>& rejected)
      : headers_(headers), prefixes_(prefixes), rejected_(rejected) {
    plan_.headers = headers;
  }

  void ReadHeaders();
  [[nodiscard]] absl::StatusOr<ColumnPlan> Finish(FileKind kind);

 private:
  using QuoteKey = std::tuple<std::string_view, Market, Phase, std::int16_t>;
  struct Group {
    std::uint16_t bookmaker = 0;
    std::array<std::optional<Column>, 3> prices;
  };

  void Reject(Column column, std::string reason) {
    rejected_.push_back({1, headers_[column], std::move(reason), headers_[column]});
  }
  [[nodiscard]] bool TakeField(Column column);
  [[nodiscard]] bool TakeHandicap(Column column);
  [[nodiscard]] bool TakeOdds(Column column, std::string_view header);
  [[nodiscard]] std::optional<std::size_t> HandicapSlot(std::string_view prefix, Phase phase);
  void AddQuotes();

  const std::vector<std::string>& headers_;
  const PrefixIndex& prefixes_;
  std::vector<Rejected>& rejected_;
  ColumnPlan plan_;
  std::map<std::string_view, Column> fields_;
  // A handicap's own prefix and phase; the prefix is empty for the one that all bookmakers share.
  std::map<std::pair<std::string_view, Phase>, Column> handicaps_;
  std::map<QuoteKey, Group> groups_;
};

void Planner::ReadHeaders() {
  for (Column column = 0; column < headers_.size(); ++column) {
    const std::string_view header = headers_[column];
    if (header.empty() || header.starts_with("Unnamed")) {
      plan_.unnamed.push_back(column);
      continue;
    }
    // "LB,LB,LB" stood for LBH,LBD,LBA in one file.
    const bool bare_triple = column + 2 < headers_.size() && headers_[column + 1] == header &&
                             headers_[column + 2] == header &&
                             ReadStem(header, prefixes_).has_value();
    if (bare_triple) {
      const Stem stem = *ReadStem(header, prefixes_);
      Group& group = groups_[{stem.prefix, Market::kMatchResult, stem.phase, 0}];
      group = {stem.bookmaker, {column, column + 1, column + 2}};
      column += 2;
      continue;
    }
    if (TakeHandicap(column) || TakeOdds(column, header) || TakeField(column)) continue;
    if (std::find(kUnusedColumns.begin(), kUnusedColumns.end(), header) == kUnusedColumns.end()) {
      Reject(column, "unknown column, ignored");
    }
  }
}

bool Planner::TakeField(Column column) {
  static constexpr std::array<std::string_view, 12> kFields = {
      "Div", "Date", "Time", "HomeTeam", "AwayTeam", "HT",
      "AT",  "FTHG", "FTAG", "FTR",      "Res",      "Referee"};
  const std::string_view header = headers_[column];
  const bool statistic =
      std::any_of(kStatisticHeaders.begin(), kStatisticHeaders.end(),
                  [&](const auto& pair) { return pair.first == header || pair.second == header; });
  const bool goals = header == "HG" || header == "AG";
  if (!statistic && !goals && std::find(kFields.begin(), kFields.end(), header) == kFields.end()) {
    return false;
  }
  if (!fields_.emplace(header, column).second) Reject(column, "repeated column, ignored");
  return true;
}

bool Planner::TakeHandicap(Column column) {
  const std::string_view header = headers_[column];
  std::pair<std::string_view, Phase> key{"", Phase::kPreMatch};
  if (header == "AHCh") {
    key.second = Phase::kClosing;
  } else if (header != "AHh" && header != "BbAHh") {
    if (header == "BbAH" || !header.ends_with("AH")) return false;
    const auto stem = ReadStem(header.substr(0, header.size() - 2), prefixes_);
    if (!stem) return false;
    key = {stem->prefix, stem->phase};
  }
  if (!handicaps_.emplace(key, column).second) Reject(column, "repeated column, ignored");
  return true;
}

bool Planner::TakeOdds(Column column, std::string_view header) {
  const auto odds = ReadOddsHeader(header, prefixes_);
  if (!odds) return false;
  Group& group = groups_[{odds->prefix, odds->market, odds->phase, odds->line_quarters}];
  group.bookmaker = odds->bookmaker;
  if (group.prices[odds->outcome]) {
    Reject(column, "repeated column, ignored");
  } else {
    group.prices[odds->outcome] = column;
  }
  return true;
}

std::optional<std::size_t> Planner::HandicapSlot(std::string_view prefix, Phase phase) {
  auto found = handicaps_.find({prefix, phase});
  if (found == handicaps_.end()) found = handicaps_.find({"", phase});
  if (found == handicaps_.end()) return std::nullopt;
  std::vector<Column>& columns = plan_.handicap_columns;
  const auto known = std::find(columns.begin(), columns.end(), found->second);
  if (known != columns.end()) return static_cast<std::size_t>(known - columns.begin());
  columns.push_back(found->second);
  return columns.size() - 1;
}

void Planner::AddQuotes() {
  for (const auto& [key, group] : groups_) {
    const auto& [prefix, market, phase, line] = key;
    const std::size_t outcomes = domain::OutcomesOf(market).size();
    QuoteColumns quote{group.bookmaker, market, phase, line, std::nullopt, {}, outcomes};
    std::optional<Column> any;
    bool complete = true;
    for (std::size_t k = 0; k < outcomes; ++k) {
      complete = complete && group.prices[k].has_value();
      if (group.prices[k]) {
        any = group.prices[k];
        quote.prices[k] = *group.prices[k];
      }
    }
    if (!complete) {
      Reject(*any, "the columns of this quote's other outcomes are missing, ignored");
      continue;
    }
    if (market == Market::kAsianHandicap) {
      quote.handicap_slot = HandicapSlot(prefix, phase);
      if (!quote.handicap_slot) {
        Reject(*any, "no column holds the handicap of these odds, ignored");
        continue;
      }
    }
    const bool repeated =
        std::any_of(plan_.quotes.begin(), plan_.quotes.end(), [&](const QuoteColumns& other) {
          return other.bookmaker == quote.bookmaker && other.market == market &&
                 other.phase == phase && other.line_quarters == line;
        });
    if (repeated) {
      Reject(*any, "another column holds the same bookmaker's odds, ignored");
      continue;
    }
    plan_.quotes.push_back(quote);
  }
}

absl::StatusOr<ColumnPlan> Planner::Finish(FileKind kind) {
  const auto find = [&](std::string_view name, std::string_view other) -> std::optional<Column> {
    if (const auto found = fields_.find(name); found != fields_.end()) return found->second;
    if (const auto found = fields_.find(other); found != fields_.end()) return found->second;
    return std::nullopt;
  };
  std::string missing;
  const auto require = [&](std::string_view name, std::string_view other) -> Column {
    const std::optional<Column> column = find(name, other);
    if (!column) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
    return column.value_or(0);
  };
  plan_.division = require("Div", "");
  plan_.date = require("Date", "");
  plan_.home = require("HomeTeam", "HT");
  plan_.away = require("AwayTeam", "AT");
  if (kind == FileKind::kSeason) {
    plan_.home_goals = require("FTHG", "HG");
    plan_.away_goals = require("FTAG", "AG");
  } else {
    plan_.home_goals = find("FTHG", "HG");
    plan_.away_goals = find("FTAG", "AG");
  }
  if (!missing.empty()) {
    const bool extra_league =
        std::find(headers_.begin(), headers_.end(), "League") != headers_.end();
    return InvalidField(
        "header", fmt::format("not the layout of football-data's main leagues: no column {}{}",
                              missing, extra_league ? " (this is an extra-league file)" : ""));
  }
  plan_.time = find("Time", "");
  plan_.result = find("FTR", "Res");
  plan_.referee = find("Referee", "");
  for (std::size_t k = 0; k < kStatisticCount; ++k) {
    plan_.statistics[k] = {find(kStatisticHeaders[k].first, ""),
                           find(kStatisticHeaders[k].second, "")};
  }
  AddQuotes();
  return std::move(plan_);
}

}  // namespace

std::optional<std::int16_t> ReadHandicapQuarters(std::string_view cell) {
  const std::size_t comma = cell.find(',');
  std::optional<double> handicap;
  if (comma == std::string_view::npos) {
    handicap = csv::ReadDecimal(cell);
  } else {
    const auto first = csv::ReadDecimal(csv::TrimBlanks(cell.substr(0, comma)));
    const auto second = csv::ReadDecimal(csv::TrimBlanks(cell.substr(comma + 1)));
    if (first && second && std::abs(*first - *second) == 0.5) handicap = (*first + *second) / 2.0;
  }
  if (!handicap || std::abs(*handicap) > kMaxHandicap) return std::nullopt;
  const double quarters = *handicap * 4.0;
  if (quarters != std::round(quarters)) return std::nullopt;
  return static_cast<std::int16_t>(quarters);
}

absl::StatusOr<ColumnPlan> PlanColumns(const std::vector<std::string>& headers, FileKind kind,
                                       const PrefixIndex& prefixes,
                                       std::vector<Rejected>& rejected) {
  Planner planner(headers, prefixes, rejected);
  planner.ReadHeaders();
  return planner.Finish(kind);
}

}  // namespace fairline::sources
