#pragma once
// A judgement for programs; README.md describes the shape.

#include <string>

#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

// Every number, unrounded; what is not known is null.
[[nodiscard]] std::string ToJson(const Judgement& judgement);

}  // namespace fairline::evaluate
