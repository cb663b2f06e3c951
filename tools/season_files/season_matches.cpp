#include "tools/season_files/season_matches.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <utility>

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include "libs/csv/named_columns.hpp"
#include "libs/domain/match.hpp"
#include "libs/sources/bookmaker_seed.hpp"
#include "libs/sources/football_data.hpp"
#include "tools/command_line/files.hpp"

namespace fairline::season_files {
namespace {

namespace fs = std::filesystem;
using command_line::ReadFile;
using features::Line;
using features::Match;

class MatchMaker {
 public:
  static absl::StatusOr<MatchMaker> Make(const fs::path& seeds) {
    constexpr std::array<std::string_view, 5> kCompetitions = {"code", "sport", "name", "country",
                                                               "tier"};
    constexpr std::array<std::string_view, 5> kAliases = {"sport", "country", "alias", "team",
                                                          "evidence"};
    MatchMaker maker;
    ASSIGN_OR_RETURN(const std::string competitions_csv, ReadFile(seeds / "competitions.csv"));
    ASSIGN_OR_RETURN(const auto competitions, csv::ReadTable(competitions_csv, kCompetitions));
    for (const auto& row : competitions) {
      const CompetitionId id{static_cast<std::int64_t>(maker.competitions_.size() + 1)};
      maker.competitions_[row[0]] = {id, row[0], row[3],
                                     static_cast<std::int16_t>(row[4][0] - '0')};
    }
    ASSIGN_OR_RETURN(const std::string aliases_csv, ReadFile(seeds / "team_aliases.csv"));
    ASSIGN_OR_RETURN(const auto aliases, csv::ReadTable(aliases_csv, kAliases));
    for (const auto& row : aliases) maker.aliases_[{row[1], row[2]}] = row[3];
    return maker;
  }

  [[nodiscard]] bool Knows(const std::string& division) const {
    return competitions_.contains(division);
  }

  // `identity` is of a known division, which every row of `file` then is of.
  void Add(const sources::ParsedFile& file, const std::vector<Bookmaker>& bookmakers,
           const sources::FileIdentity& identity) {
    const auto competition = competitions_.find(identity.division);
    for (const sources::MatchRow& row : file.rows) {
      if (!row.full_time.has_value()) continue;
      Match match;
      match.competition = competition->second.id;
      match.tier = competition->second.tier;
      match.season = static_cast<std::int16_t>(identity.season_start);
      match.day = row.date;
      match.home = TeamOf(competition->second.country, file.Name(row.home));
      match.away = TeamOf(competition->second.country, file.Name(row.away));
      match.home_score = row.full_time->home;
      match.away_score = row.full_time->away;
      for (std::size_t k = 0; k < sources::kStatisticCount; ++k) {
        if (row.home_statistics[k]) match.home_statistics[k] = *row.home_statistics[k];
        if (row.away_statistics[k]) match.away_statistics[k] = *row.away_statistics[k];
      }
      AddLines(match, std::span(file.quotes).subspan(row.first_quote, row.quote_count), bookmakers);
      match.id = {static_cast<std::int64_t>(matches_.size())};
      matches_.push_back(match);
      prices_.push_back(
          PricesOf(std::span(file.quotes).subspan(row.first_quote, row.quote_count), bookmakers));
    }
  }

  SeasonMatches Take() {
    std::stable_sort(matches_.begin(), matches_.end(),
                     [](const Match& a, const Match& b) { return a.day < b.day; });
    SeasonMatches read;
    std::int64_t id = 0;
    for (Match& match : matches_) {
      read.prices.push_back(prices_[static_cast<std::size_t>(match.id.value)]);
      match.id = {++id};
    }
    read.matches = std::move(matches_);
    for (const auto& [code, competition] : competitions_) read.competitions.push_back(competition);
    return read;
  }

