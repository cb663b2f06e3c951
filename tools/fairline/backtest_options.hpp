#pragma once
// What may be asked of a backtest on the command line, of the service or on files.

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"

namespace fairline::cli {

struct BacktestOptions {
  std::string forecaster, bookmaker, price, risk;
  std::vector<std::string> competitions;
  std::string seasons;  // "2015-2024", "2024" or empty
  std::optional<double> min_edge, min_odds, max_odds, max_per_bet, max_per_day, kelly, model_weight,
      commission, bankroll, max_stake;
  std::vector<double> sweep_min_edges, sweep_kelly, sweep_max_odds;
  std::vector<std::string> sweep_prices;
  std::optional<std::uint32_t> seed;
  bool stake_unanchored = false;
};

void AddBacktestOptions(CLI::App& command, BacktestOptions& options);

// As the JSON of BacktestSettings in protos/fairline/training/v1; amounts are in `currency`, which
// is empty for files. InvalidArgument names the option.
[[nodiscard]] absl::StatusOr<nlohmann::json> SettingsOf(const BacktestOptions& options,
                                                        const std::string& currency = "");

}  // namespace fairline::cli
