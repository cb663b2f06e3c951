#pragma once
// A finished backtest for a terminal.

#include <string>

#include <nlohmann/json.hpp>

namespace fairline::cli {

// Of a Backtest message of protos/fairline/training/v1 as JSON: the verdict and what must be known
// before believing it, the figures, and the tables.
[[nodiscard]] std::string BacktestText(const nlohmann::json& backtest);

// The estimate in a field: "+1.23 %  [-0.50 %, +2.96 %]", without the bracket when it has no
// bounds,
// "-" when the field is absent.
[[nodiscard]] std::string RangeText(const nlohmann::json& object, const std::string& field);

}  // namespace fairline::cli
