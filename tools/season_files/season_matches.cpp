#include "tools/season_files/season_matches.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libs/csv/named_columns.hpp"
#include "libs/domain/match.hpp"
#include "libs/sources/bookmaker_seed.hpp"
#include "libs/sources/football_data.hpp"

namespace fairline::season_files {
namespace {

namespace fs = std::filesystem;
using features::Line;
using features::Match;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class MatchMaker {
 public:
  static absl::StatusOr<MatchMaker> Make(const fs::path& seeds) {
    constexpr std::array<std::string_view, 5> kCompetitions = {"code", "sport", "name", "country",
                                                               "tier"};
    constexpr std::array<std::string_view, 5> kAliases = {"sport", "country", "alias", "team",
                                                          "evidence"};
    MatchMaker maker;
    ASSIGN_OR_RETURN(const auto competitions,
                     csv::ReadTable(ReadAll(seeds / "competitions.csv"), kCompetitions));
    for (const auto& row : competitions) {
      const CompetitionId id{static_cast<std::int64_t>(maker.competitions_.size() + 1)};
      maker.competitions_[row[0]] = {id, row[0], row[3],
                                     static_cast<std::int16_t>(row[4][0] - '0')};
    }
    ASSIGN_OR_RETURN(const auto aliases,
                     csv::ReadTable(ReadAll(seeds / "team_aliases.csv"), kAliases));
    for (const auto& row : aliases) maker.aliases_[{row[1], row[2]}] = row[3];
    return maker;
  }

  [[nodiscard]] bool Knows(const std::string& division) const {
    return competitions_.contains(division);
  }

  absl::Status Add(const sources::ParsedFile& file, const std::vector<Bookmaker>& bookmakers,
                   int season) {
    for (const sources::MatchRow& row : file.rows) {
      if (!row.full_time.has_value()) continue;
      const auto competition = competitions_.find(std::string(file.Name(row.division)));
      if (competition == competitions_.end()) return absl::NotFoundError("unknown division");
      Match match;
      match.competition = competition->second.id;
      match.tier = competition->second.tier;
      match.season = static_cast<std::int16_t>(season);
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
    return absl::OkStatus();
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

// The CSV files below DATA/mmz4281, by their paths.
absl::StatusOr<std::vector<fs::path>> FilesOf(const fs::path& data) {
  const fs::path folder = data / "mmz4281";
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".csv" && at->is_regular_file(error)) paths.push_back(at->path());
  }
  if (error) {
    return absl::NotFoundError(
        fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

absl::StatusOr<SeasonMatches> ReadSeasonMatches(const fs::path& data, const fs::path& seeds) {
  ASSIGN_OR_RETURN(const std::vector<fs::path> paths, FilesOf(data));
  ASSIGN_OR_RETURN(const auto seed, sources::ReadBookmakerSeed(ReadAll(seeds / "bookmakers.csv")));
  ASSIGN_OR_RETURN(const auto reader,
                   sources::FootballDataReader::Make(sources::PrefixesOf(seed, "football-data")));
  std::vector<Bookmaker> bookmakers;
  for (const std::string& code : reader.bookmaker_codes()) {
    const auto row = std::find_if(seed.begin(), seed.end(),
                                  [&](const auto& bookmaker) { return bookmaker.code == code; });
    bookmakers.push_back({code, row == seed.end() ? "" : row->kind});
  }
  ASSIGN_OR_RETURN(MatchMaker maker, MatchMaker::Make(seeds));
  std::vector<std::string> passed_over;
  for (const fs::path& path : paths) {
    const auto identity = sources::IdentifyFile(path.string());
    if (!identity.ok() || !maker.Knows(identity->division)) {
      passed_over.push_back(path.string());
      continue;
    }
    const auto file = reader.Parse(ReadAll(path), *identity);
    RETURN_IF_ERROR(WithContext(file.status(), path.string()));
    RETURN_IF_ERROR(
        WithContext(maker.Add(*file, bookmakers, identity->season_start), path.string()));
  }
  SeasonMatches read = maker.Take();
  read.bookmakers = std::move(bookmakers);
  read.passed_over = std::move(passed_over);
  return read;
}

}  // namespace fairline::season_files
