#pragma once
// A backtest's settings and result as JSON, with the names of protos/fairline/training/v1.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/backtest/sweep.hpp"
#include "libs/core/status.hpp"

namespace fairline::training {

struct BacktestPlan {
  std::int64_t walk_forward_id = 0;  // 0: the newest that is done
  std::string forecaster;
  std::string bookmaker_code;
  std::vector<backtest::Settings> variants;  // one without a sweep
};

// Corrections of the market line, and the line itself: what may stake without being told to.
[[nodiscard]] bool IsAnchored(std::string_view forecaster);

// InvalidArgument naming the field that is unknown, of the wrong type or out of range.
[[nodiscard]] absl::StatusOr<BacktestPlan> ParseBacktestPlan(std::string_view settings_json);

// The part of a Backtest message that is known once it is done.
[[nodiscard]] std::string ResultJson(const BacktestPlan& plan, const backtest::Sweep& sweep);

// A line a bet, the first with the names of the columns. Money is in minor units.
[[nodiscard]] std::string BetsCsv(std::span<const backtest::PastMatch> matches,
                                  const backtest::Replay& replay);

}  // namespace fairline::training
