#pragma once
// Whose are the names in a file: known teams', new teams', or held until somebody says so. A pure
// function of what is known and what the file says. Why it decides as it does: docs/adr/0019.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::ingest {

// A team of the competition's country.
struct KnownClub {
  TeamId id;
  std::string name;
  std::vector<std::string> other_names;
  int last_season = 0;  // with a match in the country's competitions; 0 when that is long ago
};

struct KnownFixture {
  Day date;
  TeamId home;
  TeamId away;
};

// What is known of a competition when a file of it is read.
struct KnownSeasons {
  std::vector<KnownClub> clubs;
  // The competition's teams by start year, of seasons with matches; none of more than ten years
  // ago.
  std::map<int, std::set<TeamId>> seasons;
  std::vector<KnownFixture> fixtures;  // of the file's season in the competition, also coming
  // Last season's teams of the divisions above and below are known, and there is one below: who is
  // new here should be among them.
  bool neighbours_known = false;
};

// Matches of one competition and season in a file, between names by their position in `names`.
struct FileFixture {
  Day date;
  std::size_t home = 0;
  std::size_t away = 0;
};

struct NameInFile {
  std::string name;
  std::optional<TeamId> team;  // whose name or alias it is
};

struct NamesOfFile {
  int season_start = 0;
  sources::FileKind kind = sources::FileKind::kSeason;
  bool season_over = false;  // a season file then has all of it
  std::vector<NameInFile> names;
  std::vector<FileFixture> fixtures;
};

// A team that a held name may be.
struct NameCandidate {
  TeamId team;
  std::string name;
  double likeness = 0.0;  // libs/names/likeness.hpp
  int same_fixtures = 0;  // same day, opponent and ground in another list
  std::vector<std::string> evidence = {};
};

struct NameDecision {
  // kRenamed: the file writes a team otherwise than it did.
  enum class Verdict { kKnown, kNew, kHeld, kRenamed };

  Verdict verdict = Verdict::kKnown;
  // Why it is held; of a new name what there is to warn of, empty when there is nothing.
  std::string reason = {};
  std::vector<NameCandidate> candidates = {};  // of a held name, the likeliest first, at most five
  std::optional<TeamId> renamed = {};          // the team whose new name it is
};

// One for each name of the file.
//
// The first file of a competition defines its teams. In a whole past season only a name with less
// than half of the others' matches is held, and one that does not fit the teams that the season is
// known to have had. Otherwise a name that is no team's is taken in when it first plays within six
// weeks of the season's first match, the division has not more teams with it than it has had, and
// no team is missing that it may be. A name in place of a team's in each of its matches is that
// team's, renamed, when the competition knew the team by this season alone and the names are alike.
// `clubs` is needed for a season that is not over, and for the
// candidates of what is held. Cost: names times clubs.
[[nodiscard]] std::vector<NameDecision> DecideNames(const NamesOfFile& file,
                                                    const KnownSeasons& known);

}  // namespace fairline::ingest