 private:
  TeamId TeamOf(const std::string& country, std::string_view name) {
    std::pair key(country, std::string(name));
    if (const auto alias = aliases_.find(key); alias != aliases_.end()) key.second = alias->second;
    const auto next = static_cast<std::int64_t>(teams_.size() + 1);
    return teams_.try_emplace(std::move(key), TeamId{next}).first->second;
  }

  static MatchPrices PricesOf(std::span<const sources::Quote> quotes,
                              const std::vector<Bookmaker>& bookmakers) {
    constexpr int kTwoAndAHalf = 10;  // in quarters
    MatchPrices prices;
    for (const sources::Quote& quote : quotes) {
      const std::string& code = bookmakers[quote.bookmaker].code;
      const bool closing = quote.phase == domain::Phase::kClosing;
      if (quote.market == domain::Market::kMatchResult) {
        if (code == "bet365" && !closing) prices.bet365 = quote.prices;
        if (bookmakers[quote.bookmaker].kind != "aggregate" && !closing) {
          prices.lines.push_back({quote.bookmaker, quote.prices});
        }
        continue;
      }
      const bool total = quote.market == domain::Market::kTotal;
      if (total && quote.line_quarters != kTwoAndAHalf) continue;
      if (!total && quote.market != domain::Market::kAsianHandicap) continue;
      MatchPrices::Lines& lines = total ? prices.total : prices.handicap;
      const LineBook book{quote.line_quarters, quote.prices};
      if (code == "average") (closing ? lines.average_closing : lines.average) = book;
      if (code == "pinnacle") (closing ? lines.pinnacle_closing : lines.pinnacle) = book;
    }
    return prices;
  }

  static void AddLines(Match& match, std::span<const sources::Quote> quotes,
                       const std::vector<Bookmaker>& bookmakers) {
    Line sum{};
    int named = 0;
    for (const sources::Quote& quote : quotes) {
      if (quote.market != domain::Market::kMatchResult) continue;
      const std::string& code = bookmakers[quote.bookmaker].code;
      const bool closing = quote.phase == domain::Phase::kClosing;
      if (code == "average") (closing ? match.average_closing : match.average) = quote.prices;
      if (code == "best" && !closing) match.best = quote.prices;
      if (code == "pinnacle") (closing ? match.pinnacle_closing : match.pinnacle) = quote.prices;
      if (closing || code == "average" || code == "best") continue;
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += quote.prices[i];
      ++named;
    }
    if (named == 0) return;
    for (std::size_t i = 0; i < sum.size(); ++i) {
      match.bookmaker_mean[i] = sum[i] / static_cast<float>(named);
    }
  }

  std::map<std::string, Competition> competitions_;
  std::map<std::pair<std::string, std::string>, std::string> aliases_;
  std::map<std::pair<std::string, std::string>, TeamId> teams_;
  std::vector<Match> matches_;
  std::vector<MatchPrices> prices_;  // by the order of reading
};

// The CSV files of a folder and the folders in it.
class FolderReader {
 public:
  // NotFound when `folder` itself cannot be read.
  absl::Status Read(const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    fs::directory_iterator entries;
    if (!error) entries = fs::directory_iterator(folder, error);
    if (error) return absl::NotFoundError(error.message());
    // A link may lead back to a folder that it stands in.
    if (std::find(within_.begin(), within_.end(), real) != within_.end()) {
      return absl::NotFoundError("is a link to a folder that it stands in");
    }
    within_.push_back(real);
    std::vector<fs::path> paths;
    for (; entries != fs::end(entries); entries.increment(error)) {
      paths.push_back(entries->path());
      if (error) break;
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) ReadEntry(path);
    within_.pop_back();
    return absl::OkStatus();
  }

  std::vector<fs::path> files;
  std::vector<Skipped> skipped;

