#pragma once
// Matches that a list of coming matches put in which was cut in transit, before such lists were
// kept aside: they never were, and no later file says so.

#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/lake/lake.hpp"
#include "services/ingest/app/fetcher.hpp"
#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// Thread-safe.
class StrayMatches {
 public:
  // All outlive this object. `running` is held by whoever loads files.
  StrayMatches(std::span<const SourceAt> sources, SportsStore& store, lake::Lake& lake,
               const Clock& as_of, const Clock& real_clock, std::timed_mutex& running)
      : sources_(sources.begin(), sources.end()),
        store_(store),
        lake_(lake),
        as_of_(as_of),
        real_clock_(real_clock),
        running_(running) {}

  // Reads all archived lists again. A match is stray that has no result, that no season file has
  // had, and that no list has but on the line where it was cut (and not confirmed by a later
  // fetch). Unless `dry_run` they are taken back; a file that has one of them later brings it back.
  // DataLoss when a list is not in the lake as it was; Unavailable while an ingest goes on.
  [[nodiscard]] absl::StatusOr<std::vector<ListedMatch>> Find(bool dry_run,
                                                              const std::string& actor);

 private:
  struct Said {
    int season_start = 0;
    TeamId home;
    TeamId away;
    Day date;
    friend auto operator<=>(const Said&, const Said&) = default;
  };

  // What the lists of a source say, without the lines where one was cut.
  [[nodiscard]] absl::StatusOr<std::set<Said>> SaidBy(const sources::Source& source,
                                                      const Reference& reference);

  const std::vector<SourceAt> sources_;
  SportsStore& store_;
  lake::Lake& lake_;
  const Clock& as_of_;
  const Clock& real_clock_;
  std::timed_mutex& running_;
};

}  // namespace fairline::ingest
