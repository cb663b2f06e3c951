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

#include "libs/core/no_room.hpp"
#include "libs/core/sha256.hpp"

namespace fairline::lake {
namespace {

namespace fs = std::filesystem;

bool IsNoRoom(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

// By errno.
absl::Status Failed(std::string_view doing, std::string_view object) {
  const int error = errno;
  if (IsNoRoom(error)) {
    return NoRoomError(fmt::format("the disk of the lake is full: {} {}", doing, object));
  }
  return absl::InternalError(fmt::format("lake: {} {}: {}", doing, object, std::strerror(error)));
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

absl::StatusOr<std::string> ReadAll(const fs::path& file, std::string_view object) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Failed("opening", object);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) return Failed("reading", object);
  return bytes;
}

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool open() const { return fd_ >= 0; }
  // By errno, as what follows.
  [[nodiscard]] bool Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  [[nodiscard]] bool Flush() const { return ::fsync(fd_) == 0; }

 private:
  int fd_;
};

// A name is on the disk when its folder is, and the folder when the one above is.
bool FlushFolders(const fs::path& root, fs::path folder) {
  for (;; folder = folder.parent_path()) {
    const File file(folder, O_RDONLY | O_DIRECTORY);
    if (!file.open() || !file.Flush()) return false;
    if (folder == root || folder == folder.parent_path()) return true;
  }
}

// A hidden name beside `file` that nobody else uses.
fs::path Aside(const fs::path& file) {
  static std::atomic<unsigned> counter{0};
  return file.parent_path() /
         fmt::format(".{}.{}.{}", file.filename().string(), ::getpid(), ++counter);
}

// Written beside its final place, flushed to disk, then renamed over it.
absl::Status WriteAtomically(const fs::path& root, const fs::path& file, std::string_view object,
                             std::string_view bytes) {
  const fs::path temporary = Aside(file);
  const File written(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  if (!written.open()) return Failed("creating", object);
  if (!written.Write(bytes) || !written.Flush() || ::rename(temporary.c_str(), file.c_str()) != 0) {
    const absl::Status status = Failed("writing", object);
    ::unlink(temporary.c_str());
    return status;
  }
  if (!FlushFolders(root, file.parent_path())) return Failed("keeping", object);
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
    const auto present = ReadAll(file, path);
    if (present.ok() && *present == bytes) return absl::OkStatus();
    if (!mend) {
      RETURN_IF_ERROR(present.status());
      return absl::AlreadyExistsError("lake: immutable and different: " + std::string(path));
    }
  }
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) {
    errno = error.value();
    return Failed("making the folder of", path);
  }
  return WriteAtomically(root_, file, path, bytes);
}

absl::Status Lake::CheckWriting() const {
  const fs::path temporary = Aside(root_ / "check");
  absl::Status status;
  {
    const File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open() || !file.Write(std::string(1 << 16, '.')))
      status = Failed("writing", "a check");
  }
  ::unlink(temporary.c_str());
  return status;
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
  return ReadAll(file, path);
}

}  // namespace fairline::lake
