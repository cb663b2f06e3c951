#pragma once
// The tables of commands, one for each file of this folder.

#include <vector>

#include "tools/fairline/command.hpp"

namespace fairline::cli {

[[nodiscard]] std::vector<Command> RunCommands();
[[nodiscard]] std::vector<Command> ForecastCommands();
[[nodiscard]] std::vector<Command> StakingCommands();
[[nodiscard]] std::vector<Command> ModelCommands();
[[nodiscard]] std::vector<Command> TrainingCommands();
[[nodiscard]] std::vector<Command> BacktestCommands();
[[nodiscard]] std::vector<Command> RecordCommands();
[[nodiscard]] std::vector<Command> BetCommands();
[[nodiscard]] std::vector<Command> LimitCommands();
[[nodiscard]] std::vector<Command> NameCommands();
[[nodiscard]] std::vector<Command> ProgramCommands();

}  // namespace fairline::cli
