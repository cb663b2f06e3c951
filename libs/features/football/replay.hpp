#pragma once
// Football's features: Elo, online Poisson, performance, pi- and GAP ratings, Dixon-Coles rates,
// form, the table, ratings from past odds and the market's view of the match. Constants are those
// found best on seasons up to 2018-19 (docs/forecasting.md); change `kRevision` in replay.cpp with
// any of them.

#include <memory>

#include "libs/features/replay.hpp"

namespace fairline::features::football {

[[nodiscard]] std::unique_ptr<Replay> MakeFootballReplay();

}  // namespace fairline::features::football
