// What the names of football-data's files say.
#include <algorithm>

#include <fmt/format.h>

#include "libs/sources/football_data.hpp"

namespace fairline::sources {
namespace {

std::vector<std::string_view> PathParts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

}  // namespace

absl::StatusOr<int> ParseSeasonCode(std::string_view code) {
  const bool digits = code.size() == 4 && std::all_of(code.begin(), code.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    const int first = (code[0] - '0') * 10 + (code[1] - '0');
    const int second = (code[2] - '0') * 10 + (code[3] - '0');
    if (second == (first + 1) % 100) return first + (first >= 50 ? 1900 : 2000);
  }
  return InvalidField("season", fmt::format("'{}' is not two consecutive years like 2526", code));
}

std::string SeasonCode(int season_start) {
  return fmt::format("{:02}{:02}", season_start % 100, (season_start + 1) % 100);
}

int SeasonStartOf(Day day) {
  const std::chrono::year_month_day date{day};
  return static_cast<int>(date.year()) - (date.month() < std::chrono::July ? 1 : 0);
}

absl::StatusOr<FileIdentity> IdentifyFile(std::string_view path) {
  constexpr std::string_view kSuffix = ".csv";
  const std::vector<std::string_view> parts = PathParts(path);
  if (!parts.empty() && parts.back() == "fixtures.csv") {
    return FileIdentity{FileKind::kFixtures, 0, ""};
  }
  if (!parts.empty() && (parts.back() == "new_league_fixtures.csv" ||
                         (parts.size() > 1 && parts[parts.size() - 2] == "new"))) {
    return InvalidField("path",
                        fmt::format("{} is an extra-league file, which is another layout", path));
  }
  if (parts.size() > 1 && parts.back().ends_with(kSuffix)) {
    const auto season = ParseSeasonCode(parts[parts.size() - 2]);
    std::string_view division = parts.back();
    division.remove_suffix(kSuffix.size());
    if (season.ok() && !division.empty()) {
      return FileIdentity{FileKind::kSeason, *season, std::string(division)};
    }
  }
  return InvalidField(
      "path", fmt::format("'{}' is neither <season>/<division>.csv nor fixtures.csv", path));
}

}  // namespace fairline::sources
