#pragma once
// A judgement as one HTML page that needs nothing beside it.

#include <string>

#include "tools/evaluate/judgement.hpp"

namespace fairline::evaluate {

[[nodiscard]] std::string ToHtml(const Judgement& judgement);

}  // namespace fairline::evaluate
