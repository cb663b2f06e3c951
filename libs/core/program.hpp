#pragma once
// What every main of the tree stands on: however a program fails, it ends with a message and an
// exit code, never by a signal.
//
//   int main(int argc, char** argv) {
//     return fairline::RunProgram("fairline-x", argc, argv, [&] { return Main(argc, argv); });
//   }

#include <cstdio>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "libs/core/status.hpp"

namespace fairline {

// Exit codes of every program (docs/operations.md).
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;        // a line on standard error says why
inline constexpr int kExitUsage = 2;         // the arguments or settings were not understood
inline constexpr int kExitReaderGone = 141;  // 128 + SIGPIPE: as after `| head`, without a word

// The same for people, for the help of each program.
inline constexpr std::string_view kExitCodes =
    "Exit codes: 0 done; 1 failed, and a line on standard error says why; 2 arguments or settings "
    "that were not\nunderstood; 141 nobody reads the output any more (as after `| head`).\n";

// Of the build: "0.1.0".
[[nodiscard]] std::string_view Version();

// Runs `body` and returns its exit code. What it throws becomes a line "NAME: ..." on standard
// error and kExitFailed; so does an exception on another thread, which ends the process there.
// Standard output that could not be written is kExitFailed, or kExitReaderGone where nobody reads
// it any more, unless `body` has failed itself. `--version` alone prints NAME and version. For the
// whole process SIGPIPE is ignored, and none of the standard streams is left closed.
[[nodiscard]] int RunProgram(std::string_view name, int argc, char** argv,
                             const std::function<int()>& body);

// kExitDone, or kExitFailed after the line "NAME: <message>" on standard error.
[[nodiscard]] int EndWith(const absl::Status& status);

// Sends what was printed on its way, for output that comes bit by bit. Throws std::system_error
// when it cannot be written, as fmt::print does: RunProgram makes an exit code of it.
void FlushOutput();

// A line or a part of one on standard error. Never fails: notes that nobody can read are dropped.
void WriteNote(std::string_view text) noexcept;

template <typename... T>
void Note(fmt::format_string<T...> format, T&&... values) {
  WriteNote(fmt::format(format, std::forward<T>(values)...));
}

}  // namespace fairline
