#pragma once
// What a backtest is asked for, as JSON with the names of BacktestSettings in
// protos/fairline/training/v1, whoever asks: the service or a program on files.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/backtest/sweep.hpp"
#include "libs/core/status.hpp"

namespace fairline::backtest {

struct Plan {
  std::int64_t walk_forward_id = 0;  // 0: the newest that is done
  std::string forecaster;
  bool stake_unanchored = false;
  std::vector<Settings> variants;  // one without a sweep

  // The bookmaker whose prices are needed; empty for none.
  [[nodiscard]] const std::string& bookmaker() const { return variants.front().bookmaker; }
  // Whether the forecaster corrects the market line: others stake only when told to.
  void SetAnchored(bool anchored);
};

// InvalidArgument naming the field that is unknown, of the wrong type or out of range.
[[nodiscard]] absl::StatusOr<Plan> ParsePlan(std::string_view settings_json);

// "BEST", "AVERAGE", "BOOKMAKER", "MAXIMUM"
[[nodiscard]] std::string_view PriceSourceName(PriceSource source);

}  // namespace fairline::backtest
