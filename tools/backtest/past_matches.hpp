#pragma once
// Season files as what a backtest replays: the matches that were forecast, with the same prices as
// the service takes from its database.

#include <string>
#include <vector>

#include "libs/backtest/past_match.hpp"
#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::backtest_files {

// Those of seasons `first` to `last` that `forecasts` (one row a match of `read`) has forecast.
// `bookmaker` is the code of the one whose own prices are needed, or empty. Errors: InvalidArgument
// naming `bookmaker_code` when the files know none of that code.
[[nodiscard]] absl::StatusOr<std::vector<backtest::PastMatch>> PastMatchesOf(
    const season_files::SeasonMatches& read, const models::Forecasts& forecasts, int first,
    int last, const std::string& bookmaker);

}  // namespace fairline::backtest_files
