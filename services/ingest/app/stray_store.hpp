#pragma once
// What the search for stray matches needs of the database.

#include <string>
#include <string_view>
#include <vector>

#include "services/ingest/app/matches.hpp"
#include "services/ingest/app/name_store.hpp"

namespace fairline::ingest {

// A content of a list of coming matches that was loaded.
struct ArchivedList {
  std::string name;
  std::string lake_path;
  std::size_t size_bytes = 0;
  bool confirmed = false;  // kept aside first, and loaded since a later fetch said the same
};

// A coming match that no season file has had.
struct ListedMatch {
  MatchId id;
  std::string competition_code;
  int season_start = 0;
  Day date;
  TeamId home;
  TeamId away;
  std::string home_name;
  std::string away_name;
};

// Thread-safe.
class StrayStore {
 public:
  virtual ~StrayStore() = default;

  // The different contents of that name that were loaded, oldest first.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ArchivedList>> ArchivedLists(
      std::string_view source, const std::string& name) = 0;
  // Those without a result that are not taken back, by date.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ListedMatch>> OnlyListed(
      const std::string& sport) = 0;
  // Marks them as taken back and enters it, as a batch of its own that names them; one that is
  // taken back already stays as it is.
  [[nodiscard]] virtual absl::Status TakeBack(const std::vector<ListedMatch>& matches,
                                              const std::string& actor, Instant as_of) = 0;
};

}  // namespace fairline::ingest
