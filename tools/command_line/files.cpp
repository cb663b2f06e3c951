#include "tools/command_line/files.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace fairline::command_line {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File OpenFile(const std::filesystem::path& path, const char* mode) {
  return File(std::fopen(path.c_str(), mode), std::fclose);
}

std::string Because(std::string_view what, const std::filesystem::path& path, int error) {
  return fmt::format("cannot {} {}: {}", what, path.string(),
                     std::generic_category().message(error));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  const File file = OpenFile(path, "rb");
  if (!file) return absl::NotFoundError(Because("read", path, errno));
  std::string text, piece(1U << 16U, '\0');
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece, 0, size);
  }
  // A folder opens like a file.
  if (std::ferror(file.get()) != 0) return absl::NotFoundError(Because("read", path, errno));
  return text;
}

absl::Status WriteFile(const std::filesystem::path& path, std::string_view text) {
  File file = OpenFile(path, "wb");
  if (!file) return absl::UnavailableError(Because("write", path, errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  const int error = errno;
  if (std::fclose(file.release()) != 0)
    return absl::UnavailableError(Because("write", path, errno));
  return written ? absl::OkStatus() : absl::UnavailableError(Because("write", path, error));
}

}  // namespace fairline::command_line
