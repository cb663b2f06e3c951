#include "services/ingest/app/team_directory.hpp"

namespace fairline::ingest {

TeamDirectory::TeamDirectory(SportsStore& store, const Reference& reference) : store_(store) {
  for (const Team& team : reference.teams) ids_[{team.sport, team.country, team.name}] = team.id;
  // An alias wins over a team of that name, which an older load may have made.
  for (const Team& alias : reference.aliases) {
    ids_[{alias.sport, alias.country, alias.name}] = alias.id;
  }
}

absl::StatusOr<std::vector<TeamId>> TeamDirectory::Resolve(const std::string& sport,
                                                           const std::string& country,
                                                           const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    if (!ids_.contains({sport, country, name})) unknown.push_back(name);
  }
  if (!unknown.empty()) {
    ASSIGN_OR_RETURN(const std::vector<TeamId> added, store_.EnsureTeams(sport, country, unknown));
    for (std::size_t k = 0; k < unknown.size(); ++k) {
      ids_[{sport, country, unknown[k]}] = added[k];
    }
  }
  std::vector<TeamId> ids;
  ids.reserve(names.size());
  for (const std::string& name : names) ids.push_back(ids_.at({sport, country, name}));
  return ids;
}

}  // namespace fairline::ingest
