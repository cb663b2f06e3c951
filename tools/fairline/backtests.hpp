#pragma once
// Commands on backtests.

#include <optional>
#include <string>
#include <vector>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct BacktestOptions {
  std::string forecaster, bookmaker, price, risk;
  std::vector<std::string> competitions;
  std::string seasons;  // "2015-2024", "2024" or empty
  std::optional<double> min_edge, max_odds, kelly, commission, bankroll, max_stake;
  std::vector<double> sweep_min_edges, sweep_kelly, sweep_max_odds;
  bool stake_unanchored = false;
};

// Starts one, shows its progress until it has ended and prints its result.
[[nodiscard]] absl::Status RunBacktest(Context& context, const BacktestOptions& options);
[[nodiscard]] absl::Status ShowBacktest(Context& context, const std::string& id);
[[nodiscard]] absl::Status ListBacktests(Context& context, std::size_t limit);
[[nodiscard]] absl::Status CancelBacktest(Context& context, const std::string& id);
// The bets as CSV, to standard output.
[[nodiscard]] absl::Status ExportBacktestBets(Context& context, const std::string& id);

}  // namespace fairline::cli
