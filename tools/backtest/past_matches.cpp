#include "tools/backtest/past_matches.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/domain/odds.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::backtest_files {
namespace {

using backtest::ByOutcome;
using backtest::PastMatch;
using season_files::BookmakerLine;

ByOutcome AsOdds(const features::Line& line) {
  ByOutcome odds = backtest::kAllUnknown;
  for (std::size_t i = 0; i < odds.size(); ++i) {
    if (const auto price = domain::PrintedOdds(line[i]); price.ok()) odds[i] = price->value();
  }
  return odds;
}

void FillBest(const std::vector<BookmakerLine>& lines,
              const std::vector<season_files::Bookmaker>& bookmakers, PastMatch& match) {
  for (const BookmakerLine& line : lines) {
    const season_files::Bookmaker& bookmaker = bookmakers[line.bookmaker];
    if (bookmaker.kind != "bookmaker") continue;
    ++match.bookmakers;
    const ByOutcome odds = AsOdds(line.prices);
    for (std::size_t i = 0; i < odds.size(); ++i) {
      const bool better = odds[i] > 1.0 && !(match.best[i] >= odds[i]);
      const bool first_by_code = odds[i] == match.best[i] && bookmaker.code < match.best_at[i];
      if (!better && !first_by_code) continue;
      match.best[i] = odds[i];
      match.best_at[i] = bookmaker.code;
    }
  }
}

absl::StatusOr<std::uint16_t> PositionOf(const std::vector<season_files::Bookmaker>& bookmakers,
                                         const std::string& code) {
  std::set<std::string> known;
  for (std::size_t i = 0; i < bookmakers.size(); ++i) {
    if (bookmakers[i].kind == "aggregate") continue;
    if (bookmakers[i].code == code) return static_cast<std::uint16_t>(i);
    known.insert(bookmakers[i].code);
  }
  return InvalidField("bookmaker_code", fmt::format("one of {}", fmt::join(known, ", ")));
}

std::size_t ResultOf(const features::Match& match) {
  if (match.home_score == match.away_score) return 1;
  return match.home_score > match.away_score ? 0 : 2;
}

}  // namespace

absl::StatusOr<std::vector<PastMatch>> PastMatchesOf(const season_files::SeasonMatches& read,
                                                     const models::Forecasts& forecasts, int first,
                                                     int last, const std::string& bookmaker) {
  std::uint16_t wanted = 0;
  if (!bookmaker.empty()) {
    ASSIGN_OR_RETURN(wanted, PositionOf(read.bookmakers, bookmaker));
  }
  std::map<std::int64_t, std::string> codes;
  for (const auto& competition : read.competitions) {
    codes[competition.id.value] = competition.code;
  }
  std::vector<PastMatch> past;
  for (std::size_t i = 0; i < read.matches.size(); ++i) {
    const features::Match& match = read.matches[i];
    const auto forecast = forecasts.row(i);
    if (match.season < first || match.season > last || !models::IsForecast(forecast)) continue;
    PastMatch& out = past.emplace_back();
    out.id = match.id;
    out.date = match.day;
    out.season_start = match.season;
    out.competition = codes[match.competition.value];
    out.result = ResultOf(match);
    std::copy(forecast.begin(), forecast.end(), out.probabilities.begin());
    out.average = AsOdds(match.average);
    out.maximum = AsOdds(match.best);
    out.closing = AsOdds(match.pinnacle_closing);
    out.pinnacle_closing = out.closing[0] > 1.0;
    if (!out.pinnacle_closing) out.closing = AsOdds(match.average_closing);
    const std::vector<BookmakerLine>& lines = read.prices[i].lines;
    FillBest(lines, read.bookmakers, out);
    if (bookmaker.empty()) continue;
    for (const BookmakerLine& line : lines) {
      if (line.bookmaker == wanted) out.bookmaker = AsOdds(line.prices);
    }
  }
  return past;
}

}  // namespace fairline::backtest_files
