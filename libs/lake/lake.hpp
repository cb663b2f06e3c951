#pragma once
// The lake: raw source files and model artifacts by path. Paths are relative, of [a-zA-Z0-9._-]
// parts; the first part is source, models or dashboards. Objects under source/ and models/ are
// immutable: writing the same bytes again is fine, other bytes are refused.

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

  // Atomic: after a crash the object is whole or absent. AlreadyExists when it exists with other
  // bytes and is immutable. Thread-safe.
  [[nodiscard]] absl::Status Put(std::string_view path, std::string_view bytes);

  // NotFound when absent; ResourceExhausted, before reading, when larger than `max_bytes`.
  [[nodiscard]] absl::StatusOr<std::string> Get(std::string_view path, std::size_t max_bytes) const;

 private:
  explicit Lake(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] absl::StatusOr<std::filesystem::path> Resolve(std::string_view path) const;

  std::filesystem::path root_;
};

}  // namespace fairline::lake
