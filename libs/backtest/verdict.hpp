#pragma once
// Whether a backtest's result can be told from luck, in plain sentences.

#include <string>

#include "libs/backtest/report.hpp"

namespace fairline::backtest {

[[nodiscard]] std::string VerdictOf(const Report& report, const Settings& settings);

}  // namespace fairline::backtest
