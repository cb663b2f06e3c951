#pragma once
// Reading of the public record: its seals, its lines, and how forecasts came out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/record/chain.hpp"
#include "services/prediction/app/record/record.hpp"

namespace fairline::prediction {

struct PublicLine {
  std::int64_t line_id = 0;
  std::string sha256;
  std::string line;  // empty until the match has begun
};

// A forecast of the record with its newest score.
struct ScoredForecast {
  RecordedForecast forecast;
  RecordScore score;
};

struct ScoredFilter {
  std::optional<Day> from;
  std::optional<Day> to;
  std::string competition_code;  // empty: all
  std::string information;       // empty: all
  // Newest first, behind this match (of a page before); at most `limit` when it is above 0.
  std::optional<std::pair<Day, MatchId>> behind;
  int limit = 0;
};

// Matches that were forecast, have begun and have no score.
struct UnscoredCounts {
  std::int64_t withdrawn = 0;  // the last forecast of theirs was
  std::int64_t waiting = 0;    // for a result
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // In order of days, behind `after`.
  [[nodiscard]] virtual absl::StatusOr<std::vector<record::Seal>> ListSeals(
      std::optional<Day> after, int limit, Deadline deadline) = 0;
  // In the order of the chain, behind `after_line`. What is hidden at `as_of` is empty.
  [[nodiscard]] virtual absl::StatusOr<std::vector<PublicLine>> ListLines(Day day,
                                                                          std::int64_t after_line,
                                                                          int limit, Instant as_of,
                                                                          Deadline deadline) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<ScoredForecast>> ListScored(
      const ScoredFilter& filter, Deadline deadline) = 0;
  [[nodiscard]] virtual absl::StatusOr<UnscoredCounts> CountUnscored(
      const std::string& competition_code, Instant as_of, Deadline deadline) = 0;
  // Changes whenever a score is added.
  [[nodiscard]] virtual absl::StatusOr<std::string> ScoresStamp(Deadline deadline) = 0;
};

}  // namespace fairline::prediction
