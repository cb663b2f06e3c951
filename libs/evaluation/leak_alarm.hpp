#pragma once
// When forecasts are too good to be true. Skill like this is a leak of the result into what was
// known before the match until somebody proves otherwise; it fails a run.

#include <cstdint>
#include <string>
#include <vector>

#include "libs/models/match_table.hpp"

namespace fairline::evaluation {

struct LeakBounds {
  // Better than the market before the match by more than this share of its log loss; the closing
  // line, the best forecast there is, gains some 0.004 of it in football.
  double gain_on_market = 0.015;
  // Log loss below this share of the base rate's: nobody forecasts a sport like that. Closing
  // lines of football stand at 0.93, the most lopsided tournament of basketball at 0.63.
  double share_of_base_rate = 0.5;
  // A calibration error so many standard deviations below what true probabilities would show by
  // chance: the forecasts were bent to the very results they are judged on.
  double calibration_sds = 4.0;
};

struct LeakSuspicion {
  std::string forecaster;
  std::string reason;  // a sentence with its numbers
};

// Judges every column but the references (base_rate, market, pinnacle, closing) on `rows`, in
// order of names: better than the closing line by its whole paired interval of log loss, or beyond
// one of `bounds`. References that are missing are passed over. InvalidArgument when `rows` is
// empty.
[[nodiscard]] absl::StatusOr<std::vector<LeakSuspicion>> SuspectedLeaks(
    const models::MatchTable& matches, const models::ForecastColumns& columns,
    const models::Rows& rows, std::uint64_t seed, const LeakBounds& bounds = {});

}  // namespace fairline::evaluation
