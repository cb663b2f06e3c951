#pragma once
// The use case of the service: bring the stored features of a sport up to date.

#include <functional>
#include <string>
#include <string_view>

#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

struct Progress {
  std::string activity;
  std::int64_t done = 0;
  std::int64_t total = 0;  // 0: not known
};

struct FeatureSummary {
  Computation computation;
  std::int32_t features = 0;
  std::string catalogue_hash;
  bool up_to_date = false;  // nothing had to be done
};

// How a long use case speaks with its caller.
struct Conversation {
  Deadline deadline;
  std::function<void(const Progress&)> report;
  std::function<bool()> cancelled;  // asked now and then
};

// Replays everything of `sport` that is known as of `as_of` and stores each match's features and
// the state after. Does nothing when that was done before for the same data and catalogue and
// nothing became known since. Errors: NotFound for a sport without features, Cancelled, those of
// the ports.
[[nodiscard]] absl::StatusOr<FeatureSummary> ComputeFeatures(std::string_view sport, Instant as_of,
                                                             MatchSource& matches,
                                                             FeatureStore& store,
                                                             const Conversation& conversation);

}  // namespace fairline::preprocessing
