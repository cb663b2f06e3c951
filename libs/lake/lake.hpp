#pragma once
// The lake: raw source files and model artifacts by path. Paths are relative, of [a-zA-Z0-9._-]
// parts; the first part is source, models or dashboards. Objects under source/ and models/ are
// immutable: writing the same bytes again is fine, other bytes are refused. Where a part of the
// path names the bytes by their hash (twelve digits of SHA-256 or more), those that stand there and
// are others have rotted, and writing the right ones mends the object. Errors name an object by its
// path here, never by that of the machine.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::lake {

class Lake {
 public:
  // `url`: "file:///absolute/folder" (made when absent).
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Lake>> Open(const std::string& url);

  // Atomic: after a crash, of the machine too, the object is whole or absent; it is there for good
  // once OK is returned. AlreadyExists when it exists with other bytes, is immutable and its path
  // does not name these; ResourceExhausted when the disk is full. Thread-safe.
  [[nodiscard]] absl::Status Put(std::string_view path, std::string_view bytes);
  // As Put, for bytes that are known by a hash to be those of the object: others are replaced.
  [[nodiscard]] absl::Status Mend(std::string_view path, std::string_view bytes);

  // NotFound when absent; ResourceExhausted, before reading, when larger than `max_bytes`.
  [[nodiscard]] absl::StatusOr<std::string> Get(std::string_view path, std::size_t max_bytes) const;

  // Whether an object could be put now: writes 64 kB beside the objects and removes them. As long
  // as the disk takes.
  [[nodiscard]] absl::Status CheckWriting() const;

 private:
  explicit Lake(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] absl::StatusOr<std::filesystem::path> Resolve(std::string_view path) const;
  [[nodiscard]] absl::Status Write(std::string_view path, std::string_view bytes, bool mend);

  std::filesystem::path root_;
};

}  // namespace fairline::lake
