#include "services/ingest/app/name_decision.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libs/names/likeness.hpp"

namespace fairline::ingest {
namespace {

using Verdict = NameDecision::Verdict;

// Newcomers have played by then: every division has begun, and who waits for a licence has it.
constexpr std::chrono::days kFirstWeeks{42};
// In a competition's first file all teams have played by then, or their names are worth a look.
constexpr std::chrono::days kFirstRounds{10};
// Below that many matches of the others a name says nothing by having few.
constexpr int kFewestToCompare = 6;
// How far back a division's size is looked for.
constexpr int kSizeSeasons = 10;
// Spellings of one name are as alike; other clubs seldom.
constexpr double kAlike = 0.85;
constexpr double kWorthShowing = 0.5;
constexpr std::size_t kMostCandidates = 5;

class Decider {
 public:
  Decider(const NamesOfFile& file, const KnownSeasons& known);

  std::vector<NameDecision> Decide();

 private:
  [[nodiscard]] NameDecision Decide(std::size_t name) const;
  [[nodiscard]] NameDecision Held(std::size_t name, std::string reason) const;
  // Why a name that is no team's is not taken for a new team; empty when it is.
  [[nodiscard]] std::string AgainstNew(std::size_t name) const;
  // Why a name that is none of the season's teams by what is known does not fit; empty when it
  // does.
  [[nodiscard]] std::string AgainstSeason() const;
  // The team of this season alone whose every match the name has in its place.
  [[nodiscard]] std::optional<TeamId> FormerOf(std::size_t name) const;
  [[nodiscard]] bool Replaces(std::size_t name, TeamId club) const;
  [[nodiscard]] bool HasFewMatches(std::size_t name) const;
  // How late in the season it first plays.
  [[nodiscard]] std::chrono::days Lateness(std::size_t name) const {
    return first_[name] - first_day_;
  }
  // A team of the season that the file, a whole one, does not have.
  [[nodiscard]] std::optional<TeamId> Missing() const;
  [[nodiscard]] std::vector<NameCandidate> Candidates(std::size_t name) const;
  [[nodiscard]] NameCandidate Judge(std::size_t name, const KnownClub& club, double& rank) const;
  [[nodiscard]] std::string NameOf(TeamId id) const;

