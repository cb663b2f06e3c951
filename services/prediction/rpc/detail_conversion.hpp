#pragma once
// Markets and explanations as proto messages.

#include "fairline/prediction/v1/prediction.pb.h"

#include "services/prediction/app/forecast/match_markets.hpp"
#include "services/prediction/app/serving/explanation.hpp"

namespace fairline::prediction {

[[nodiscard]] MarketSelection SelectionOf(const v1::GetMarketsRequest& request);

// Prices on offer and edges only `with_prices`.
void ToProto(const MatchMarkets& markets, bool with_prices, v1::Markets& out);
void ToProto(const Explanation& explanation, v1::Explanation& out);

}  // namespace fairline::prediction
