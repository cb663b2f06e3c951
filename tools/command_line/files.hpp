#pragma once
// Files that people name on a command line.

#include <filesystem>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::command_line {

// What is in a file. NotFound naming `path` and why it cannot be read: not there, a folder, not
// allowed.
[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);

// `text` in place of what is in the file. Unavailable naming `path` and why.
[[nodiscard]] absl::Status WriteFile(const std::filesystem::path& path, std::string_view text);

}  // namespace fairline::command_line