  const NamesOfFile& file_;
  const KnownSeasons& known_;
  std::set<TeamId> here_;         // the season's teams, by what is known
  std::set<TeamId> last_season_;  // those of the season before
  std::set<TeamId> in_file_;      // by the file's names that are known
  std::size_t size_ = 0;          // of the division at most; 0 when no earlier season is known
  std::size_t with_file_ = 0;     // teams of the season with all names of the file
  Day first_day_;
  Day last_day_;             // in the file
  std::vector<Day> first_;   // by name
  std::vector<int> played_;  // likewise
  int median_played_ = 0;
  std::map<TeamId, std::set<Day>> plays_on_;  // in the file
};

Decider::Decider(const NamesOfFile& file, const KnownSeasons& known)
    : file_(file),
      known_(known),
      first_day_(Day::max()),
      last_day_(Day::min()),
      first_(file.names.size(), Day::max()),
      played_(file.names.size(), 0) {
  for (const KnownFixture& fixture : known.fixtures) {
    here_.insert({fixture.home, fixture.away});
    first_day_ = std::min(first_day_, fixture.date);
  }
  for (const FileFixture& fixture : file.fixtures) {
    first_day_ = std::min(first_day_, fixture.date);
    last_day_ = std::max(last_day_, fixture.date);
    for (const std::size_t name : {fixture.home, fixture.away}) {
      first_[name] = std::min(first_[name], fixture.date);
      ++played_[name];
      if (file.names[name].team) plays_on_[*file.names[name].team].insert(fixture.date);
    }
  }
  std::size_t unknown = 0;
  for (const NameInFile& name : file.names) {
    if (name.team) {
      in_file_.insert(*name.team);
    } else {
      ++unknown;
    }
  }
  std::set<TeamId> all = here_;
  all.insert(in_file_.begin(), in_file_.end());
  with_file_ = all.size() + unknown;
  for (const auto& [season, teams] : known.seasons) {
    if (season == file.season_start - 1) last_season_ = teams;
    if (season < file.season_start && season >= file.season_start - kSizeSeasons) {
      size_ = std::max(size_, teams.size());
    }
  }
  std::vector<int> counts = played_;
  if (!counts.empty()) {
    std::nth_element(counts.begin(),
                     counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2), counts.end());
    median_played_ = counts[counts.size() / 2];
  }
}

std::string Decider::NameOf(TeamId id) const {
  for (const KnownClub& club : known_.clubs) {
    if (club.id == id) return club.name;
  }
  return fmt::format("team {}", id.value);
}

bool Decider::HasFewMatches(std::size_t name) const {
  return file_.kind == sources::FileKind::kSeason && median_played_ >= kFewestToCompare &&
         2 * played_[name] < median_played_;
}

std::optional<TeamId> Decider::Missing() const {
  if (file_.kind != sources::FileKind::kSeason) return std::nullopt;
  for (const KnownFixture& fixture : known_.fixtures) {
    // A coming match need not be in the file yet.
    if (fixture.date >= last_day_) continue;
    for (const TeamId team : {fixture.home, fixture.away}) {
      if (!in_file_.contains(team)) return team;
    }
  }
  return std::nullopt;
}

std::string Decider::AgainstSeason() const {
  if (here_.empty()) return "";
  if (const auto missing = Missing()) {
    return fmt::format("{}, who plays in that season, is not in the file", NameOf(*missing));
  }
  const bool whole = (size_ > 0 && here_.size() >= size_) ||
                     (file_.season_over && here_.size() >= file_.names.size());
  if (whole) {
    return fmt::format("the season has its {} teams, and this is none of them", here_.size());
  }
  return "";
}

std::string Decider::AgainstNew(std::size_t name) const {
  if (Lateness(name) > kFirstWeeks) {
    return fmt::format("first seen {} days after the season's first match", Lateness(name).count());
  }
  std::string against = AgainstSeason();
  if (!against.empty()) return against;
  if (size_ > 0 && with_file_ > size_) {
    return fmt::format("the division has had {} teams at most and would have {}", size_,
                       with_file_);
  }
  for (const NameCandidate& candidate : Candidates(name)) {
    if (candidate.same_fixtures > 0) {
      return fmt::format("{} has the same fixture in another list", candidate.name);
    }
    const auto club = std::find_if(known_.clubs.begin(), known_.clubs.end(),
                                   [&](const KnownClub& c) { return c.id == candidate.team; });
    const bool missing = last_season_.contains(club->id) &&
                         club->last_season < file_.season_start && !in_file_.contains(club->id);
    if (missing && candidate.likeness >= kAlike) {
      return fmt::format("the name is like that of {}, who has not played this season",
                         candidate.name);
    }
  }
  if (known_.neighbours_known) {
    return "no team of last season in this division or its neighbours has that name";
  }
  return "";
}

bool Decider::Replaces(std::size_t name, TeamId club) const {
  for (const KnownFixture& known : known_.fixtures) {
    if (known.home != club && known.away != club) continue;
    const bool at_home = known.home == club;
    const TeamId opponent = at_home ? known.away : known.home;
    const bool there =
        std::any_of(file_.fixtures.begin(), file_.fixtures.end(), [&](const FileFixture& fixture) {
          const std::size_t self = at_home ? fixture.home : fixture.away;
          const std::size_t other = at_home ? fixture.away : fixture.home;
          return self == name && fixture.date == known.date && file_.names[other].team == opponent;
        });
    if (!there) return false;
  }
  return true;
}

std::optional<TeamId> Decider::FormerOf(std::size_t name) const {
  if (file_.kind != sources::FileKind::kSeason || file_.names[name].team) return std::nullopt;
  for (const KnownClub& club : known_.clubs) {
    if (!here_.contains(club.id) || in_file_.contains(club.id)) continue;
    const bool before =
        std::any_of(known_.seasons.begin(), known_.seasons.end(), [&](const auto& season) {
          return season.first != file_.season_start && season.second.contains(club.id);
        });
    if (before || names::Likeness(file_.names[name].name, club.name) < kWorthShowing) continue;
    if (Replaces(name, club.id)) return club.id;
  }
  return std::nullopt;
}

NameDecision Decider::Held(std::size_t name, std::string reason) const {
  return {Verdict::kHeld, std::move(reason), Candidates(name), {}};
}

NameDecision Decider::Decide(std::size_t name) const {
  const NameInFile& in_file = file_.names[name];
  if (in_file.team && here_.contains(*in_file.team)) return {};
  if (const auto former = FormerOf(name)) {
    return {Verdict::kRenamed,
            fmt::format("the new name of {}, in whose place it stands", NameOf(*former)),
            {},
            former};
  }
  if (HasFewMatches(name) && !in_file.team) {
    return Held(name, fmt::format("has {} matches where the others have {}", played_[name],
                                  median_played_));
  }
  if (in_file.team) {
    const std::string against = AgainstSeason();
    return against.empty() ? NameDecision{} : Held(name, against);
  }
  if (file_.season_over) {
    const std::string against = AgainstSeason();
    if (!against.empty()) return Held(name, against);
    return {Verdict::kNew, "", {}, {}};
  }
  const bool first_file = known_.seasons.empty() && here_.empty();
  if (first_file) {
    if (Lateness(name) <= kFirstRounds) return {Verdict::kNew, "", {}, {}};
    return {Verdict::kNew,
            fmt::format("a new team, first seen on {}, {} days into the season",
                        FormatDay(first_[name]), Lateness(name).count()),
            {},
            {}};
  }
  std::string against = AgainstNew(name);
  if (!against.empty()) return Held(name, std::move(against));
  return {Verdict::kNew,
          fmt::format("taken in as a new team, first seen on {}", FormatDay(first_[name])),
          {},
          {}};
}

std::vector<NameDecision> Decider::Decide() {
  std::vector<NameDecision> decisions;
  for (std::size_t name = 0; name < file_.names.size(); ++name) decisions.push_back(Decide(name));
  return decisions;
}

// How well a club fits a name's matches, in sentences; `rank` grows with it.
NameCandidate Decider::Judge(std::size_t name, const KnownClub& club, double& rank) const {
  NameCandidate out{club.id, club.name, names::Likeness(file_.names[name].name, club.name)};
  for (const std::string& other : club.other_names) {
    out.likeness = std::max(out.likeness, names::Likeness(file_.names[name].name, other));
  }
  int same_pairings = 0;
  int conflicts = 0;
  std::string fixture;
  for (const FileFixture& match : file_.fixtures) {
    if (match.home != name && match.away != name) continue;
    const bool at_home = match.home == name;
    const std::optional<TeamId>& opponent = file_.names[at_home ? match.away : match.home].team;
    const auto plays = plays_on_.find(club.id);
    if (plays != plays_on_.end() && plays->second.contains(match.date)) {
      ++conflicts;
      continue;
    }
    bool same_day = false;
    bool paired = false;
    for (const KnownFixture& known : known_.fixtures) {
      if ((at_home ? known.home : known.away) != club.id) continue;
      if (!opponent || (at_home ? known.away : known.home) != *opponent) continue;
      paired = true;
      if (std::chrono::abs(known.date - match.date) > std::chrono::days{1}) continue;
      same_day = true;
      fixture = fmt::format("{} {} {}", FormatDay(match.date),
                            at_home ? "at home against" : "away to", NameOf(*opponent));
    }
    if (same_day) ++out.same_fixtures;
    if (paired) ++same_pairings;
  }
  if (out.same_fixtures > 0) {
    out.evidence.push_back(fmt::format(
        "has the same fixture in another list: {}{}", fixture,
        out.same_fixtures > 1 ? fmt::format(", and {} more", out.same_fixtures - 1) : ""));
  }
  if (same_pairings > out.same_fixtures) {
    out.evidence.push_back(fmt::format("meets {} of its {} opponents at the same ground",
                                       same_pairings, played_[name]));
  }
  if (out.likeness >= kWorthShowing) {
    out.evidence.push_back(fmt::format("the names are alike ({:.0f} %)", 100 * out.likeness));
  }
  if (conflicts > 0) {
    out.evidence.push_back("against it: plays on the same day in this file");
  } else if (here_.contains(club.id) && !in_file_.contains(club.id)) {
    out.evidence.emplace_back("plays in that season, and is not in this file");
  } else if (club.last_season < file_.season_start - 1) {
    out.evidence.emplace_back("against it: has not played since last season began");
  }
  const double share =
      static_cast<double>(out.same_fixtures) / static_cast<double>(std::max(played_[name], 1));
  const bool missing = !in_file_.contains(club.id) && club.last_season + 1 >= file_.season_start;
  rank = 10 * share + out.likeness + (missing ? 0.2 : 0.0) - (conflicts > 0 ? 1.0 : 0.0) +
         0.1 * static_cast<double>(same_pairings) / static_cast<double>(std::max(played_[name], 1));
  return out;
}

std::vector<NameCandidate> Decider::Candidates(std::size_t name) const {
  std::vector<std::pair<double, NameCandidate>> ranked;
  for (const KnownClub& club : known_.clubs) {
    double rank = 0.0;
    NameCandidate candidate = Judge(name, club, rank);
    if (candidate.likeness < kWorthShowing && candidate.same_fixtures == 0) continue;
    ranked.emplace_back(rank, std::move(candidate));
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<NameCandidate> candidates;
  for (auto& [rank, candidate] : ranked) {
    if (candidates.size() == kMostCandidates) break;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace

std::vector<NameDecision> DecideNames(const NamesOfFile& file, const KnownSeasons& known) {
  return Decider(file, known).Decide();
}

}  // namespace fairline::ingest
