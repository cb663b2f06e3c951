#pragma once
// How sealed forecasts and the advice in them came out: the same scores and intervals as everywhere
// (libs/evaluation/evaluation.hpp), on what was said before the matches began.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/evaluation/evaluation.hpp"
#include "services/prediction/app/record/record_reader.hpp"

namespace fairline::prediction {

struct AgainstReference {
  std::string reference;  // "base_rate", "market" or "closing"
  evaluation::PairedDifference log_loss;
  evaluation::PairedDifference rps;
  evaluation::PairedDifference brier;
};

struct RecordedSkill {
  std::string information;  // "" is all together
  evaluation::Evaluation evaluation;
  std::vector<AgainstReference> against;
};

// Bets advised by the last line before kick-off, one unit on each.
struct RecordedBets {
  std::int64_t bets = 0;
  std::int64_t won = 0;
  std::optional<evaluation::PairedDifference> yield;          // profit a unit
  double claimed_edge = 0.0;                                  // mean
  std::optional<evaluation::PairedDifference> closing_value;  // of those with closing odds
};

struct RecordedMonth {
  std::string month;  // "2026-01"
  std::int64_t matches = 0;
  double log_loss = 0.0;
  double market_log_loss = 0.0;  // on those with a line; NaN without any
  std::int64_t bets = 0;
  double profit = 0.0;  // one unit on each
};

struct TrackRecord {
  std::int64_t matches = 0;
  std::vector<RecordedSkill> skills;  // all together first
  RecordedBets bets;
  std::vector<RecordedMonth> months;  // oldest first
  // Sealed when the match had long begun in real time: made with a clock that stands in the past.
  std::int64_t hindsight = 0;
  std::vector<std::string> verdict;  // plain sentences
};

// Whether the forecast was sealed when its match had begun in real time, or, where no kick-off is
// known, its day was over: by an as-of clock that stands in the past.
[[nodiscard]] bool InHindsight(const ScoredForecast& scored);

// Pure. Of matches with equally many outcomes. Empty when there are none.
[[nodiscard]] absl::StatusOr<TrackRecord> EvaluateRecord(std::span<const ScoredForecast> scored);

// The track record by filter, computed anew only when scores were added. Thread-safe.
class TrackRecordKeeper {
 public:
  explicit TrackRecordKeeper(RecordReader& reader) : reader_(reader) {}
  [[nodiscard]] absl::StatusOr<TrackRecord> Get(const ScoredFilter& filter, Deadline deadline);

 private:
  RecordReader& reader_;
  std::mutex mutex_;
  std::string stamp_;
  std::map<std::string, TrackRecord> by_filter_;
};

}  // namespace fairline::prediction
