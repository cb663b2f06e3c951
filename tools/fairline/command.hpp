#pragma once
// The commands of `fairline`: one row of a table each, by groups in commands/.

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "libs/core/status.hpp"
#include "tools/fairline/context.hpp"

namespace fairline::cli {

// What a command does once its options were read.
using Action = std::function<absl::Status(Context&)>;

struct Command {
  std::string_view path;     // "bets place"; its group "bets" stands before it in the table
  std::string_view meaning;  // as the help says it
  // Adds the command's options; what it returns finds their values in place once they were parsed.
  // Null for a group.
  Action (*declare)(CLI::App& app) = nullptr;
  // Arguments with which it can be tried: "E0 Arsenal Chelsea".
  std::string_view example = {};
  bool needs_server = true;
};

// A command without options.
template <absl::Status (*kRun)(Context&)>
Action Declare(CLI::App& /*app*/) {
  return kRun;
}

// A command whose options are declared on `app` into an `Options` and read by `run`.
template <typename Options>
Action WithOptions(std::shared_ptr<Options> options,
                   absl::Status (*run)(Context&, const Options&)) {
  return [options = std::move(options), run](Context& context) { return run(context, *options); };
}

// Every command, in the order of the help.
[[nodiscard]] std::vector<Command> AllCommands();

// The command that was asked for: set by parsing.
struct Chosen {
  Command command;
  Action action;
};

// Declares `commands` on `app`. `chosen` must outlive the parsing.
void AddCommands(CLI::App& app, std::span<const Command> commands, Chosen& chosen);

}  // namespace fairline::cli
