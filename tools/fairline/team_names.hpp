#pragma once
// Commands on the names of clubs: those that wait for somebody's word, and teams that are one.

#include <cstdint>
#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct HeldNamesOptions {
  std::string state = "held";
  std::string competition;
};

struct HeldNameChoice {
  std::int64_t id = 0;
  std::string team;  // of a known club: its name or id
};

struct MergeOptions {
  std::string team;  // names or ids
  std::string into;
  std::string competition;
  std::string reason;
};

struct MergeChoice {
  std::int64_t id = 0;
};

[[nodiscard]] absl::Status ListHeldNames(Context& context, const HeldNamesOptions& options);
[[nodiscard]] absl::Status ConfirmHeldName(Context& context, const HeldNameChoice& choice);
[[nodiscard]] absl::Status AcceptHeldName(Context& context, const HeldNameChoice& choice);
[[nodiscard]] absl::Status RejectHeldName(Context& context, const HeldNameChoice& choice);
[[nodiscard]] absl::Status MergeTeams(Context& context, const MergeOptions& options);
[[nodiscard]] absl::Status UnmergeTeams(Context& context, const MergeChoice& choice);
[[nodiscard]] absl::Status ListTeamMerges(Context& context);

}  // namespace fairline::cli
