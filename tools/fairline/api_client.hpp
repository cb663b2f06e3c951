#pragma once
// Calls of the gateway's REST surface, signed in when needed.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"

namespace fairline::cli {

struct ApiSettings {
  std::string url;  // "http://127.0.0.1:8080"
  std::string username;
  std::string password;  // empty: only what the kept token allows
  // Where the bearer token is kept between calls (mode 600); empty for nowhere.
  std::filesystem::path token_file;
};

using Query = std::vector<std::pair<std::string, std::string>>;

// Not thread-safe.
class ApiClient {
 public:
  explicit ApiClient(ApiSettings settings);

  // The answer's JSON. Errors carry the server's own words: Unavailable when it cannot be reached,
  // Unauthenticated (401), PermissionDenied (402, 403), NotFound, AlreadyExists (409),
  // InvalidArgument (400, 422), FailedPrecondition (412), else Internal. An expired token is
  // renewed once by signing in again.
  [[nodiscard]] absl::StatusOr<nlohmann::json> Get(const std::string& path,
                                                   const Query& query = {});
  // The answer as it is, for routes that answer with other than JSON.
  [[nodiscard]] absl::StatusOr<std::string> GetText(const std::string& path);
  [[nodiscard]] absl::StatusOr<nlohmann::json> Post(const std::string& path,
                                                    const nlohmann::json& body);
  [[nodiscard]] absl::StatusOr<nlohmann::json> Patch(const std::string& path,
                                                     const nlohmann::json& body);
  [[nodiscard]] absl::StatusOr<nlohmann::json> Put(const std::string& path,
                                                   const nlohmann::json& body);
  [[nodiscard]] absl::StatusOr<nlohmann::json> Delete(const std::string& path);

  // Each message of a server's stream as it comes, until the stream ends; `resume_token` takes up
  // an earlier one, and is left as that of the last message. A stream that broke is Unavailable.
  [[nodiscard]] absl::Status Watch(const std::string& path, std::string& resume_token,
                                   const std::function<void(const nlohmann::json&)>& on_message);

  // All items of a paged list, at most `limit`.
  [[nodiscard]] absl::StatusOr<nlohmann::json> GetAll(const std::string& path,
                                                      const std::string& field, Query query,
                                                      std::size_t limit);

 private:
  [[nodiscard]] absl::StatusOr<nlohmann::json> Call(const std::string& method,
                                                    const std::string& path,
                                                    const std::optional<nlohmann::json>& body);
  [[nodiscard]] absl::StatusOr<std::string> CallText(const std::string& method,
                                                     const std::string& path,
                                                     const std::optional<nlohmann::json>& body);
  [[nodiscard]] absl::Status SignIn();

  ApiSettings settings_;
  std::string token_;
};

// For a path segment or a query value.
[[nodiscard]] std::string PercentEncode(const std::string& text);

}  // namespace fairline::cli