 private:
  void ReadEntry(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      if (const absl::Status read = Read(path); !read.ok())
        skipped.push_back({path, MessageOf(read)});
    } else if (absl::AsciiStrToLower(path.extension().string()) == ".csv") {
      files.push_back(path);
    } else if (!fs::exists(status)) {
      skipped.push_back({path, "is a link to what is not there"});
    }
  }

  std::vector<fs::path> within_;
};

// Why a file that was read cannot be believed, or has no match to keep; empty when it has.
std::string NothingIn(const sources::ParsedFile& file) {
  if (!file.cut.empty()) return "seems cut in transit: it " + file.cut;
  if (!file.rows.empty()) return "";
  if (file.rejected.empty()) return "has no match";
  const sources::Rejected& first = file.rejected.front();
  return fmt::format("no row could be read: line {}: {}{}{}", first.line, first.column,
                     first.column.empty() ? "" : ": ", first.reason);
}

}  // namespace

absl::StatusOr<std::vector<fs::path>> CsvFilesIn(const fs::path& folder) {
  FolderReader reader;
  RETURN_IF_ERROR(
      WithContext(reader.Read(folder), fmt::format("cannot read the folder {}", folder.string())));
  return std::move(reader.files);
}

absl::StatusOr<SeasonMatches> ReadSeasonMatches(const fs::path& data, const fs::path& seeds) {
  ASSIGN_OR_RETURN(const std::string bookmakers_csv, ReadFile(seeds / "bookmakers.csv"));
  ASSIGN_OR_RETURN(const auto seed, sources::ReadBookmakerSeed(bookmakers_csv));
  ASSIGN_OR_RETURN(const auto reader,
                   sources::FootballDataReader::Make(sources::PrefixesOf(seed, "football-data")));
  ASSIGN_OR_RETURN(MatchMaker maker, MatchMaker::Make(seeds));
  std::vector<Bookmaker> bookmakers;
  for (const std::string& code : reader.bookmaker_codes()) {
    const auto row = std::find_if(seed.begin(), seed.end(),
                                  [&](const auto& bookmaker) { return bookmaker.code == code; });
    bookmakers.push_back({code, row == seed.end() ? "" : row->kind});
  }
  FolderReader folder;
  const fs::path root = data / "mmz4281";
  RETURN_IF_ERROR(
      WithContext(folder.Read(root), fmt::format("cannot read the folder {}", root.string())));
  std::vector<Skipped> skipped = std::move(folder.skipped);
  for (const fs::path& path : folder.files) {
    const auto identity = sources::IdentifyFile(path.string());
    if (!identity.ok() || identity->kind != sources::FileKind::kSeason) {
      skipped.push_back({path, "is not named like a season file, 2425/E0.csv"});
      continue;
    }
    if (!maker.Knows(identity->division)) {
      skipped.push_back({path, fmt::format("there is no division {}", identity->division)});
      continue;
    }
    const auto bytes = ReadFile(path);
    auto file = bytes.ok() ? reader.Parse(*bytes, *identity) : bytes.status();
    if (!file.ok()) {
      skipped.push_back({path, MessageOf(file.status())});
    } else if (std::string reason = NothingIn(*file); !reason.empty()) {
      skipped.push_back({path, std::move(reason)});
    } else {
      maker.Add(*file, bookmakers, *identity);
    }
  }
  SeasonMatches read = maker.Take();
  if (read.matches.empty()) {
    std::string why;
    constexpr std::size_t kNamed = 20;
    for (const Skipped& each : std::span(skipped).first(std::min(kNamed, skipped.size()))) {
      why += fmt::format("\n  {}: {}", each.path.string(), each.reason);
    }
    return absl::NotFoundError(
        fmt::format("no played match in a season file below {}{}", root.string(), why));
  }
  std::sort(skipped.begin(), skipped.end(),
            [](const Skipped& a, const Skipped& b) { return a.path < b.path; });
  read.bookmakers = std::move(bookmakers);
  read.skipped = std::move(skipped);
  return read;
}

}  // namespace fairline::season_files
