#pragma once
// A judgement for a terminal.

#include <string>

#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

// Scores and paired differences of the groups and seasons (log loss in units of 0.0001, RPS in
// 0.00001, 95 % intervals), the goals markets, the edges and the findings.
[[nodiscard]] std::string ToText(const Judgement& judgement);

}  // namespace fairline::evaluate
