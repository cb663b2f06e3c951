#pragma once
// What is known of matches, what a file says of them, and the difference (a pure function).

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/domain/match.hpp"
#include "libs/sources/parsed_file.hpp"

namespace fairline::ingest {

using sources::Score;

// A match as it is stored.
struct KnownMatch {
  MatchId id;
  int season_start = 0;
  Day date;
  std::optional<Instant> kickoff;
  TeamId home;
  TeamId away;
  domain::MatchState state = domain::MatchState::kScheduled;
  std::optional<Score> score;
  std::string referee;    // empty when unknown
  bool listed = false;    // known as a coming match once
  bool delisted = false;  // and then left out of the list
};

// A match as one row of a file tells it.
struct ReportedMatch {
  int season_start = 0;
  Day date;
  std::optional<Instant> kickoff;
  TeamId home;
  TeamId away;
  std::optional<Score> score;
  std::string referee;
};

struct Correction {
  MatchId id;
  Score former;
  domain::MatchState former_state;
};

// What the rows of one competition in one file change. Every reported match is either added or
// one of those known; `known_id` says which, by row.
struct Reconciled {
  std::vector<std::size_t> added;       // rows that are new matches
  std::vector<KnownMatch> changed;      // as they are to be stored now
  std::vector<MatchId> listed_now;      // known, and now first seen as coming
  std::vector<Correction> corrections;  // of results, in changed too
  std::vector<std::optional<MatchId>> known_id;
};

// The state of a match that is stored for the first time.
[[nodiscard]] domain::MatchState StateOfNew(const ReportedMatch& match, sources::FileKind kind,
                                            std::optional<Day> last_played);

// `known` are the competition's matches from three weeks before the first reported day to three
// weeks after the last. `last_played` is the last day on which the file has a result.
//
// A row is the known match of its date and pairing; failing that, the nearest one of the same
// pairing that no other row claims and that lies within seven days: moved, or its date corrected.
// Fixtures move only matches without a result and never change a result. A result that differs
// from a known one is a correction; a result once known is never taken away.
[[nodiscard]] Reconciled Reconcile(const std::vector<KnownMatch>& known,
                                   const std::vector<ReportedMatch>& reported,
                                   sources::FileKind kind, std::optional<Day> last_played);

// A list of coming matches: what it must hold to be whole.
struct ListedDays {
  Day first;  // of all competitions
  Day last;
  Instant seen;
};

// The known matches of a competition that its list of coming matches leaves out: listed before,
// not begun, without a result, on one of the days that the list is about. `reconciled` is of that
// list's rows, of which there is at least one: about a competition that it does not mention at all
// a list says nothing.
[[nodiscard]] std::vector<MatchId> LeftOut(const std::vector<KnownMatch>& known,
                                           const Reconciled& reconciled, const ListedDays& days);

// Those that were left out before and are listed again.
[[nodiscard]] std::vector<MatchId> ListedAgain(const std::vector<KnownMatch>& known,
                                               const Reconciled& reconciled);

}  // namespace fairline::ingest
