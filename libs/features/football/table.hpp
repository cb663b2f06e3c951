#pragma once
// The league table of a division's current season, and where in the season it stands.

#include <cstdint>
#include <vector>

#include "libs/core/ids.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct TableRow {
  TeamId team;
  std::int16_t played = 0;
  std::int16_t points = 0;  // three for a win; deductions by the league are not in the data
  std::int16_t scored = 0;
  std::int16_t conceded = 0;

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(team);
    archive(played);
    archive(points);
    archive(scored);
    archive(conceded);
  }
};

// One division's table. Rows are kept in the order of the standings: points, goal difference,
// goals scored; sides level in all three share their places.
class Table {
 public:
  // Takes in one match; a later season starts a new table, an earlier one is ignored. The
  // standings are valid again after Sort.
  void Update(const Match& match);
  void Sort();

  // Features of both sides. NaN for a side that has not played in the fixture's season.
  void Emit(FeatureSink& sink, const Fixture& fixture) const;

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(season_);
    archive(rows_);
    archive(last_length_);
    archive(length_before_);
  }

 private:
  struct Standing;
  [[nodiscard]] Standing StandingOf(TeamId team, std::int16_t season) const;
  [[nodiscard]] TableRow& RowOf(TeamId team);
  // Matches a side plays in a season: the longer of the last two seen, 0 when none was.
  [[nodiscard]] int ExpectedLength(std::int16_t season) const;
  [[nodiscard]] int LongestPlayed() const;

  std::int16_t season_ = 0;
  std::vector<TableRow> rows_;
  std::int16_t last_length_ = 0;    // of the season before the current one
  std::int16_t length_before_ = 0;  // and the one before it
};

}  // namespace fairline::features::football
