#include "tools/fairline/programs.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace fairline::cli {
absl::Status BecomeProgram(std::string_view command, const std::vector<std::string>& arguments) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return absl::InternalError("cannot tell where this program is: " + error.message());
  std::string path = self.parent_path() / fmt::format("fairline-{}", command);
  std::vector<std::string> texts = arguments;
  std::vector<char*> all = {path.data()};
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  execv(path.c_str(), all.data());
  const int reason = errno;
  if (reason == ENOENT) return absl::NotFoundError(path + " is not there: build it first");
  return absl::InternalError(fmt::format("{}: {}", path, std::strerror(reason)));
}

}  // namespace fairline::cli
