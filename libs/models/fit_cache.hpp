#pragma once
// Fits that are never done twice: a finished one is kept under a key made of all that it depends
// on.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::models {

class FitCache {
 public:
  virtual ~FitCache() = default;
  // Thread-safe. A key is a SHA-256 in hex; the same key always means the same bytes.
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Find(std::string_view key) = 0;
  [[nodiscard]] virtual absl::Status Save(std::string_view key, std::string_view bytes) = 0;
};

// A digest of each match of a table, so that the digest of any of its rows is quickly made.
class TableDigest {
 public:
  // Reads the whole table once: 225,000 matches of 150 features in about a third of a second.
  explicit TableDigest(const MatchTable& matches);

  // SHA-256 over everything of `rows` that a fit can see: days, seasons, competitions, results,
  // features.
  [[nodiscard]] std::string Of(const Rows& rows) const;

 private:
  std::string digests_;  // of fixed length each
};

// SHA-256 over the forecasts of `rows`.
[[nodiscard]] std::string DigestOf(const Forecasts& column, const Rows& rows);

}  // namespace fairline::models
