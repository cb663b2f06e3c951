#include "tests/months/past_files.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

namespace fairline::testing {
namespace {

using namespace std::chrono;

std::vector<std::string> Split(const std::string& line, char separator) {
  std::vector<std::string> cells{""};
  for (const char c : line) {
    if (c == separator) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

int Whole(const std::string& text) { return std::stoi(text); }

bool IsSummer(sys_days day) {
  const year y = year_month_day(day).year();
  return day >= sys_days(y / March / Sunday[last]) && day < sys_days(y / October / Sunday[last]);
}

std::optional<PastMatch> ReadRow(const std::vector<std::string>& header, const std::string& line) {
  const std::vector<std::string> cells = Split(line, ',');
  PastMatch match;
  for (std::size_t k = 0; k < std::min(cells.size(), header.size()); ++k) {
    match.cells[header[k]] = cells[k];
  }
  const auto cell = [&](const char* name) { return match.cells[name]; };
  if (cell("Date").empty() || cell("Time").empty() || cell("FTHG").empty()) return std::nullopt;
  const std::vector<std::string> date = Split(cell("Date"), '/');
  const std::vector<std::string> time = Split(cell("Time"), ':');
  const int short_year = Whole(date.at(2));
  match.division = cell("Div");
  match.day = year(short_year < 100 ? 2000 + short_year : short_year) /
              month(static_cast<unsigned>(Whole(date.at(1)))) /
              day(static_cast<unsigned>(Whole(date.at(0))));
  match.time = hours(Whole(time.at(0))) + minutes(Whole(time.at(1)));
  match.kickoff = FromLondon(match.day, match.time);
  match.home = cell("HomeTeam");
  match.away = cell("AwayTeam");
  match.home_goals = Whole(cell("FTHG"));
  match.away_goals = Whole(cell("FTAG"));
  return match;
}

}  // namespace

std::optional<double> PastMatch::Number(const std::string& header) const {
  const auto found = cells.find(header);
  if (found == cells.end() || found->second.empty()) return std::nullopt;
  double value = 0;
  const char* const end = found->second.data() + found->second.size();
  const auto [rest, error] = std::from_chars(found->second.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

SeasonFile ReadSeasonFile(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  SeasonFile file;
  std::string line;
  std::getline(stream, line);
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  file.header = Split(line, ',');
  while (std::getline(stream, line)) {
    if (auto match = ReadRow(file.header, line)) file.matches.push_back(*std::move(match));
  }
  return file;
}

std::string DayText(sys_days day) {
  const year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string MomentText(Moment moment) {
  const sys_days day = floor<days>(moment);
  const hh_mm_ss time(moment - day);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", DayText(day), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::string LondonTime(Moment moment) {
  const hh_mm_ss time(moment - floor<days>(moment) + hours(IsSummer(floor<days>(moment)) ? 1 : 0));
  return fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count());
}

Moment FromLondon(sys_days day, minutes time) {
  return Moment(day) + time - hours(IsSummer(day) ? 1 : 0);
}

}  // namespace fairline::testing
