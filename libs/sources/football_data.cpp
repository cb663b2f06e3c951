#include "libs/sources/football_data.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "libs/csv/cells.hpp"
#include "libs/csv/reader.hpp"
#include "libs/sources/football_data_columns.hpp"
#include "libs/sources/london_time.hpp"

namespace fairline::sources {
namespace {

constexpr std::size_t kMaxRejectedText = 200;
constexpr std::size_t kMaxName = 100;
constexpr std::int16_t kMaxGoals = 40;
constexpr std::int16_t kMaxStatistic = 200;
constexpr double kMaxOdds = 1000.0;
// Outside these sums of inverse odds a cell of the quote is a slip of the keyboard or an exchange
// price that nobody offered; real books of these files lie between 0.85 (the best of many) and 1.4.
constexpr double kMinImpliedSum = 0.80;
constexpr double kMaxImpliedSum = 1.60;
// Coming matches lie within days of each other; a far one has a wrong year or month.
constexpr std::chrono::days kFixtureWindow{60};
// The same pairing so near is the same match: real replays lie three days apart and more.
constexpr std::chrono::days kSameMatch{1};

std::string Shortened(std::string_view text) {
  std::size_t size = std::min(text.size(), kMaxRejectedText);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80)
    --size;
  return std::string(text.substr(0, size));
}

std::string JoinedRow(const csv::Reader& record) {
  std::string row;
  for (std::size_t k = 0; k < record.size() && row.size() <= kMaxRejectedText; ++k) {
    if (k > 0) row += ',';
    row += record.Cell(k);
  }
  return Shortened(row);
}

class FileParser {
 public:
  FileParser(csv::Reader& record, const FileIdentity& file, const PrefixIndex& prefixes)
      : record_(record), file_(file), prefixes_(prefixes) {}

  [[nodiscard]] absl::StatusOr<ParsedFile> Parse();

 private:
  [[nodiscard]] absl::Status ReadHeader();
  void ReadRow();
  [[nodiscard]] bool ReadIdentity(MatchRow& row);
  // Why the row's cells cannot be taken; empty when they can.
  [[nodiscard]] std::string AgainstDivision();
  [[nodiscard]] std::string AgainstDate(const std::optional<Day>& date);
  [[nodiscard]] std::string AgainstTeams() const;
  void NoteUnread(const std::optional<Day>& date);
  // `against` is said of a row that belongs into another file.
  [[nodiscard]] std::string OfAnotherFile(std::string against);
  void ReadScore(MatchRow& row);
  void CheckResult(const Score& score);
  void ReadStatistics(MatchRow& row);
  void ReadHandicaps();
  void ReadQuotes(MatchRow& row);
  void ReadQuote(const QuoteColumns& columns);
  void CheckExtraCells();
  [[nodiscard]] absl::Status CheckIdentity() const;
  [[nodiscard]] absl::Status CheckDates() const;
  void DropFarFixtures();
  // The row so far of the same match. Of two the one with a score is kept, else the first.
  [[nodiscard]] std::optional<std::size_t> FormerOf(const MatchRow& row) const;
  void RejectRepeated(const MatchRow& row, const MatchRow& former);
  // Of the row at hand: the file ends within it.
  [[nodiscard]] bool IsCut() const;
  void CheckCut();
  void DescribeColumns();

  [[nodiscard]] std::string_view Cell(Column column) const { return record_.Cell(column); }
  [[nodiscard]] std::string_view Cell(std::optional<Column> column) const {
    return column ? record_.Cell(*column) : std::string_view();
  }
  void RejectCell(Column column, std::string reason) {
    out_.rejected.push_back(
        {record_.line(), plan_.headers[column], std::move(reason), Shortened(Cell(column))});
  }
  void RejectRow(std::string reason) {
    out_.rejected.push_back({record_.line(), "", std::move(reason), JoinedRow(record_)});
  }
  [[nodiscard]] NameIndex Intern(std::string_view name);

