#include "libs/lake/lake.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "libs/core/sha256.hpp"

namespace fairline::lake {
namespace {

namespace fs = std::filesystem;

absl::Status Failed(std::string_view doing, const fs::path& path) {
  return absl::InternalError(
      fmt::format("lake: {} {}: {}", doing, path.string(), std::strerror(errno)));
}

bool IsPathPart(std::string_view part) {
  return !part.empty() && part.front() != '.' &&
         part.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string_view::npos;
}

bool NamesBytes(std::string_view path, std::string_view bytes) {
  constexpr std::size_t kLeastDigits = 12;
  const std::string hash = Sha256Hex(bytes);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of("/."), path.size());
    if (end >= kLeastDigits && hash.starts_with(path.substr(0, end))) return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

absl::StatusOr<std::string> ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Failed("opening", path);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) return Failed("reading", path);
  return bytes;
}

// Written beside its final place, flushed to disk, then renamed over it.
absl::Status WriteAtomically(const fs::path& path, std::string_view bytes) {
  static std::atomic<unsigned> counter{0};
  const fs::path temporary = path.parent_path() / fmt::format(".{}.{}.{}", path.filename().string(),
                                                              ::getpid(), ++counter);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("creating", temporary);
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const absl::Status status = Failed("writing", temporary);
      ::close(fd);
      ::unlink(temporary.c_str());
      return status;
    }
    written += static_cast<std::size_t>(n);
  }
  const bool flushed = ::fsync(fd) == 0;
  ::close(fd);
  if (!flushed || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const absl::Status status = Failed("writing", path);
    ::unlink(temporary.c_str());
    return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Lake>> Lake::Open(const std::string& url) {
  constexpr std::string_view kScheme = "file://";
  if (!std::string_view(url).starts_with(kScheme) || url.size() <= kScheme.size() ||
      url[kScheme.size()] != '/') {
    return absl::InvalidArgumentError("FAIRLINE_LAKE_URL: not file:///absolute/folder: " + url);
  }
  const fs::path root = url.substr(kScheme.size());
  std::error_code error;
  fs::create_directories(root, error);
  if (error || ::access(root.c_str(), W_OK) != 0) {
    return absl::FailedPreconditionError("FAIRLINE_LAKE_URL: cannot write to " + root.string());
  }
  return std::unique_ptr<Lake>(new Lake(root));
}

absl::StatusOr<fs::path> Lake::Resolve(std::string_view path) const {
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    if (!IsPathPart(rest.substr(0, slash))) {
      return absl::InvalidArgumentError("not a lake path: " + std::string(path));
    }
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    if (slash != std::string_view::npos && rest.empty()) {
      return absl::InvalidArgumentError("not a lake path: " + std::string(path));
    }
  }
  if (!path.starts_with("source/") && !path.starts_with("models/") &&
      !path.starts_with("dashboards/")) {
    return absl::InvalidArgumentError("not under source/, models/ or dashboards/: " +
                                      std::string(path));
  }
  return root_ / path;
}

absl::Status Lake::Put(std::string_view path, std::string_view bytes) {
  return Write(path, bytes, NamesBytes(path, bytes));
}

absl::Status Lake::Mend(std::string_view path, std::string_view bytes) {
  return Write(path, bytes, true);
}

absl::Status Lake::Write(std::string_view path, std::string_view bytes, bool mend) {
  ASSIGN_OR_RETURN(const fs::path file, Resolve(path));
  if (!path.starts_with("dashboards/") && fs::exists(file)) {
    const auto present = ReadAll(file);
    if (present.ok() && *present == bytes) return absl::OkStatus();
    if (!mend) {
      RETURN_IF_ERROR(present.status());
      return absl::AlreadyExistsError("lake: immutable and different: " + std::string(path));
    }
  }
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return absl::InternalError("lake: " + error.message() + ": " + file.string());
  return WriteAtomically(file, bytes);
}

absl::StatusOr<std::string> Lake::Get(std::string_view path, std::size_t max_bytes) const {
  ASSIGN_OR_RETURN(const fs::path file, Resolve(path));
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return absl::NotFoundError("lake: no such object: " + std::string(path));
  if (size > max_bytes) {
    return absl::ResourceExhaustedError(
        fmt::format("lake: {} has {} bytes, more than {}", path, size, max_bytes));
  }
  return ReadAll(file);
}

}  // namespace fairline::lake
