#pragma once
// The models that are judged, by name, with their parameters.

#include <functional>
#include <string>
#include <vector>

#include "libs/models/walk_forward.hpp"
#include "tools/evaluate/football_matches.hpp"

namespace fairline::evaluate {

struct Candidate {
  std::string name;
  std::string description;         // all that its fit depends on beside the data
  std::vector<std::string> needs;  // names that must be forecast before it
  int seasons_ahead = 0;           // begins so many seasons before the first one judged
  std::shared_ptr<const models::Forecaster> forecaster;
};

// Every model there is, each after what it needs.
[[nodiscard]] std::vector<Candidate> AllCandidates(const FootballMatches& football);

// Those named in `names` (all when empty) and what they need, in the order of `all`. NotFound for
// a name that is none.
[[nodiscard]] absl::StatusOr<std::vector<Candidate>> Choose(std::vector<Candidate> all,
                                                            const std::vector<std::string>& names);

}  // namespace fairline::evaluate
