#pragma once
// The built web page, held in memory: what is not a file of the folder at the start cannot be
// asked for. Files are small and few.

#include <filesystem>
#include <map>
#include <string>

#include "services/auth_gateway/http/exchange.hpp"

namespace fairline::auth_gateway {

class StaticFiles {
 public:
  // No files at all.
  StaticFiles() = default;

  // NotFound when the folder has no index.html; hidden files are left out.
  [[nodiscard]] static absl::StatusOr<StaticFiles> Load(const std::filesystem::path& folder);

  // Answers GET of a file ("/" is index.html) with its type and ETag, 304 when the client has it.
  // False when there is no such file. Thread-safe.
  [[nodiscard]] bool Handle(Exchange& exchange) const;

 private:
  struct File {
    std::string type;
    std::string etag;
    std::string bytes;
  };
  std::map<std::string, File> files_;  // by path, "/app.js"
};

}  // namespace fairline::auth_gateway
