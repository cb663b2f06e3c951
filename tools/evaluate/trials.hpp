#pragma once
// Trials that an honest evaluation must pass, whatever the data: a leak is noticed, results that
// nothing can know are not forecast, and what comes later changes nothing before.

#include <cstdint>

#include "tools/evaluate/football_matches.hpp"

namespace fairline::evaluate {

// Adds the feature `planted_leak`, which knows the result, to the rating block. The leak alarm must
// sound.
void PlantLeak(FootballMatches& football);

// Deals the results, with what was counted in the matches, out anew among the matches of each
// competition and season. No forecast can then be better than the base rate.
void ShuffleResults(season_files::SeasonMatches& read, std::uint64_t seed);

// The same with everything but the fixtures (odds as well) among all matches on or after `from`. No
// forecast of a match before that day may change by a bit.
void ShuffleFuture(season_files::SeasonMatches& read, Day from, std::uint64_t seed);

}  // namespace fairline::evaluate
