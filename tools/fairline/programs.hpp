#pragma once
// Commands that are programs of their own beside `fairline`, because they work without a server and
// bring the models along: `fairline challenge ...` becomes `fairline-challenge ...`.

#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"

namespace fairline::cli {

// Replaces this process by the program of `command` in the folder of this one, with the arguments
// after the command. Returns only when that failed: NotFound when it is not there.
[[nodiscard]] absl::Status BecomeProgram(std::string_view command,
                                         const std::vector<std::string>& arguments);

}  // namespace fairline::cli
