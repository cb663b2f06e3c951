#include "services/ingest/app/matches.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace fairline::ingest {
namespace {

using domain::MatchState;
using sources::FileKind;

constexpr std::chrono::days kMoveWindow{7};
// So many matches may be abandoned at once.
constexpr std::size_t kFewResults = 3;

using Pairing = std::pair<TeamId, TeamId>;

bool AnyMayBe(const std::vector<UnreadRow>& rows, const KnownMatch& match) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const UnreadRow& row) { return MayBe(row, match); });
}

class Reconciler {
 public:
  Reconciler(const std::vector<KnownMatch>& known, const std::vector<ReportedMatch>& reported,
             const ReportedFile& file)
      : known_(known), reported_(reported), file_(file) {
    claimed_by_.resize(known.size());
    for (std::size_t k = 0; k < known.size(); ++k) {
      by_pairing_[{known[k].home, known[k].away}].push_back(k);
    }
  }

  Reconciled Run();

 private:
  [[nodiscard]] std::optional<std::size_t> OnSameDay(const ReportedMatch& match) const;
  [[nodiscard]] std::optional<std::size_t> Nearby(const ReportedMatch& match) const;
  void Update(const KnownMatch& known, const ReportedMatch& match);
  [[nodiscard]] bool UpdateResult(KnownMatch& next, const ReportedMatch& match);
  [[nodiscard]] bool TakeScoreAway(KnownMatch& next);
  void ChangeScore(KnownMatch& next, const Score& score);
  void TakeBack();
  [[nodiscard]] std::string Doubt() const;

  const std::vector<KnownMatch>& known_;
  const std::vector<ReportedMatch>& reported_;
  const ReportedFile& file_;
  std::map<Pairing, std::vector<std::size_t>> by_pairing_;
  std::vector<std::optional<std::size_t>> claimed_by_;  // the row, by known match
  Reconciled out_;
};

std::optional<std::size_t> Reconciler::OnSameDay(const ReportedMatch& match) const {
  const auto found = by_pairing_.find({match.home, match.away});
  if (found == by_pairing_.end()) return std::nullopt;
  for (const std::size_t k : found->second) {
    if (known_[k].date == match.date) return k;
  }
  return std::nullopt;
}

std::optional<std::size_t> Reconciler::Nearby(const ReportedMatch& match) const {
  const auto found = by_pairing_.find({match.home, match.away});
  if (found == by_pairing_.end()) return std::nullopt;
  std::optional<std::size_t> nearest;
  auto least = kMoveWindow;
  for (const std::size_t k : found->second) {
    if (claimed_by_[k] || known_[k].taken_back) continue;
    if (file_.kind == FileKind::kFixtures && known_[k].score) continue;
    const std::chrono::days distance = std::chrono::abs(known_[k].date - match.date);
    if (distance > least || (nearest && distance == least)) continue;
    least = distance;
    nearest = k;
  }
  return nearest;
}

// True when something changed.
bool Reconciler::UpdateResult(KnownMatch& next, const ReportedMatch& match) {
  if (file_.kind == FileKind::kFixtures) return false;
  if (!match.score) {
    if (next.score) return !match.score_unread && TakeScoreAway(next);
    if (next.state != MatchState::kScheduled) return false;
    next.state = StateOfNew(match, file_);
    return next.state != MatchState::kScheduled;
  }
  if (next.score == match.score) return false;
  ChangeScore(next, *match.score);
  return true;
}

bool Reconciler::TakeScoreAway(KnownMatch& next) {
  out_.corrections.push_back({next.id, CorrectionKind::kScoreTakenAway, next.score, next.state});
  next.state = MatchState::kAbandoned;
  next.score.reset();
  next.played.reset();
  return true;
}

void Reconciler::ChangeScore(KnownMatch& next, const Score& score) {
  if (next.score) {
    out_.corrections.push_back({next.id, CorrectionKind::kOtherScore, next.score, next.state});
  }
  const Instant kickoff = next.kickoff.value_or(Instant(next.date + std::chrono::days{1}));
  const bool late = file_.as_of > kickoff + kAwardedAfter;
  const bool decided = next.score || next.state == MatchState::kAbandoned;
  if (late && decided && score != next.played) {
    if (next.state != MatchState::kAwarded) next.played = next.score;
    next.state = MatchState::kAwarded;
  } else {
    const bool first = !decided || next.state == MatchState::kAwarded;
    next.state = first ? MatchState::kFinished : MatchState::kCorrected;
    next.played.reset();
  }
  next.score = score;
}

void Reconciler::Update(const KnownMatch& known, const ReportedMatch& match) {
  const bool fixtures = file_.kind == FileKind::kFixtures;
  if (fixtures && !known.listed) out_.listed_now.push_back(known.id);
  // A known result is newer than what fixtures say of the match. It is listed all the same: a suite
  // that stands in the past has results of its future in the season files.
  if (fixtures && known.score) return;
  KnownMatch next = known;
  next.taken_back = false;
  bool changed = UpdateResult(next, match);
  if (known.taken_back) {
    out_.corrections.push_back({known.id, CorrectionKind::kThereAgain, known.score, known.state});
    changed = true;
  }
  const auto take = [&changed](auto& field, const auto& value) {
    if (field == value) return;
    field = value;
    changed = true;
  };
  take(next.date, match.date);
  if (!fixtures) take(next.season_start, match.season_start);
  if (match.kickoff) {
    take(next.kickoff, match.kickoff);
  } else if (known.date != match.date) {
    take(next.kickoff, match.kickoff);
  }
  if (!match.referee.empty()) take(next.referee, match.referee);
  if (changed) out_.changed.push_back(next);
}

