#pragma once
// Commands that are programs of their own beside `fairline`, because they work without a server and
// bring the models along: `fairline challenge ...` becomes `fairline-challenge ...`.

#include <span>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::cli {

struct Program {
  std::string_view command;
  std::string_view meaning;
};
[[nodiscard]] std::span<const Program> Programs();
[[nodiscard]] bool IsProgram(std::string_view command);

// Replaces this process by the program of `command` in the folder of this one, with the arguments
// after the command. Returns only when that failed: NotFound when it is not there.
[[nodiscard]] absl::Status BecomeProgram(std::string_view command, std::span<char*> arguments);

}  // namespace fairline::cli
