#include "tools/fairline/programs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace fairline::cli {
namespace {

constexpr std::array kPrograms = {
    Program{"challenge", "forecasts the fixtures of the 2023 Soccer Prediction Challenge"},
    Program{"evaluate", "how good the forecasts are, out of sample, on a folder of files"},
};

}  // namespace

std::span<const Program> Programs() { return kPrograms; }

bool IsProgram(std::string_view command) {
  return std::any_of(kPrograms.begin(), kPrograms.end(),
                     [&](const Program& program) { return program.command == command; });
}

absl::Status BecomeProgram(std::string_view command, std::span<char*> arguments) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return absl::InternalError("cannot tell where this program is: " + error.message());
  std::string path = self.parent_path() / fmt::format("fairline-{}", command);
  std::vector<char*> all = {path.data()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.push_back(nullptr);
  execv(path.c_str(), all.data());
  const int reason = errno;
  if (reason == ENOENT) return absl::NotFoundError(path + " is not there: build it first");
  return absl::InternalError(fmt::format("{}: {}", path, std::strerror(reason)));
}

}  // namespace fairline::cli
