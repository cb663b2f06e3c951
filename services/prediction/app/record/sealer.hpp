#pragma once
// Writes the forecasts of every coming match, and the advice that follows from them, to the
// append-only log, and brings the public record up to date.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "libs/core/status.hpp"
#include "services/prediction/app/record/record.hpp"
#include "services/prediction/app/record/sealed.hpp"
#include "services/prediction/app/serving/snapshot_keeper.hpp"

namespace fairline::prediction {

struct SealSummary {
  std::int64_t forecasts = 0;         // of coming matches now
  std::int64_t forecasts_sealed = 0;  // of those, new or changed in the record
  std::int64_t advice_sealed = 0;     // matches whose advice is new in the log
  std::int64_t value_bets = 0;        // outcomes with a stake now
  std::int32_t model_version = 0;
  RecordSummary record;
};

// Told how many of how many matches are written; returning false stops after what is written.
using SealProgress = std::function<bool(std::int64_t done, std::int64_t total)>;

// The record of a coming match as `snapshot` forecasts it.
[[nodiscard]] SealedForecast SealRecord(const Snapshot& snapshot, std::size_t coming_index);

class Sealer {
 public:
  // All outlive the sealer.
  Sealer(SnapshotKeeper& keeper, ForecastLog& log, RecordStore& record)
      : keeper_(keeper), log_(log), record_(record) {}

  // Takes up the newest production version and data, then writes what is not in the log yet: doing
  // it twice changes nothing. Empty `sport` means every sport with a production model. Errors:
  // FailedPrecondition without any production model or when it cannot be loaded; Cancelled;
  // DeadlineExceeded.
  [[nodiscard]] absl::StatusOr<SealSummary> Seal(std::string_view sport,
                                                 std::chrono::system_clock::time_point deadline,
                                                 const SealProgress& progress);

  // Seals everything when another staking policy answers than at the last call, so that the advice
  // that people see is the sealed one. The first call, which knows of none before, seals when
  // advice that stands in the record follows another policy: the process may have died between the
  // change and its sealing. Not thread-safe. Errors: those of Seal and of the record, after which
  // the next call tries again.
  [[nodiscard]] absl::Status SealChangedPolicy(std::chrono::system_clock::time_point deadline);

 private:
  [[nodiscard]] absl::StatusOr<bool> PolicyIsUnsealed(const Snapshot& snapshot, Deadline deadline);

  SnapshotKeeper& keeper_;
  ForecastLog& log_;
  RecordStore& record_;
  std::optional<std::int64_t> sealed_policy_;  // version
};

}  // namespace fairline::prediction
