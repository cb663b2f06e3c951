#include "services/ingest/app/matches.hpp"

#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

namespace fairline::ingest {
namespace {

using domain::MatchState;
using sources::FileKind;

constexpr std::chrono::days kMoveWindow{7};

using Pairing = std::pair<TeamId, TeamId>;

class Reconciler {
 public:
  Reconciler(const std::vector<KnownMatch>& known, const std::vector<ReportedMatch>& reported,
             FileKind kind, std::optional<Day> last_played)
      : known_(known), reported_(reported), kind_(kind), last_played_(last_played) {
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

  const std::vector<KnownMatch>& known_;
  const std::vector<ReportedMatch>& reported_;
  FileKind kind_;
  std::optional<Day> last_played_;
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
    if (claimed_by_[k] || (kind_ == FileKind::kFixtures && known_[k].score)) continue;
    const std::chrono::days distance = std::chrono::abs(known_[k].date - match.date);
    if (distance > least || (nearest && distance == least)) continue;
    least = distance;
    nearest = k;
  }
  return nearest;
}

// True when something changed.
bool Reconciler::UpdateResult(KnownMatch& next, const ReportedMatch& match) {
  if (kind_ == FileKind::kFixtures) return false;
  if (!match.score) {
    if (next.state != MatchState::kScheduled) return false;
    next.state = StateOfNew(match, kind_, last_played_);
    return next.state != MatchState::kScheduled;
  }
  if (next.score == match.score) return false;
  if (next.score) {
    out_.corrections.push_back({next.id, *next.score, next.state});
    next.state = MatchState::kCorrected;
  } else {
    next.state = MatchState::kFinished;
  }
  next.score = match.score;
  return true;
}

void Reconciler::Update(const KnownMatch& known, const ReportedMatch& match) {
  if (kind_ == FileKind::kFixtures && !known.listed) out_.listed_now.push_back(known.id);
  // A known result is newer than what fixtures say of the match. It is listed all the same: a suite
  // that stands in the past has results of its future in the season files.
  if (kind_ == FileKind::kFixtures && known.score) return;
  KnownMatch next = known;
  bool changed = UpdateResult(next, match);
  const auto take = [&changed](auto& field, const auto& value) {
    if (field == value) return;
    field = value;
    changed = true;
  };
  take(next.date, match.date);
  if (kind_ == FileKind::kSeason) take(next.season_start, match.season_start);
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
  return std::move(out_);
}

std::set<MatchId> Claimed(const Reconciled& reconciled) {
  std::set<MatchId> claimed;
  for (const auto& id : reconciled.known_id) {
    if (id) claimed.insert(*id);
  }
  return claimed;
}

}  // namespace

domain::MatchState StateOfNew(const ReportedMatch& match, FileKind kind,
                              std::optional<Day> last_played) {
  if (kind == FileKind::kFixtures) return MatchState::kScheduled;
  if (match.score) return MatchState::kFinished;
  const bool left_behind = last_played && match.date < *last_played;
  return left_behind ? MatchState::kPostponed : MatchState::kScheduled;
}

Reconciled Reconcile(const std::vector<KnownMatch>& known,
                     const std::vector<ReportedMatch>& reported, FileKind kind,
                     std::optional<Day> last_played) {
  return Reconciler(known, reported, kind, last_played).Run();
}

std::vector<MatchId> LeftOut(const std::vector<KnownMatch>& known, const Reconciled& reconciled,
                             const ListedDays& days) {
  const std::set<MatchId> claimed = Claimed(reconciled);
  std::vector<MatchId> left_out;
  for (const KnownMatch& match : known) {
    const bool awaited = match.listed && !match.delisted && !match.score;
    const bool about = match.date >= days.first && match.date <= days.last;
    const bool begun = match.kickoff.value_or(Instant(match.date)) <= days.seen;
    if (awaited && about && !begun && !claimed.contains(match.id)) left_out.push_back(match.id);
  }
  return left_out;
}

std::vector<MatchId> ListedAgain(const std::vector<KnownMatch>& known,
                                 const Reconciled& reconciled) {
  const std::set<MatchId> claimed = Claimed(reconciled);
  std::vector<MatchId> again;
  for (const KnownMatch& match : known) {
    if (match.delisted && claimed.contains(match.id)) again.push_back(match.id);
  }
  return again;
}

}  // namespace fairline::ingest
