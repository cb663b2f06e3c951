#pragma once
// The demo leagues in football-data.co.uk's layout.

#include <string>
#include <vector>

#include "tools/demo_league/league.hpp"

namespace fairline::demo {

struct SiteFile {
  std::string path;  // mmz4281/2526/E0.csv, fixtures.csv
  std::string text;
};

// What the site would publish at `now`: in the season files every match that ended before it, in
// fixtures.csv those that begin in the seven days after it, with prices but without closing ones.
[[nodiscard]] std::vector<SiteFile> Publish(const std::vector<DivisionSeason>& seasons,
                                            Instant now);

}  // namespace fairline::demo
