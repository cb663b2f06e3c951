#pragma once
// Teams made one, in the transaction of whoever asks. Throws what pqxx throws.

#include <string>

#include <absl/status/statusor.h>
#include <pqxx/pqxx>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct TeamRow {
  std::string sport;
  std::string country;
  std::string name;
  TeamId merged_into;
};

// Locks its row; NotFound without such a team.
[[nodiscard]] absl::StatusOr<TeamRow> LockTeam(pqxx::work& transaction, TeamId id);

// `team` is `into` from now on: its matches, aliases and name. The merge in force when it is so
// already. InvalidArgument or FailedPrecondition when the two cannot be one.
[[nodiscard]] absl::StatusOr<MergeId> Merge(pqxx::work& transaction, TeamId team, TeamId into,
                                            const std::string& reason, const std::string& actor);

}  // namespace fairline::ingest
