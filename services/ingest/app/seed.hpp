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

struct AliasSeed {
  std::string sport;
  std::string country;
  std::string alias;
  std::string team;
};

struct Seed {
  std::vector<CompetitionSeed> competitions;
  std::vector<sources::BookmakerSeed> bookmakers;
  std::vector<AliasSeed> aliases;
};

// The compiled-in tables. Fails only when they are malformed, which a test rules out.
[[nodiscard]] absl::StatusOr<Seed> ReadSeed();

}  // namespace fairline::ingest