Reconciled Reconciler::Run() {
  std::vector<std::optional<std::size_t>> match_of(reported_.size());
  for (std::size_t row = 0; row < reported_.size(); ++row) {
    match_of[row] = OnSameDay(reported_[row]);
    if (match_of[row]) claimed_by_[*match_of[row]] = row;
  }
  out_.known_id.resize(reported_.size());
  for (std::size_t row = 0; row < reported_.size(); ++row) {
    if (!match_of[row]) {
      match_of[row] = Nearby(reported_[row]);
      if (match_of[row]) claimed_by_[*match_of[row]] = row;
    }
    if (!match_of[row]) {
      out_.added.push_back(row);
      continue;
    }
    const KnownMatch& known = known_[*match_of[row]];
    out_.known_id[row] = known.id;
    Update(known, reported_[row]);
  }
  if (file_.kind == FileKind::kSeason) {
    TakeBack();
    out_.doubt = Doubt();
  }
  return std::move(out_);
}

void Reconciler::TakeBack() {
  for (std::size_t k = 0; k < known_.size(); ++k) {
    const KnownMatch& match = known_[k];
    if (!match.line || match.taken_back || claimed_by_[k]) continue;
    if (AnyMayBe(file_.unread, match)) continue;
    KnownMatch next = match;
    next.taken_back = true;
    out_.taken_back.push_back(match.id);
    out_.corrections.push_back({match.id, CorrectionKind::kTakenBack, match.score, match.state});
    out_.changed.push_back(std::move(next));
  }
}

std::string Reconciler::Doubt() const {
  // Where a match stands in the former content; by its day where the line is not known.
  using Place = std::pair<int, Day>;
  std::optional<Place> last_kept;
  std::optional<Place> last_gone;
  std::size_t kept = 0;
  std::size_t had_results = 0;
  std::size_t lost_results = 0;
  for (std::size_t k = 0; k < known_.size(); ++k) {
    const KnownMatch& match = known_[k];
    if (!match.line || match.taken_back) continue;
    const Place place{*match.line, match.date};
    if (!claimed_by_[k]) {
      if (AnyMayBe(file_.unread, match)) continue;
      if (!last_gone || *last_gone < place) last_gone = place;
      continue;
    }
    ++kept;
    if (!last_kept || *last_kept < place) last_kept = place;
    if (!match.score) continue;
    ++had_results;
    const ReportedMatch& now = reported_[*claimed_by_[k]];
    if (!now.score && !now.score_unread) ++lost_results;
  }
  const bool nothing_new = kept == reported_.size();
  if (last_gone && last_kept && nothing_new && *last_gone > *last_kept) {
    return fmt::format("it is only the beginning of what it was: {} rows after line {} are gone",
                       out_.taken_back.size(), last_kept->first);
  }
  if (lost_results >= kFewResults && 2 * lost_results > had_results) {
    return fmt::format("{} of its {} results are gone", lost_results, had_results);
  }
  return "";
}

std::set<MatchId> Claimed(const Reconciled& reconciled) {
  std::set<MatchId> claimed;
  for (const auto& id : reconciled.known_id) {
    if (id) claimed.insert(*id);
  }
  return claimed;
}

}  // namespace

bool MayBe(const UnreadRow& row, const KnownMatch& match) {
  const bool home = row.home.teams.contains(match.home);
  const bool away = row.away.teams.contains(match.away);
  if (home && away) return true;
  return row.date == match.date && (home || row.home.any) && (away || row.away.any);
}

domain::MatchState StateOfNew(const ReportedMatch& match, const ReportedFile& file) {
  if (file.kind == FileKind::kFixtures) return MatchState::kScheduled;
  if (match.score) return MatchState::kFinished;
  const bool left_behind = file.last_played && match.date < *file.last_played;
  return left_behind ? MatchState::kPostponed : MatchState::kScheduled;
}

Reconciled Reconcile(const std::vector<KnownMatch>& known,
                     const std::vector<ReportedMatch>& reported, const ReportedFile& file) {
  return Reconciler(known, reported, file).Run();
}

Unlisted FindUnlisted(const std::vector<KnownMatch>& known, const Reconciled& reconciled,
                      const ListedDays& days, const std::vector<UnreadRow>& unread) {
  const std::set<MatchId> claimed = Claimed(reconciled);
  const bool mentions_competition = !reconciled.known_id.empty() || !unread.empty();
  Unlisted unlisted;
  for (const KnownMatch& match : known) {
    if (claimed.contains(match.id)) {
      if (match.delisted || match.not_offered) unlisted.again.push_back(match.id);
      continue;
    }
    const bool awaited = match.listed && !match.delisted && !match.taken_back && !match.score;
    const bool about = match.date >= days.first && match.date <= days.last;
    const bool begun = match.kickoff.value_or(Instant(match.date)) <= days.seen;
    if (!awaited || !about || begun || AnyMayBe(unread, match)) continue;
    if (mentions_competition) {
      unlisted.left_out.push_back(match.id);
    } else if (!match.not_offered) {
      unlisted.not_offered.push_back(match.id);
    }
  }
  return unlisted;
}

}  // namespace fairline::ingest
