#include "libs/models/match_table.hpp"

#include <catch2/catch.hpp>

#include "libs/models/tests/drawn_seasons.hpp"

namespace fairline::models {

TEST_CASE("known matches are of earlier seasons and from before the season's first day",
          "[models][match_table]") {
  MatchTable matches = DrawSeasons(3).matches;
  const Rows first = RowsOf(matches, 2015);
  const Rows second = RowsOf(matches, 2016);
  REQUIRE(first.size() == 300);
  CHECK(RowsBefore(matches, 2016) == first);
  matches.days[first.back()] = matches.days[second.front()];  // a delayed end of the season
  CHECK(RowsBefore(matches, 2016) == Rows(first.begin(), first.end() - 1));
  CHECK(RowsBefore(matches, 2015).empty());
  CHECK(RowsOf(matches, 2030).empty());
}

}  // namespace fairline::models
