#include "libs/features/football/table.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace fairline::features::football {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

void AddResult(TableRow& row, int scored, int conceded) {
  ++row.played;
  row.points = static_cast<std::int16_t>(row.points + (scored > conceded    ? 3
                                                       : scored == conceded ? 1
                                                                            : 0));
  row.scored = static_cast<std::int16_t>(row.scored + scored);
  row.conceded = static_cast<std::int16_t>(row.conceded + conceded);
}

auto Rank(const TableRow& row) {
  return std::tuple(-row.points, -(row.scored - row.conceded), -row.scored);
}

bool Above(const TableRow& a, const TableRow& b) { return Rank(a) < Rank(b); }

}  // namespace

struct Table::Standing {
  double played = 0.0;
  double points_per_game = kNan;
  double goal_difference_per_game = kNan;
  double position = kNan;
  double points_behind_first = kNan;
  double points_above_third_last = kNan;
};

TableRow& Table::RowOf(TeamId team) {
  const auto row =
      std::find_if(rows_.begin(), rows_.end(), [&](const TableRow& r) { return r.team == team; });
  return row != rows_.end() ? *row : rows_.emplace_back(TableRow{.team = team});
}

int Table::LongestPlayed() const {
  int longest = 0;
  for (const TableRow& row : rows_) longest = std::max<int>(longest, row.played);
  return longest;
}

void Table::Update(const Match& match) {
  if (match.season < season_) return;
  if (match.season > season_) {
    length_before_ = last_length_;
    last_length_ = static_cast<std::int16_t>(LongestPlayed());
    season_ = match.season;
    rows_.clear();
  }
  AddResult(RowOf(match.home), match.home_score, match.away_score);
  AddResult(RowOf(match.away), match.away_score, match.home_score);
}

void Table::Sort() {
  std::sort(rows_.begin(), rows_.end(), [](const TableRow& a, const TableRow& b) {
    return std::pair(Rank(a), a.team) < std::pair(Rank(b), b.team);
  });
}

int Table::ExpectedLength(std::int16_t season) const {
  return season > season_ ? std::max<int>(last_length_, LongestPlayed())
                          : std::max(last_length_, length_before_);
}

Table::Standing Table::StandingOf(TeamId team, std::int16_t season) const {
  Standing standing;
  if (season != season_) return standing;
  const auto row =
      std::find_if(rows_.begin(), rows_.end(), [&](const TableRow& r) { return r.team == team; });
  if (row == rows_.end()) return standing;
  const double played = row->played;
  standing.played = played;
  standing.points_per_game = row->points / played;
  standing.goal_difference_per_game = (row->scored - row->conceded) / played;
  const auto last = static_cast<double>(rows_.size() - 1);
  // Level sides share the mean of their places: ids must not tell them apart.
  const auto [first_level, past_level] = std::equal_range(rows_.begin(), rows_.end(), *row, Above);
  const auto places = (first_level - rows_.begin()) + (past_level - rows_.begin()) - 1;
  standing.position = 0.5 * static_cast<double>(places) / last;
  standing.points_behind_first = rows_.front().points - row->points;
  if (rows_.size() >= 3) {
    standing.points_above_third_last = row->points - rows_[rows_.size() - 3].points;
  }
  return standing;
}

void Table::Emit(FeatureSink& sink, const Fixture& fixture) const {
  constexpr std::string_view kSource = "results of the season so far";
  const Standing home = StandingOf(fixture.home, fixture.season);
  const Standing away = StandingOf(fixture.away, fixture.season);
  const auto both = [&](std::string_view home_name, std::string_view away_name,
                        std::string_view meaning, std::string_view unit, double Standing::*value) {
    sink({home_name, meaning, unit, kSource, Block::kTable}, home.*value);
    sink({away_name, meaning, unit, kSource, Block::kTable}, away.*value);
  };
  both("home_played", "away_played", "League matches played this season", "matches",
       &Standing::played);
  both("home_points_per_game", "away_points_per_game", "Points per match this season", "points",
       &Standing::points_per_game);
  both("home_goal_difference_per_game", "away_goal_difference_per_game",
       "Goals for minus against per match this season", "goals",
       &Standing::goal_difference_per_game);
  both("home_position", "away_position",
       "Place in the table, 0 first and 1 last, shared when level", "0 to 1", &Standing::position);
  both("home_points_behind_first", "away_points_behind_first", "Points behind the leader", "points",
       &Standing::points_behind_first);
  both("home_points_above_third_last", "away_points_above_third_last",
       "Points above the third last, negative below", "points", &Standing::points_above_third_last);
  sink({"points_per_game_difference", "Home minus away points per match this season", "points",
        kSource, Block::kTable},
       home.points_per_game - away.points_per_game);
  sink({"position_difference", "Home minus away place in the table, negative when home is higher",
        "-1 to 1", kSource, Block::kTable},
       home.position - away.position);
  const int length = ExpectedLength(fixture.season);
  sink({"season_stage", "Part of the season both sides have played, by the last seasons' length",
        "0 to 1", kSource, Block::kTable},
       length == 0 ? kNan : std::min(1.0, 0.5 * (home.played + away.played) / length));
}

}  // namespace fairline::features::football
