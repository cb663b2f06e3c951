#pragma once
// What the use cases need from the outside: the matches that are known, and a place for features.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"
#include "libs/features/replay.hpp"

namespace fairline::preprocessing {

// When to give up.
using Deadline = std::chrono::system_clock::time_point;

// All that is known of one sport as of a moment, each list in ascending order of days.
struct KnownMatches {
  std::int64_t data_version = 0;
  std::vector<features::Match> finished;
  std::vector<features::Fixture> coming;
};

class MatchSource {
 public:
  virtual ~MatchSource() = default;

  // Grows with every change of any match or price.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> DataVersion(Deadline deadline) = 0;
  // False when surely nothing became known after `since` and by `until` for data that have not
  // changed otherwise: no match of the sport kicked off or ended in between.
  [[nodiscard]] virtual absl::StatusOr<bool> Learned(std::string_view sport, Instant since,
                                                     Instant until, Deadline deadline) = 0;
  // One snapshot of the data, however they change meanwhile.
  [[nodiscard]] virtual absl::StatusOr<KnownMatches> Read(std::string_view sport, Instant as_of,
                                                          Deadline deadline) = 0;
};

// One run of the replay over all that was known.
struct Computation {
  Instant as_of;
  std::int64_t data_version = 0;
  std::int64_t finished_matches = 0;
  std::int64_t coming_matches = 0;
};

class FeatureStore {
 public:
  virtual ~FeatureStore() = default;

  // The latest computation under that catalogue, if any.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Computation>> Latest(
      std::string_view catalogue_hash, Deadline deadline) = 0;

  // Gives every row to the sink and returns the replay's saved state. May be called again after a
  // conflict, so it has no effect of its own.
  using Produce = std::function<absl::StatusOr<std::string>(const features::RowSink& sink)>;
  // Replaces all rows of the catalogue by those of `produce`, and the latest state with them, at
  // once: readers see all of the old or all of the new.
  [[nodiscard]] virtual absl::Status Replace(const features::FeatureCatalogue& catalogue,
                                             const Computation& computation, const Produce& produce,
                                             Deadline deadline) = 0;

  struct StoredRow {
    std::string catalogue_hash;
    std::vector<float> values;  // in the catalogue's order; NaN where unknown
  };
  // The match's row under one of the catalogues. NotFound.
  [[nodiscard]] virtual absl::StatusOr<StoredRow> RowOf(
      MatchId match, const std::vector<std::string>& catalogue_hashes, Deadline deadline) = 0;
};

}  // namespace fairline::preprocessing
