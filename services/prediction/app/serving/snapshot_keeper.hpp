#pragma once
// Holds the one snapshot that answers now, and replaces it whole when the production version, the
// data, the team states, the staking policy or the day change, or when a price becomes too old. A
// new version is loaded and tried aside; when that fails, the old one goes on serving and the
// reason is kept.

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/prediction/app/serving/ports.hpp"
#include "services/prediction/app/serving/snapshot.hpp"

namespace fairline::prediction {

struct SnapshotSources {
  ModelRegistry& registry;
  ModelLoader& loader;
  SportsData& data;
  const Clock& as_of;
  const Clock& real_time;
};

// Thread-safe. The sources and the policies outlive the keeper.
class SnapshotKeeper {
 public:
  SnapshotKeeper(SnapshotSources sources, std::span<const std::string_view> sports,
                 const StakingPolicies& policies)
      : sources_(sources), sports_(sports.begin(), sports.end()), policies_(policies) {}

  // Nanoseconds; null until the first refresh has read the data. Never waits for a refresh.
  [[nodiscard]] std::shared_ptr<const Snapshot> Current() const;

  // Looks at every source and swaps the snapshot when something changed; milliseconds when nothing
  // did. One refresh at a time. The first error of any source is returned; whatever could be
  // refreshed in spite of it has been.
  [[nodiscard]] absl::Status Refresh();

  // Whether each sport that has a production version is forecast by a version that could be read.
  // Unavailable, with the reason, otherwise, and before the registry was first reached.
  [[nodiscard]] absl::Status Ready() const;

  // Why the sport's newest production version is not serving; empty when it is.
  [[nodiscard]] std::string LastLoadError(std::string_view sport) const;
  // True when that is so for some sport.
  [[nodiscard]] bool AnyLoadError() const;

  // The staking policy that answers now.
  [[nodiscard]] staking::StakingPolicy CurrentPolicy() const;

  [[nodiscard]] const Clock& as_of() const { return sources_.as_of; }

 private:
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const SeasonData>> RefreshSeasonData(
      const Snapshot* current, Instant now);
  // Null when the sport has no production version.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const SportModel>> RefreshModel(
      const std::string& sport, std::shared_ptr<const SportModel> current, Instant now);
  void KeepLoadError(const std::string& sport, const absl::Status& status);

  SnapshotSources sources_;
  std::vector<std::string> sports_;
  const StakingPolicies& policies_;

  std::mutex refreshing_;
  mutable std::mutex mutex_;  // guards what follows; held for copies only
  std::shared_ptr<const Snapshot> current_;
  std::map<std::string, std::string, std::less<>> load_errors_;
};

}  // namespace fairline::prediction
