#pragma once
// Commands on backtests.

#include <string>

#include "tools/fairline/backtest_options.hpp"
#include "tools/fairline/context.hpp"

namespace fairline::cli {

// Starts one, shows its progress until it has ended and prints its result.
[[nodiscard]] absl::Status RunBacktest(Context& context, const BacktestOptions& options);
[[nodiscard]] absl::Status ShowBacktest(Context& context, const std::string& id);
[[nodiscard]] absl::Status ListBacktests(Context& context, std::size_t limit);
[[nodiscard]] absl::Status CancelBacktest(Context& context, const std::string& id);
// The bets as CSV, to standard output.
[[nodiscard]] absl::Status ExportBacktestBets(Context& context, const std::string& id);

}  // namespace fairline::cli
