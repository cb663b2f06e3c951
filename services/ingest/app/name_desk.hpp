#pragma once
// What admins do with names: look at what is held, say whose it is, merge teams and take it back.

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "services/ingest/app/fetcher.hpp"
#include "services/ingest/app/file_reader.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

struct NameDecisionRequest {
  HeldNameId id;
  HeldState decision = HeldState::kHeld;
  // Of kKnownTeam: one of them.
  std::optional<TeamId> team_id;
  std::string team;  // as people write it
};

struct NameDecisionOutcome {
  HeldNameView held;
  LoadCounts loaded;
};

// A team by its id, or by a name in the country of a competition.
struct TeamWanted {
  std::string field;  // of the request, for errors
  std::optional<TeamId> id;
  std::string name;
};

struct MergeRequest {
  TeamWanted team;
  TeamWanted into;
  std::string competition;  // code or name; needed for names
  std::string reason;
};

// Thread-safe. What changes something waits a while for an ingest that is running, and is
// Unavailable when it goes on.
class NameDesk {
 public:
  // All outlive this object. `running` is held by whoever loads files.
  NameDesk(std::span<const SourceAt> sources, SportsStore& store, lake::Lake& lake,
           const Clock& real_clock, std::timed_mutex& running)
      : sources_(sources.begin(), sources.end()),
        store_(store),
        lake_(lake),
        real_clock_(real_clock),
        running_(running) {}

  // `competition` is a code or name, as people write it; empty means all.
  [[nodiscard]] absl::StatusOr<Page<HeldNameView>> List(HeldState state,
                                                        const std::string& competition,
                                                        const PageRequest& page);
  // InvalidArgument names the field, with the nearest names of a team that is not known.
  [[nodiscard]] absl::StatusOr<NameDecisionOutcome> Decide(const NameDecisionRequest& request,
                                                           const std::string& actor);
  [[nodiscard]] absl::StatusOr<TeamMerge> Merge(const MergeRequest& request,
                                                const std::string& actor);
  [[nodiscard]] absl::StatusOr<TeamMerge> Undo(MergeId id, const std::string& actor);
  [[nodiscard]] absl::StatusOr<Page<TeamMerge>> Merges(const PageRequest& page) {
    return store_.Merges(page);
  }

  // Loads from the lake the rows that wait for names that are decided by now; `running` is held.
  // Done again it finds nothing more to do.
  [[nodiscard]] absl::StatusOr<LoadCounts> LoadWaiting();

 private:
  [[nodiscard]] absl::StatusOr<LoadOutcome> LoadAgain(const WaitingFile& waiting,
                                                      const Reference& reference,
                                                      TeamDirectory& teams);

  const std::vector<SourceAt> sources_;
  SportsStore& store_;
  lake::Lake& lake_;
  const Clock& real_clock_;
  std::timed_mutex& running_;
};

}  // namespace fairline::ingest
