#include "tools/fairline/backtests.hpp"

#include "tools/fairline/backtest_options.hpp"
#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

Action DeclareRun(CLI::App& app) {
  auto options = std::make_shared<BacktestOptions>();
  AddBacktestOptions(app, *options);
  return WithOptions(std::move(options), RunBacktest);
}

template <absl::Status (*kRun)(Context&, const std::string&)>
Action DeclareOne(CLI::App& app) {
  auto id = std::make_shared<std::string>();
  app.add_option("id", *id, "its number")->required();
  return WithOptions(std::move(id), kRun);
}

absl::Status ListLatest(Context& context) { return ListBacktests(context, 20); }

}  // namespace

std::vector<Command> BacktestCommands() {
  return {
      {"backtest", "replays past seasons with today's staking"},
      {"backtest run", "runs one and prints what came out", DeclareRun, "--seasons 2024"},
      {"backtest list", "the latest of them", Declare<ListLatest>},
      {"backtest show", "one of them", DeclareOne<ShowBacktest>, "7"},
      {"backtest cancel", "stops it for good", DeclareOne<CancelBacktest>, "7"},
      {"backtest bets", "its bets as CSV", DeclareOne<ExportBacktestBets>, "7"},
  };
}

}  // namespace fairline::cli
