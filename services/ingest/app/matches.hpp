#pragma once
// What is known of matches, what a file says of them, and the difference (a pure function).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
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
  std::string referee;       // empty when unknown
  bool listed = false;       // known as a coming match once
  bool delisted = false;     // and then left out of the list
  bool not_offered = false;  // with all of its competition
  bool taken_back = false;   // the season file that had it no longer does
  // Of an awarded match: the score before it was awarded.
  std::optional<Score> played;
  // The newest content of the file at hand that was loaded had it, on this line (0: not known).
  std::optional<int> line;
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
  bool score_unread = false;  // its cells hold something, which is no score
};

// One side of a row of which the match could not be read.
struct UnreadSide {
  std::set<TeamId> teams;  // that it may be
  bool any = false;        // it may be some other too
};

// A row of which the match could not be read, or whose names wait for somebody's word: its match is
// not gone.
struct UnreadRow {
  std::optional<Day> date;
  UnreadSide home;
  UnreadSide away;
};

// Whether the row may be that match: of a pairing that it may be on any day, and with a name that
// nobody knows on the same day.
[[nodiscard]] bool MayBe(const UnreadRow& row, const KnownMatch& match);

// A file as a whole.
struct ReportedFile {
  sources::FileKind kind = sources::FileKind::kSeason;
  std::optional<Day> last_played;  // last day with a result in it
  Instant as_of;                   // when it was read
  std::vector<UnreadRow> unread = {};
};

// Numbers are stored: never renumber.
enum class CorrectionKind : std::int16_t {
  kOtherScore = 1,
  kScoreTakenAway = 2,
  kTakenBack = 3,
  kThereAgain = 4,
};

struct Correction {
  MatchId id;
  CorrectionKind kind = CorrectionKind::kOtherScore;
  std::optional<Score> former;
  domain::MatchState former_state = domain::MatchState::kScheduled;
};

// A score that changes later than this after kick-off (after the day's end when that is not known)
// was awarded: bets keep the one that was played.
inline constexpr std::chrono::hours kAwardedAfter{72};

// What the rows of one competition in one file change. Every reported match is either added or
// one of those known; `known_id` says which, by row.
struct Reconciled {
  std::vector<std::size_t> added;       // rows that are new matches
  std::vector<KnownMatch> changed;      // as they are to be stored now
  std::vector<MatchId> listed_now;      // known, and now first seen as coming
  std::vector<Correction> corrections;  // in changed too
  std::vector<std::optional<MatchId>> known_id;
  std::vector<MatchId> taken_back;  // in changed and corrections too
  // Why the file cannot be what the source means to say, as a clause; empty when it can.
  std::string doubt;
};

// The state of a match that is stored for the first time.
[[nodiscard]] domain::MatchState StateOfNew(const ReportedMatch& match, const ReportedFile& file);

// `known` are the competition's matches from three weeks before the first reported day to three
// weeks after the last, and all that the season file at hand had when it was last loaded.
//
// A row is the known match of its date and pairing; failing that, the nearest one of the same
// pairing that no other row claims and that lies within seven days: moved, or its date corrected.
// Fixtures move only matches without a result and never change a result. A result that differs
// from a known one is a correction, or awarded (kAwardedAfter). A season file's row whose score
// became blank is of an abandoned match, one that cannot be read changes nothing; a match that the
// file had and has no longer is taken back.
//
// A season file is doubted when it is only the beginning of what it was (all rows after some row
// are gone, and nothing is new), or when most of its results are gone and at least three.
[[nodiscard]] Reconciled Reconcile(const std::vector<KnownMatch>& known,
                                   const std::vector<ReportedMatch>& reported,
                                   const ReportedFile& file);

// A list of coming matches: what it must hold to be whole.
struct ListedDays {
  Day first;  // of all competitions
  Day last;
  Instant seen;
};

// What a list of coming matches says by leaving out: of matches listed before, not begun, without a
// result, on one of the days that it is about.
struct Unlisted {
  // Not in the list, which has others of the competition, read or not: put off.
  std::vector<MatchId> left_out;
  // Not in the list, which has none of the competition: not offered any more. A whole round that is
  // off looks like this, and so does a list that was published too early; the matches stay
  // scheduled.
  std::vector<MatchId> not_offered;
  std::vector<MatchId> again;  // were one of these, and are listed again
};
// A match that one of the `unread` rows may be is neither.
[[nodiscard]] Unlisted FindUnlisted(const std::vector<KnownMatch>& known,
                                    const Reconciled& reconciled, const ListedDays& days,
                                    const std::vector<UnreadRow>& unread);

}  // namespace fairline::ingest
