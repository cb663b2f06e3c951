#pragma once
// The reference data that the service brings along (seed/*.csv, compiled in), so that an empty
// database can be filled. Rows that exist are left as they are: what an operator changed stays.

#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/sources/bookmaker_seed.hpp"

namespace fairline::ingest {

struct CompetitionSeed {
  std::string code;
  std::string sport;
  std::string name;
  std::string country;
  int tier = 0;
};

// What people and other sources call a competition.
struct CompetitionNameSeed {
  std::string code;
  std::string name;
};

// Another spelling in the files that are loaded.
struct AliasSeed {
  std::string sport;
  std::string country;
  std::string alias;
  std::string team;
};

// What people and other sources call a team.
struct TeamNameSeed {
  std::string sport;
  std::string country;
  std::string team;
  std::string name;
};

struct Seed {
  std::vector<CompetitionSeed> competitions;
  std::vector<CompetitionNameSeed> competition_names;
  std::vector<sources::BookmakerSeed> bookmakers;
  std::vector<AliasSeed> aliases;
  std::vector<TeamNameSeed> team_names;
};

// The compiled-in tables. Fails only when they are malformed, which a test rules out.
[[nodiscard]] absl::StatusOr<Seed> ReadSeed();

}  // namespace fairline::ingest
