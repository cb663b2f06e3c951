#include "tools/fairline/programs.hpp"

#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

// All that follows the command is the program's own, its --help too.
template <const char* kProgram, const char* kFirst = nullptr>
Action DeclareProgram(CLI::App& app) {
  app.prefix_command()->set_help_flag();
  return [&app](Context& context) {
    std::vector<std::string> arguments = app.remaining();
    if (kFirst != nullptr) arguments.emplace(arguments.begin(), kFirst);
    if (context.json) arguments.emplace_back("--json=-");
    return BecomeProgram(kProgram, arguments);
  };
}

constexpr char kBacktest[] = "backtest";
constexpr char kLeastEdge[] = "--least-edge";
constexpr char kChallenge[] = "challenge";
constexpr char kEvaluate[] = "evaluate";

}  // namespace

std::vector<Command> ProgramCommands() {
  return {
      {"backtest files", "the same on a folder of files, without a server",
       DeclareProgram<kBacktest>, "DATA --seasons 2024", false},
      {"backtest least-edge", "the smallest edge worth betting at, on a folder of files",
       DeclareProgram<kBacktest, kLeastEdge>, "DATA", false},
      {"challenge", "forecasts the fixtures of the 2023 Soccer Prediction Challenge",
       DeclareProgram<kChallenge>, "--train training.csv --judge 2014-2022", false},
      {"evaluate", "how good the forecasts are, out of sample, on a folder of files",
       DeclareProgram<kEvaluate>, "--data DATA", false},
  };
}

}  // namespace fairline::cli
