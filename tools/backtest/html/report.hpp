#pragma once
// A backtest as one HTML page that needs nothing beside it, and prints.

#include <string>

#include "libs/backtest/plan.hpp"

namespace fairline::backtest_files {

[[nodiscard]] std::string ToHtml(const backtest::Plan& plan, const backtest::Sweep& sweep);

}  // namespace fairline::backtest_files
