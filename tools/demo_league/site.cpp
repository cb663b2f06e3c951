#include "tools/demo_league/site.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "libs/sources/football_data.hpp"
#include "libs/sources/london_time.hpp"

namespace fairline::demo {
namespace {

constexpr std::chrono::minutes kMatchLength{150};
constexpr std::chrono::days kFixturesAhead{7};

std::string OddsHeaders(std::string_view phase) {
  std::string out;
  for (const std::string_view prefix : kBookmakerPrefixes) {
    for (const char outcome : {'H', 'D', 'A'})
      out += fmt::format(",{}{}{}", prefix, phase, outcome);
  }
  for (const std::string_view prefix : {"Max", "Avg"}) {
    for (const char outcome : {'H', 'D', 'A'})
      out += fmt::format(",{}{}{}", prefix, phase, outcome);
  }
  for (const std::string_view prefix : {"B365", "P", "Max", "Avg"}) {
    out += fmt::format(",{0}{1}>2.5,{0}{1}<2.5", prefix, phase);
  }
  return out;
}

template <std::size_t N>
void AppendMaxAndAverage(const std::array<std::array<double, N>, kBookmakers>& books,
                         std::string& out) {
  for (std::size_t k = 0; k < N; ++k) {
    double best = 0.0;
    for (const auto& book : books) best = std::max(best, book[k]);
    fmt::format_to(std::back_inserter(out), ",{:.2f}", best);
  }
  for (std::size_t k = 0; k < N; ++k) {
    double sum = 0.0;
    for (const auto& book : books) sum += book[k];
    fmt::format_to(std::back_inserter(out), ",{:.2f}", sum / static_cast<double>(kBookmakers));
  }
}

void AppendOdds(const Prices& prices, std::string& out) {
  for (const auto& book : prices.result) {
    for (const double odds : book) fmt::format_to(std::back_inserter(out), ",{:.2f}", odds);
  }
  AppendMaxAndAverage(prices.result, out);
  constexpr std::size_t kBet365 = 0;
  constexpr std::size_t kPinnacle = 3;
  for (const std::size_t book : {kBet365, kPinnacle}) {
    for (const double odds : prices.total[book]) {
      fmt::format_to(std::back_inserter(out), ",{:.2f}", odds);
    }
  }
  AppendMaxAndAverage(prices.total, out);
}

std::string Date(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:02}/{:02}/{}", static_cast<unsigned>(date.day()),
                     static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

std::string Identity(std::string_view division, const DemoMatch& match) {
  return fmt::format("{},{},{:02}:{:02},{},{}", division, Date(match.date),
                     match.london_time.count() / 60, match.london_time.count() % 60,
                     match.home.club, match.away.club);
}

char ResultLetter(int home, int away) { return home > away ? 'H' : home < away ? 'A' : 'D'; }

void AppendPlayed(std::string_view division, const DemoMatch& match, std::string& out) {
  const Side& h = match.home;
  const Side& a = match.away;
  out += Identity(division, match);
  fmt::format_to(std::back_inserter(out), ",{},{},{},{},{},{}", h.goals, a.goals,
                 ResultLetter(h.goals, a.goals), h.half_time_goals, a.half_time_goals,
                 ResultLetter(h.half_time_goals, a.half_time_goals));
  fmt::format_to(std::back_inserter(out), ",{},{},{},{},{},{},{},{},{},{},{},{}", h.shots, a.shots,
                 h.shots_on_target, a.shots_on_target, h.fouls, a.fouls, h.corners, a.corners,
                 h.yellow_cards, a.yellow_cards, h.red_cards, a.red_cards);
  AppendOdds(match.pre_match, out);
  AppendOdds(match.closing, out);
  out += "\r\n";
}

}  // namespace

std::vector<SiteFile> Publish(const std::vector<DivisionSeason>& seasons, Instant now) {
  const std::string season_header =
      "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HTR,HS,AS,HST,AST,HF,AF,HC,AC,HY,"
      "AY,HR,AR" +
      OddsHeaders("") + OddsHeaders("C") + "\r\n";
  const std::string fixtures_header = "Div,Date,Time,HomeTeam,AwayTeam" + OddsHeaders("") + "\r\n";
  std::vector<SiteFile> files;
  SiteFile fixtures{"fixtures.csv", fixtures_header};
  for (const DivisionSeason& season : seasons) {
    SiteFile file{
        fmt::format("mmz4281/{}/{}.csv", sources::SeasonCode(season.season_start), season.division),
        season_header};
    bool played = false;
    for (const DemoMatch& match : season.matches) {
      const Instant kickoff = sources::LondonToUtc(match.date, match.london_time);
      if (kickoff + kMatchLength <= now) {
        AppendPlayed(season.division, match, file.text);
        played = true;
      } else if (kickoff > now && kickoff <= now + kFixturesAhead) {
        fixtures.text += Identity(season.division, match);
        AppendOdds(match.pre_match, fixtures.text);
        fixtures.text += "\r\n";
      }
    }
    if (played) files.push_back(std::move(file));
  }
  files.push_back(std::move(fixtures));
  return files;
}

}  // namespace fairline::demo
