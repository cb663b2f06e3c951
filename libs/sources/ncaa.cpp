#include "libs/sources/ncaa.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "libs/csv/named_columns.hpp"

namespace fairline::sources {
namespace {

using csv::NamedRow;
using csv::ReadItems;

constexpr int kFirstSeason = 1890;
constexpr int kLastSeason = 2200;
constexpr int kMaxTeams = 999'999;
constexpr int kLastDay = 365;
constexpr int kMaxPoints = 400;
constexpr int kMaxOvertimes = 30;

// The month first: "10/29/1984".
absl::StatusOr<Day> ReadAmericanDate(const NamedRow& row, std::size_t column) {
  const std::string_view cell = row.Cell(column);
  std::array<int, 3> parts{};
  std::string_view rest = cell;
  bool ok = true;
  for (std::size_t i = 0; i < parts.size() && ok; ++i) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), parts[i]);
    ok = error == std::errc();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (i + 1 < parts.size()) {
      ok = ok && rest.starts_with('/');
      if (ok) rest.remove_prefix(1);
    }
  }
  const std::chrono::year_month_day date{std::chrono::year{parts[2]},
                                         std::chrono::month{static_cast<unsigned>(parts[0])},
                                         std::chrono::day{static_cast<unsigned>(parts[1])}};
  if (!ok || !rest.empty() || parts[2] < kFirstSeason || !date.ok()) {
    return row.Error(column, fmt::format("'{}' is not a day such as 10/29/1984", cell));
  }
  return Day{date};
}

}  // namespace

absl::StatusOr<std::vector<NcaaTeam>> ReadNcaaTeams(std::string_view bytes) {
  enum Column : std::size_t { kId, kName };
  static constexpr std::array<std::string_view, 2> kColumns = {"TeamID", "TeamName"};
  const auto read = [](const NamedRow& row, NcaaTeam& team) -> absl::Status {
    ASSIGN_OR_RETURN(team.id, row.Integer(kId, 1, kMaxTeams));
    team.name = row.Cell(kName);
    return team.name.empty() ? row.Error(kName, "is blank") : absl::OkStatus();
  };
  return ReadItems<NcaaTeam>(bytes, kColumns, kColumns.size(), read);
}

absl::StatusOr<std::vector<NcaaSeason>> ReadNcaaSeasons(std::string_view bytes) {
  enum Column : std::size_t { kSeason, kDayZero };
  static constexpr std::array<std::string_view, 2> kColumns = {"Season", "DayZero"};
  const auto read = [](const NamedRow& row, NcaaSeason& season) -> absl::Status {
    ASSIGN_OR_RETURN(season.season, row.Integer(kSeason, kFirstSeason, kLastSeason));
    ASSIGN_OR_RETURN(season.day_zero, ReadAmericanDate(row, kDayZero));
    return absl::OkStatus();
  };
  return ReadItems<NcaaSeason>(bytes, kColumns, kColumns.size(), read);
}

absl::StatusOr<std::vector<NcaaGame>> ReadNcaaGames(std::string_view bytes) {
  enum Column : std::size_t {
    kSeason,
    kDay,
    kWinner,
    kWinnerScore,
    kLoser,
    kLoserScore,
    kSite,
    kOvertimes
  };
  static constexpr std::array<std::string_view, 8> kColumns = {
      "Season", "DayNum", "WTeamID", "WScore", "LTeamID", "LScore", "WLoc", "NumOT"};
  const auto read = [](const NamedRow& row, NcaaGame& game) -> absl::Status {
    ASSIGN_OR_RETURN(game.season, row.Integer(kSeason, kFirstSeason, kLastSeason));
    ASSIGN_OR_RETURN(game.day_number, row.Integer(kDay, 0, kLastDay));
    ASSIGN_OR_RETURN(game.winner, row.Integer(kWinner, 1, kMaxTeams));
    ASSIGN_OR_RETURN(game.loser, row.Integer(kLoser, 1, kMaxTeams));
    ASSIGN_OR_RETURN(const int winner_score, row.Integer(kWinnerScore, 0, kMaxPoints));
    ASSIGN_OR_RETURN(const int loser_score, row.Integer(kLoserScore, 0, kMaxPoints));
    ASSIGN_OR_RETURN(const int overtimes, row.Integer(kOvertimes, 0, kMaxOvertimes));
    game.winner_score = static_cast<std::int16_t>(winner_score);
    game.loser_score = static_cast<std::int16_t>(loser_score);
    game.overtimes = static_cast<std::int16_t>(overtimes);
    if (game.winner == game.loser) return row.Error(kLoser, "is the winner too");
    if (winner_score <= loser_score) return row.Error(kWinnerScore, "is not above LScore");
    const std::string_view site = row.Cell(kSite);
    if (site != "H" && site != "A" && site != "N") {
      return row.Error(kSite, fmt::format("'{}' is not H, A or N", site));
    }
    game.site = site == "H" ? NcaaSite::kHome : site == "A" ? NcaaSite::kAway : NcaaSite::kNeutral;
    return absl::OkStatus();
  };
  return ReadItems<NcaaGame>(bytes, kColumns, kColumns.size(), read);
}

absl::StatusOr<std::vector<NcaaSeed>> ReadNcaaSeeds(std::string_view bytes) {
  enum Column : std::size_t { kSeason, kSeed, kTeam };
  static constexpr std::array<std::string_view, 3> kColumns = {"Season", "Seed", "TeamID"};
  const auto read = [](const NamedRow& row, NcaaSeed& seed) -> absl::Status {
    ASSIGN_OR_RETURN(seed.season, row.Integer(kSeason, kFirstSeason, kLastSeason));
    ASSIGN_OR_RETURN(seed.team, row.Integer(kTeam, 1, kMaxTeams));
    seed.text = row.Cell(kSeed);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool shaped = (seed.text.size() == 3 || seed.text.size() == 4) && digit(seed.text[1]) &&
                        digit(seed.text[2]);
    const int place = shaped ? 10 * (seed.text[1] - '0') + (seed.text[2] - '0') : 0;
    if (place < 1 || place > 16) {
      return row.Error(kSeed, fmt::format("'{}' is not a seed such as W01 or X16a", seed.text));
    }
    seed.place = static_cast<std::int16_t>(place);
    return absl::OkStatus();
  };
  return ReadItems<NcaaSeed>(bytes, kColumns, kColumns.size(), read);
}

}  // namespace fairline::sources
