#pragma once
// What deciding on names needs of the database.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/page.hpp"
#include "libs/core/status.hpp"
#include "services/ingest/app/name_decision.hpp"

namespace fairline::ingest {

using HeldNameId = Id<struct HeldNameTag>;
using MergeId = Id<struct MergeTag>;

// Numbers are stored: never renumber.
enum class HeldState : std::int16_t { kHeld = 1, kKnownTeam = 2, kNewTeam = 3, kRejected = 4 };

// A name that a file's load holds back, with its rows of that file.
struct HeldRow {
  std::string file;  // read only
  int line = 0;
  Day date;
  std::string home;
  std::string away;
};

struct HeldName {
  CompetitionId competition;
  int season_start = 0;
  std::string name;
  std::string reason;
  std::vector<NameCandidate> candidates;
  std::vector<HeldRow> rows;
};

struct HeldNameView {
  HeldNameId id;
  HeldName held;  // with the first rows
  std::string sport;
  std::string country;
  std::string competition_code;
  HeldState state = HeldState::kHeld;
  std::int64_t row_count = 0;
  Instant held_at;
  std::optional<Instant> decided_at;
  std::string decided_by;
  std::optional<TeamId> team;
  std::string team_name;
};

struct HeldFilter {
  HeldState state = HeldState::kHeld;
  std::string competition_code;  // empty: all
};

struct TeamMerge {
  MergeId id;
  TeamId team;
  std::string name;
  TeamId into;
  std::string into_name;
  std::string reason;
  std::string merged_by;
  Instant merged_at;
  std::optional<Instant> undone_at;
  std::string undone_by;
  std::int64_t match_count = 0;
  std::int64_t set_aside_count = 0;
};

// Thread-safe.
class NameStore {
 public:
  virtual ~NameStore() = default;

  // What is known of a competition, for a file of one of its seasons; the clubs only if wanted.
  [[nodiscard]] virtual absl::StatusOr<KnownSeasons> ReadSeasons(CompetitionId competition,
                                                                 int season_start,
                                                                 bool with_clubs) = 0;

  // Newest first.
  [[nodiscard]] virtual absl::StatusOr<Page<HeldNameView>> HeldNames(const HeldFilter& filter,
                                                                     const PageRequest& page) = 0;
  // NotFound: no such name.
  [[nodiscard]] virtual absl::StatusOr<HeldNameView> HeldNameOf(HeldNameId id) = 0;
  // `team` of kKnownTeam only: the name becomes an alias of it by a merge that can be undone,
  // unless another team has that name, which then keeps it elsewhere. Nothing changes when it was
  // decided like that. NotFound; FailedPrecondition when it was decided otherwise.
  [[nodiscard]] virtual absl::Status DecideName(HeldNameId id, HeldState decision,
                                                std::optional<TeamId> team,
                                                const std::string& actor) = 0;

  // One that is in force is returned. NotFound: no such team. FailedPrecondition: not of one sport
  // and country, they have met each other, or one is part of a third.
  [[nodiscard]] virtual absl::StatusOr<TeamMerge> MergeTeams(TeamId team, TeamId into,
                                                             const std::string& reason,
                                                             const std::string& actor) = 0;
  // NotFound; FailedPrecondition: the team that took it in is part of a third.
  [[nodiscard]] virtual absl::StatusOr<TeamMerge> UndoMerge(MergeId id,
                                                            const std::string& actor) = 0;
  // Newest first.
  [[nodiscard]] virtual absl::StatusOr<Page<TeamMerge>> Merges(const PageRequest& page) = 0;
};

}  // namespace fairline::ingest