  csv::Reader& record_;  // the row at hand
  const FileIdentity& file_;
  const PrefixIndex& prefixes_;
  ColumnPlan plan_;
  ParsedFile out_;
  std::unordered_map<std::string_view, NameIndex> name_index_;
  // Rows so far of each pairing.
  std::map<std::pair<NameIndex, NameIndex>, std::vector<std::size_t>> rows_of_;
  std::vector<std::optional<std::int16_t>> handicaps_;  // of this row, by slot
  int data_rows_ = 0;
  int bad_dates_ = 0;
  int first_bad_date_line_ = 0;
  std::string first_bad_date_;
  int other_rows_ = 0;  // of another division or season
  std::string first_other_;
};

NameIndex FileParser::Intern(std::string_view name) {
  if (const auto found = name_index_.find(name); found != name_index_.end()) return found->second;
  const auto index = static_cast<NameIndex>(out_.names.size());
  out_.names.emplace_back(name);
  name_index_.emplace(out_.names.back(), index);
  return index;
}

absl::Status FileParser::ReadHeader() {
  if (!record_.Next()) return InvalidField("header", "the file is empty");
  std::vector<std::string> headers;
  headers.reserve(record_.size());
  for (std::size_t k = 0; k < record_.size(); ++k) headers.emplace_back(record_.Cell(k));
  ASSIGN_OR_RETURN(plan_, PlanColumns(headers, file_.kind, prefixes_, out_.rejected));
  handicaps_.resize(plan_.handicap_columns.size());
  return absl::OkStatus();
}

absl::StatusOr<ParsedFile> FileParser::Parse() {
  RETURN_IF_ERROR(ReadHeader());
  while (record_.Next()) {
    ++data_rows_;
    ReadRow();
    CheckCut();
  }
  if (data_rows_ == 0 && file_.kind == FileKind::kSeason) {
    return InvalidField("file", "has a header and no rows");
  }
  RETURN_IF_ERROR(CheckIdentity());
  RETURN_IF_ERROR(CheckDates());
  DescribeColumns();
  if (file_.kind == FileKind::kFixtures) DropFarFixtures();
  return std::move(out_);
}

void FileParser::ReadRow() {
  MatchRow row;
  row.line = record_.line();
  if (!ReadIdentity(row)) return;
  const std::string_view time = Cell(plan_.time);
  if (!time.empty()) {
    if (const auto time_of_day = csv::ReadTimeOfDay(time)) {
      row.kickoff = LondonToUtc(row.date, *time_of_day);
    } else {
      RejectCell(*plan_.time, "not a time of day HH:MM");
    }
  }
  ReadScore(row);
  const std::optional<std::size_t> former = FormerOf(row);
  if (former && (out_.rows[*former].full_time || !row.full_time)) {
    RejectRepeated(row, out_.rows[*former]);
    return;
  }
  if (row.full_time) CheckResult(*row.full_time);
  ReadStatistics(row);
  if (const std::string_view referee = Cell(plan_.referee); !referee.empty()) {
    row.referee = Intern(referee);
  }
  ReadQuotes(row);
  CheckExtraCells();
  if (former) {
    MatchRow& blank = out_.rows[*former];
    out_.rejected.push_back(
        {blank.line, "", fmt::format("line {} has the same match with its score", row.line),
         Shortened(fmt::format("{} - {}", out_.names[row.home], out_.names[row.away]))});
    blank = row;
    return;
  }
  rows_of_[{row.home, row.away}].push_back(out_.rows.size());
  out_.rows.push_back(row);
}

std::optional<std::size_t> FileParser::FormerOf(const MatchRow& row) const {
  const auto found = rows_of_.find({row.home, row.away});
  if (found == rows_of_.end()) return std::nullopt;
  for (const std::size_t k : found->second) {
    if (std::chrono::abs(row.date - out_.rows[k].date) <= kSameMatch) return k;
  }
  return std::nullopt;
}

void FileParser::RejectRepeated(const MatchRow& row, const MatchRow& former) {
  if (row.full_time && row.full_time != former.full_time) {
    std::string contradiction = fmt::format(
        "contradicts line {}: the same pairing on {} with another score; that "
        "line is kept",
        former.line, FormatDay(former.date));
    out_.contradictions.push_back(fmt::format("line {} {}", row.line, contradiction));
    RejectRow(std::move(contradiction));
  } else if (row.date == former.date) {
    RejectRow(fmt::format("the same match is already in this file, line {}", former.line));
  } else {
    RejectRow(fmt::format("the same match is already in this file, line {}, on {}", former.line,
                          FormatDay(former.date)));
  }
}

// Eight of football-data's files end without a line end, others have short rows: none has both.
bool FileParser::IsCut() const {
  return !record_.has_line_end() && record_.size() < plan_.headers.size();
}

void FileParser::CheckCut() {
  if (!IsCut()) return;
  out_.cut_line = record_.line();
  out_.cut = fmt::format("ends within line {}: {} of {} cells and no line end", record_.line(),
                         record_.size(), plan_.headers.size());
}

void FileParser::DescribeColumns() {
  for (const std::string& header : plan_.headers) {
    if (!header.empty()) out_.columns.push_back(header);
  }
  for (const QuoteColumns& columns : plan_.quotes) {
    out_.quoted.push_back({columns.bookmaker, columns.market, columns.phase});
  }
}

// Division, date and teams; false, with the row rejected and noted, when one of them is unusable.
bool FileParser::ReadIdentity(MatchRow& row) {
  std::optional<Day> date = csv::ReadBritishDate(Cell(plan_.date));
  std::string against = AgainstDivision();
  if (against.empty()) {
    against = AgainstDate(date);
    if (!against.empty()) date.reset();
  }
  if (against.empty()) against = AgainstTeams();
  if (!against.empty()) {
    RejectRow(std::move(against));
    NoteUnread(date);
    return false;
  }
  row.date = *date;
  row.season_start = file_.kind == FileKind::kSeason ? file_.season_start : SeasonStartOf(row.date);
  row.division = Intern(Cell(plan_.division));
  row.home = Intern(Cell(plan_.home));
  row.away = Intern(Cell(plan_.away));
  return true;
}

std::string FileParser::OfAnotherFile(std::string against) {
  if (!IsCut() && other_rows_++ == 0) {
    first_other_ = fmt::format("line {}: {}", record_.line(), against);
  }
  return against;
}

std::string FileParser::AgainstDivision() {
  const std::string_view division = Cell(plan_.division);
  if (division.empty()) return "Div is empty";
  if (file_.kind == FileKind::kSeason && division != file_.division) {
    return OfAnotherFile(fmt::format("Div is not that of the file, {}", file_.division));
  }
  return "";
}

std::string FileParser::AgainstDate(const std::optional<Day>& date) {
  if (!date) {
    if (!IsCut() && bad_dates_++ == 0) {
      first_bad_date_ = Shortened(Cell(plan_.date));
      first_bad_date_line_ = record_.line();
    }
    return "Date is not a date dd/mm/yyyy";
  }
  if (file_.kind != FileKind::kSeason) return "";
  // 2019-20 ended in August; nothing has ever begun before July.
  using namespace std::chrono;
  const Day first{year{file_.season_start} / July / 1};
  const Day last{year{file_.season_start + 1} / August / 31};
  if (*date >= first && *date <= last) return "";
  return OfAnotherFile(fmt::format("Date {} is outside the season {}", FormatDay(*date),
                                   SeasonCode(file_.season_start)));
}

std::string FileParser::AgainstTeams() const {
  const std::string_view home = Cell(plan_.home);
  const std::string_view away = Cell(plan_.away);
  if (home.empty() || away.empty()) return "a team's name is empty";
  if (home.size() > kMaxName || away.size() > kMaxName) {
    return "a team's name is too long to be one";
  }
  return home == away ? "both teams are the same" : "";
}

// A season file's row is of its division whatever it says.
void FileParser::NoteUnread(const std::optional<Day>& date) {
  const std::string_view home = Cell(plan_.home);
  const std::string_view away = Cell(plan_.away);
  const auto name = [&](std::string_view cell) -> std::optional<NameIndex> {
    if (cell.empty() || cell.size() > kMaxName || home == away) return std::nullopt;
    return Intern(cell);
  };
  const bool season = file_.kind == FileKind::kSeason;
  out_.unread.push_back(
      {Intern(season ? file_.division : Cell(plan_.division)), date, name(home), name(away)});
}

void FileParser::ReadScore(MatchRow& row) {
  const std::string_view home = Cell(plan_.home_goals);
  const std::string_view away = Cell(plan_.away_goals);
  if (home.empty() && away.empty()) return;
  const auto home_goals = csv::ReadCount(home, kMaxGoals);
  const auto away_goals = csv::ReadCount(away, kMaxGoals);
  if (home_goals && away_goals) {
    row.full_time = Score{*home_goals, *away_goals};
    return;
  }
  row.score_unread = true;
  if (!home_goals && plan_.home_goals) RejectCell(*plan_.home_goals, "not a number of goals");
  if (!away_goals && plan_.away_goals) RejectCell(*plan_.away_goals, "not a number of goals");
}

void FileParser::CheckResult(const Score& score) {
  const std::string_view result = Cell(plan_.result);
  if (result.empty()) return;
  const char expected = score.home > score.away ? 'H' : score.home < score.away ? 'A' : 'D';
  if (result.size() == 1 && result.front() == expected) return;
  RejectCell(*plan_.result,
             fmt::format("contradicts the score {}-{}, which is kept", score.home, score.away));
}

void FileParser::ReadStatistics(MatchRow& row) {
  const auto read = [this](std::optional<Column> column) -> std::optional<std::int16_t> {
    const std::string_view cell = Cell(column);
    if (cell.empty()) return std::nullopt;
    const auto value = csv::ReadCount(cell, kMaxStatistic);
    if (!value) RejectCell(*column, "not a count");
    return value;
  };
  for (std::size_t k = 0; k < kStatisticCount; ++k) {
    row.home_statistics[k] = read(plan_.statistics[k].home);
    row.away_statistics[k] = read(plan_.statistics[k].away);
  }
  const auto check_half_time = [&](StatisticValues& values, std::int16_t goals,
                                   std::optional<Column> column) {
    auto& half_time = values[static_cast<std::size_t>(Statistic::kHalfTimeGoals)];
    if (!half_time || *half_time <= goals) return;
    RejectCell(*column, "more goals at half time than at the end");
    half_time.reset();
  };
  if (!row.full_time) return;
  const StatisticColumns& columns =
      plan_.statistics[static_cast<std::size_t>(Statistic::kHalfTimeGoals)];
  check_half_time(row.home_statistics, row.full_time->home, columns.home);
  check_half_time(row.away_statistics, row.full_time->away, columns.away);
}

void FileParser::ReadHandicaps() {
  for (std::size_t slot = 0; slot < handicaps_.size(); ++slot) {
    const Column column = plan_.handicap_columns[slot];
    const std::string_view cell = Cell(column);
    handicaps_[slot] = cell.empty() ? std::nullopt : ReadHandicapQuarters(cell);
    if (!cell.empty() && !handicaps_[slot]) {
      RejectCell(column, "not a handicap in quarters from -10 to 10; its odds are left out");
    }
  }
}

void FileParser::ReadQuotes(MatchRow& row) {
  row.first_quote = out_.quotes.size();
  ReadHandicaps();
  for (const QuoteColumns& columns : plan_.quotes) ReadQuote(columns);
  row.quote_count = out_.quotes.size() - row.first_quote;
}

void FileParser::ReadQuote(const QuoteColumns& columns) {
  Quote quote{columns.bookmaker, columns.market, columns.phase, columns.line_quarters, {}};
  std::size_t priced = 0;
  std::optional<Column> absent;
  bool bad = false;
  double implied_sum = 0.0;
  for (std::size_t k = 0; k < columns.outcomes; ++k) {
    const Column column = columns.prices[k];
    const std::string_view cell = Cell(column);
    if (cell.empty() || cell == "0") {
      absent = column;
      continue;
    }
    const std::optional<double> odds = csv::ReadDecimal(cell);
    if (!odds) {
      RejectCell(column, "not decimal odds");
      bad = true;
    } else if (*odds == 0.0) {
      absent = column;
    } else if (*odds <= 1.0 || *odds > kMaxOdds) {
      RejectCell(column, "odds must be above 1 and at most 1000");
      bad = true;
    } else {
      quote.prices[k] = static_cast<float>(*odds);
      implied_sum += 1.0 / *odds;
      ++priced;
    }
  }
  if (priced == 0 || bad) return;
  if (absent) {
    RejectCell(*absent, "no odds here, though the quote's other outcomes have some");
    return;
  }
  if (columns.handicap_slot) {
    const std::optional<std::int16_t> handicap = handicaps_[*columns.handicap_slot];
    const Column handicap_column = plan_.handicap_columns[*columns.handicap_slot];
    if (!handicap) {
      if (Cell(handicap_column).empty()) {
        RejectCell(columns.prices[0], "handicap odds without a handicap");
      }
      return;
    }
    quote.line_quarters = *handicap;
  }
  if (implied_sum < kMinImpliedSum || implied_sum > kMaxImpliedSum) {
    RejectCell(
        columns.prices[0],
        fmt::format("the quote's inverse odds sum to {:.2f}, which no book offers", implied_sum));
    return;
  }
  out_.quotes.push_back(quote);
}

void FileParser::CheckExtraCells() {
  const auto reject = [this](Column column, std::string_view reason) {
    const std::string_view cell = Cell(column);
    if (cell.empty()) return;
    out_.rejected.push_back(
        {record_.line(), fmt::format("#{}", column + 1), std::string(reason), Shortened(cell)});
  };
  for (const Column column : plan_.unnamed) {
    reject(column, "a value in a column without a name");
  }
  for (Column column = plan_.headers.size(); column < record_.size(); ++column) {
    reject(column, "a value beyond the last named column");
  }
}

// A file that was published or cached under another one's name.
absl::Status FileParser::CheckIdentity() const {
  if (other_rows_ == 0 || other_rows_ * 2 < data_rows_) return absl::OkStatus();
  return InvalidField(
      "file", fmt::format("{} of its {} rows are not of {} {} ({})", other_rows_, data_rows_,
                          file_.division, SeasonCode(file_.season_start), first_other_));
}

// More bad dates than good ones: another format, in which even a good one may mean another day.
absl::Status FileParser::CheckDates() const {
  if (bad_dates_ == 0 || bad_dates_ * 2 < data_rows_) return absl::OkStatus();
  return InvalidField("Date",
                      fmt::format("{} of {} rows are not dd/mm/yyyy (line {}: '{}')", bad_dates_,
                                  data_rows_, first_bad_date_line_, first_bad_date_));
}

void FileParser::DropFarFixtures() {
  if (out_.rows.empty()) return;
  std::vector<Day> days;
  days.reserve(out_.rows.size());
  for (const MatchRow& row : out_.rows) days.push_back(row.date);
  const auto middle = days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2);
  std::nth_element(days.begin(), middle, days.end());
  const Day median = *middle;
  const auto is_far = [&](const MatchRow& row) {
    return row.date < median - kFixtureWindow || row.date > median + kFixtureWindow;
  };
  for (const MatchRow& row : out_.rows) {
    if (!is_far(row)) continue;
    out_.rejected.push_back(
        {row.line, "",
         fmt::format("Date {} is months away from the file's other matches", FormatDay(row.date)),
         Shortened(fmt::format("{} - {}", out_.names[row.home], out_.names[row.away]))});
    out_.unread.push_back({row.division, std::nullopt, row.home, row.away});
  }
  std::erase_if(out_.rows, is_far);
}

}  // namespace

