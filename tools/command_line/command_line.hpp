#pragma once
// What the programs for people do with their arguments, all alike.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace fairline::command_line {

// The type names of options that hold a path: a path is bytes, every other text must be UTF-8.
inline constexpr char kFile[] = "FILE";
inline constexpr char kFolder[] = "FOLDER";

// Parses the arguments by `app`, whose name is the program's as people type it, after adding
// --version and the exit codes to its help. Returns the exit code when the program ends here, after
// its message: help and version, kExitUsage for what is not understood, naming the nearest command
// or option, and kExitFailed for text that is not UTF-8, naming the option. Nothing: go on.
[[nodiscard]] std::optional<int> Parse(CLI::App& app, int argc, char** argv);

// --json [FILE]: where every number is written as JSON; "-", which no FILE means, is standard
// output in place of the text.
void AddJson(CLI::App& app, std::string& file);

// The one of `known` that `word` was most likely meant to be, by few letters left out, added,
// changed or swapped, or as its beginning; empty when it is like none.
[[nodiscard]] std::string Nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace fairline::command_line
