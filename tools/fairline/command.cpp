#include "tools/fairline/command.hpp"

#include <string>

#include <fmt/format.h>

#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  for (const auto& group : {RunCommands(), ForecastCommands(), StakingCommands(), ModelCommands(),
                            TrainingCommands(), BacktestCommands(), RecordCommands(),
                            ProgramCommands(), BetCommands(), LimitCommands(), NameCommands()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

void AddCommands(CLI::App& app, std::span<const Command> commands, Chosen& chosen) {
  for (const Command& command : commands) {
    CLI::App* parent = &app;
    std::string name(command.path);
    if (const std::size_t space = name.find(' '); space != std::string::npos) {
      parent = app.get_subcommand(name.substr(0, space));
      name.erase(0, space + 1);
    }
    CLI::App* const sub = parent->add_subcommand(name, std::string(command.meaning));
    // What follows a program's name is the program's own.
    sub->fallthrough(command.needs_server);
    if (!command.example.empty()) {
      sub->footer(fmt::format("Example: fairline {} {}", command.path, command.example));
    }
    if (command.declare == nullptr) {
      sub->require_subcommand(1);
    } else {
      sub->callback([&chosen, command, action = command.declare(*sub)] {
        chosen = {command, action};
      });
    }
  }
}

}  // namespace fairline::cli