absl::StatusOr<FootballDataReader> FootballDataReader::Make(std::vector<BookmakerPrefix> prefixes) {
  FootballDataReader reader;
  reader.prefixes_ = std::move(prefixes);
  std::unordered_set<std::string_view> seen;
  for (const BookmakerPrefix& entry : reader.prefixes_) {
    if (entry.prefix.empty() || entry.code.empty()) {
      return InvalidField("bookmaker prefix", "prefix and code must not be empty");
    }
    if (!seen.insert(entry.prefix).second) {
      return InvalidField("bookmaker prefix", fmt::format("'{}' is listed twice", entry.prefix));
    }
    auto found = std::find(reader.codes_.begin(), reader.codes_.end(), entry.code);
    if (found == reader.codes_.end()) found = reader.codes_.insert(found, entry.code);
    reader.prefix_codes_.push_back(static_cast<std::uint16_t>(found - reader.codes_.begin()));
  }
  return reader;
}

absl::StatusOr<ParsedFile> FootballDataReader::Parse(std::string_view bytes,
                                                     const FileIdentity& file) const {
  auto record = csv::Reader::Open(bytes, csv::Dialect::kPublished);
  RETURN_IF_ERROR(Within("file", record.status()));
  PrefixIndex index;
  for (std::size_t k = 0; k < prefixes_.size(); ++k) {
    index.emplace_back(prefixes_[k].prefix, prefix_codes_[k]);
  }
  ASSIGN_OR_RETURN(ParsedFile parsed, FileParser(*record, file, index).Parse());
  parsed.bookmakers = codes_;
  parsed.division_column = "Div";
  return parsed;
}

}  // namespace fairline::sources
