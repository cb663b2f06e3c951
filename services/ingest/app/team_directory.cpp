#include "services/ingest/app/team_directory.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/names/likeness.hpp"
#include "libs/text/unicode.hpp"

namespace fairline::ingest {
namespace {

using Verdict = NameDecision::Verdict;

// One spelling of what a file has: composed, and with single blanks.
std::string Tidied(const std::string& name) {
  std::string tidied;
  for (const char c : text::Nfc(name)) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && (tidied.empty() || tidied.back() == ' ')) continue;
    tidied += blank ? ' ' : c;
  }
  while (tidied.ends_with(' ')) tidied.pop_back();
  return tidied;
}

// Names of which nothing but punctuation is left are told apart as they are.
std::string KeyOf(const std::string& name) {
  std::string key = names::Key(name);
  return key.empty() ? name : key;
}

bool IsShouted(const std::string& name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// The spelling to keep: not in capitals, then the one that stands most often, then the first.
std::string BestSpelling(const std::vector<std::string>& spellings,
                         const std::map<std::string, int>& counts) {
  std::string best;
  for (const std::string& spelling : spellings) {
    const auto better = [&] {
      if (best.empty()) return true;
      if (IsShouted(spelling) != IsShouted(best)) return IsShouted(best);
      return counts.at(spelling) > counts.at(best);
    };
    if (better()) best = spelling;
  }
  return Tidied(best);
}

}  // namespace

TeamDirectory::TeamDirectory(SportsStore& store, const Reference& reference)
    : store_(store), decided_(reference.decided) {
  for (const OtherName& other : reference.other_names) {
    other_names_[{other.sport, other.country, KeyOf(other.name)}] = other.team;
  }
  for (const Team& team : reference.teams) Add(team, std::nullopt);
  // An alias wins over a team of that name, which an older load may have made.
  for (const Team& alias : reference.aliases) {
    const auto reported = reference.reported_as.find({alias.sport, alias.country, alias.name});
    Add(alias,
        reported == reference.reported_as.end() ? std::nullopt : std::optional(reported->second));
  }
}

void TeamDirectory::Add(const Team& team, std::optional<TeamId> reported_as) {
  const TeamOfName of{team.id, reported_as};
  by_name_[{team.sport, team.country, team.name}] = of;
  const Key key{team.sport, team.country, KeyOf(team.name)};
  by_key_[key].emplace(team.id, of);
  const auto other = other_names_.find(key);
  if (other == other_names_.end()) return;
  by_full_name_.emplace(Key{team.sport, team.country, KeyOf(other->second)}, of);
}

std::optional<TeamId> TeamDirectory::Known(const Competition& competition, int season_start,
                                           const std::string& name) const {
  const auto said = decided_.find({competition.id, season_start, KeyOf(name)});
  if (said != decided_.end()) {
    if (said->second.state == HeldState::kRejected) return std::nullopt;
    return said->second.team;
  }
  const std::optional<TeamOfName> found = Find(competition, name);
  return found ? std::optional(found->team) : std::nullopt;
}

std::optional<TeamOfName> TeamDirectory::Find(const Competition& competition,
                                              const std::string& name) const {
  const auto found = by_name_.find({competition.sport, competition.country, name});
  if (found != by_name_.end()) return found->second;
  const Key key{competition.sport, competition.country, KeyOf(name)};
  const auto same_key = by_key_.find(key);
  if (same_key != by_key_.end() && same_key->second.size() == 1) {
    return same_key->second.begin()->second;
  }
  if (same_key != by_key_.end()) return std::nullopt;
  // By the full name that the table has for it: of a team of that name, or of one that is known by
  // another of its names.
  const std::string full = FullName(competition, name);
  const auto team = by_name_.find({competition.sport, competition.country, full});
  if (team != by_name_.end()) return team->second;
  const auto same = by_full_name_.find({competition.sport, competition.country, KeyOf(full)});
  if (same != by_full_name_.end()) return same->second;
  return std::nullopt;
}

std::string TeamDirectory::FullName(const Competition& competition, const std::string& name) const {
  const auto other = other_names_.find({competition.sport, competition.country, KeyOf(name)});
  return other == other_names_.end() ? name : other->second;
}

std::vector<TeamDirectory::Group> TeamDirectory::GroupNames(const Competition& competition,
                                                            const NamedRows& rows,
                                                            ResolvedNames& out) const {
  std::map<std::string, int> counts;
  std::vector<std::string> order;
  for (const NamedRow& row : rows.rows) {
    for (const std::string& name : {row.home, row.away}) {
      if (counts[name]++ == 0) order.push_back(name);
    }
  }
  std::vector<Group> groups;
  std::map<std::string, std::size_t> group_of;
  for (const std::string& name : order) {
    const auto said = decided_.find({competition.id, rows.season_start, KeyOf(name)});
    if (said != decided_.end()) {
      if (said->second.state == HeldState::kRejected) {
        out.rejected.insert(name);
      } else {
        const std::optional<TeamOfName> known = Find(competition, name);
        const bool same = known && known->team == said->second.team;
        out.teams[name] = same ? *known : TeamOfName{said->second.team, std::nullopt};
      }
      continue;
    }
    const std::optional<TeamOfName> team = Find(competition, name);
    const std::string id = team ? fmt::format("team {}", team->team.value)
                                : "name " + KeyOf(FullName(competition, name));
    const auto [at, added] = group_of.emplace(id, groups.size());
    if (added) groups.push_back({"", {}, team});
    groups[at->second].spellings.push_back(name);
    out.teams.erase(name);
    if (team) out.teams[name] = *team;
  }
  for (Group& group : groups) group.name = BestSpelling(group.spellings, counts);
  return groups;
}

