#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// Names of teams to ids, through the aliases; a name never seen becomes a new team. Thread-safe.
class TeamDirectory {
 public:
  TeamDirectory(SportsStore& store, const Reference& reference);

  // In the order of `names`.
  [[nodiscard]] absl::StatusOr<std::vector<TeamId>> Resolve(const std::string& sport,
                                                            const std::string& country,
                                                            const std::vector<std::string>& names);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  SportsStore& store_;
  std::mutex mutex_;
  std::map<Key, TeamId> ids_;
};

}  // namespace fairline::ingest
