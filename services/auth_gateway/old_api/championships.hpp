#pragma once
// The football competitions and their current teams, as `ingest` lists them, remembered for a few
// seconds: the old API asks for all of them at once.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/auth_gateway/peers/upstream.hpp"

namespace fairline::auth_gateway {

struct Championship {
  std::string code;
  std::string name;
  std::string current_season;  // "2025-26"
  std::vector<std::string> teams;
  std::vector<std::string> other_names = {};
};
using Championships = std::vector<Championship>;

class ChampionshipList {
 public:
  // `upstream` outlives this.
  explicit ChampionshipList(const Upstream& upstream) : upstream_(upstream) {}

  // By country and tier as `ingest` orders them. One caller at a time refreshes. Thread-safe.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Championships>> Get(
      const rpc::Outgoing& outgoing);

 private:
  [[nodiscard]] absl::StatusOr<Championships> Load(const rpc::Outgoing& outgoing);

  const Upstream& upstream_;
  std::mutex mutex_;
  std::shared_ptr<const Championships> known_;
  std::chrono::steady_clock::time_point fresh_until_;
};

// By full name, code or another name, as people write it (libs/names/name_finder.hpp).
// InvalidArgument names the nearest when no single one is meant.
[[nodiscard]] absl::StatusOr<const Championship*> FindChampionship(
    const Championships& championships, const std::string& name);

}  // namespace fairline::auth_gateway