absl::StatusOr<std::vector<NameDecision>> TeamDirectory::Decide(const Competition& competition,
                                                                const NamesOfFile& file) {
  const bool any_unknown = std::any_of(file.names.begin(), file.names.end(),
                                       [](const NameInFile& name) { return !name.team; });
  const bool with_clubs = any_unknown && !file.season_over;
  ASSIGN_OR_RETURN(const KnownSeasons known,
                   store_.ReadSeasons(competition.id, file.season_start, with_clubs));
  std::vector<NameDecision> decisions = DecideNames(file, known);
  // With the clubs it may be a new name of one, or has candidates.
  const bool any_held =
      std::any_of(decisions.begin(), decisions.end(),
                  [](const NameDecision& one) { return one.verdict == Verdict::kHeld; });
  if (!any_held || with_clubs) return decisions;
  ASSIGN_OR_RETURN(const KnownSeasons whole,
                   store_.ReadSeasons(competition.id, file.season_start, true));
  return DecideNames(file, whole);
}

absl::Status TeamDirectory::AddNew(const Competition& competition, std::vector<Group>& groups,
                                   const std::vector<NameDecision>& decisions) {
  std::vector<std::string> names;
  std::vector<Group*> added;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (decisions[i].verdict != Verdict::kNew) continue;
    names.push_back(groups[i].name);
    added.push_back(&groups[i]);
  }
  if (names.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<TeamId> ids,
                   store_.EnsureTeams(competition.sport, competition.country, names));
  for (std::size_t k = 0; k < ids.size(); ++k) {
    const Team team{ids[k], competition.sport, competition.country, names[k]};
    Add(team, std::nullopt);
    added[k]->team = TeamOfName{ids[k], std::nullopt};
  }
  return absl::OkStatus();
}

absl::Status TeamDirectory::Rename(const Competition& competition, std::vector<Group>& groups,
                                   const std::vector<NameDecision>& decisions) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (decisions[i].verdict != Verdict::kRenamed) continue;
    const Team team{*decisions[i].renamed, competition.sport, competition.country, groups[i].name};
    RETURN_IF_ERROR(store_.RenameTeam(team));
    Add(team, std::nullopt);
    groups[i].team = TeamOfName{team.id, std::nullopt};
  }
  return absl::OkStatus();
}

std::optional<TeamId> TeamDirectory::Known(const Competition& competition,
                                           const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::optional<TeamOfName> found = Find(competition, name);
  return found ? std::optional(found->team) : std::nullopt;
}

absl::StatusOr<ResolvedNames> TeamDirectory::Resolve(const Competition& competition,
                                                     const NamedRows& rows) {
  const std::lock_guard lock(mutex_);
  ResolvedNames out;
  std::vector<Group> groups = GroupNames(competition, rows, out);
  std::map<std::string, std::size_t> group_of;
  NamesOfFile file{rows.season_start, rows.kind, rows.season_over, {}, {}};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const std::string& spelling : groups[i].spellings) group_of[spelling] = i;
    file.names.push_back({groups[i].name, std::nullopt});
    if (groups[i].team) file.names.back().team = groups[i].team->team;
  }
  // A name that was decided on is a known opponent all the same.
  for (const auto& [name, team] : out.teams) {
    if (group_of.contains(name)) continue;
    group_of[name] = file.names.size();
    file.names.push_back({name, team.team});
  }
  for (const NamedRow& row : rows.rows) {
    if (out.rejected.contains(row.home) || out.rejected.contains(row.away)) continue;
    file.fixtures.push_back({row.date, group_of.at(row.home), group_of.at(row.away)});
  }
  ASSIGN_OR_RETURN(std::vector<NameDecision> decisions, Decide(competition, file));
  RETURN_IF_ERROR(AddNew(competition, groups, decisions));
  RETURN_IF_ERROR(Rename(competition, groups, decisions));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Group& group = groups[i];
    NameDecision& decision = decisions[i];
    const bool held = decision.verdict == Verdict::kHeld;
    for (const std::string& spelling : group.spellings) {
      out.teams.erase(spelling);
      if (held) {
        out.held_as[spelling] = out.held.size();
      } else {
        const auto known = by_name_.find({competition.sport, competition.country, spelling});
        out.teams[spelling] = known == by_name_.end() ? *group.team : known->second;
      }
    }
    if (held) {
      out.held.push_back({competition.id,
                          rows.season_start,
                          Tidied(group.spellings.front()),
                          std::move(decision.reason),
                          std::move(decision.candidates),
                          {}});
      continue;
    }
    if (!decision.reason.empty()) {
      out.warnings.push_back(
          fmt::format("{}: \"{}\" is {}", competition.code, group.name, decision.reason));
    }
    if (decision.verdict == Verdict::kNew && group.spellings.size() > 1) {
      out.warnings.push_back(fmt::format("{}: \"{}\" are read as one team, {}", competition.code,
                                         fmt::join(group.spellings, "\", \""), group.name));
    }
  }
  return out;
}

}  // namespace fairline::ingest
