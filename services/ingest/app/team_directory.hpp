#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "services/ingest/app/sports_store.hpp"

namespace fairline::ingest {

// The rows of one competition in a file, as far as its names go.
struct NamedRow {
  Day date;
  std::string home;
  std::string away;
};

struct NamedRows {
  int season_start = 0;
  sources::FileKind kind = sources::FileKind::kSeason;
  bool season_over = false;
  std::vector<NamedRow> rows;
};

struct TeamOfName {
  TeamId team;
  // The team that was merged into it under whose name it was reported; none for its own.
  std::optional<TeamId> reported_as;
};

// What each different name of the rows turned out to be.
struct ResolvedNames {
  std::map<std::string, TeamOfName, std::less<>> teams;
  std::map<std::string, std::size_t, std::less<>> held_as;  // into `held`
  std::set<std::string, std::less<>> rejected;              // somebody said that they are no team's
  std::vector<HeldName> held;                               // without their rows
  std::vector<std::string> warnings;
};

// Names of teams to ids: by the names and aliases that are known, in any spelling of the same key
// (libs/names/likeness.hpp), by what was decided of held names, and else by DecideNames.
// Thread-safe; one caller at a time.
class TeamDirectory {
 public:
  TeamDirectory(SportsStore& store, const Reference& reference);

  [[nodiscard]] absl::StatusOr<ResolvedNames> Resolve(const Competition& competition,
                                                      const NamedRows& rows);
  // The team that is known by that name.
  [[nodiscard]] std::optional<TeamId> Known(const Competition& competition,
                                            const std::string& name);

  // The team of that name in a season, if it is one's by now; nothing is added or held.
  [[nodiscard]] std::optional<TeamId> Known(const Competition& competition, int season_start,
                                            const std::string& name) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // sport, country, name or its key

  // Spellings of one name that is not known, or one that is.
  struct Group {
    std::string name;  // as it is kept and shown
    std::vector<std::string> spellings;
    std::optional<TeamOfName> team;
  };

  void Add(const Team& team, std::optional<TeamId> reported_as);
  [[nodiscard]] std::optional<TeamOfName> Find(const Competition& competition,
                                               const std::string& name) const;
  // The groups of the names of `rows`, without those that somebody has decided on, which go to
  // `out`.
  [[nodiscard]] std::vector<Group> GroupNames(const Competition& competition, const NamedRows& rows,
                                              ResolvedNames& out) const;
  // By the table of other names; the name itself when the table does not have it.
  [[nodiscard]] std::string FullName(const Competition& competition, const std::string& name) const;
  [[nodiscard]] absl::StatusOr<std::vector<NameDecision>> Decide(const Competition& competition,
                                                                 const NamesOfFile& file);
  [[nodiscard]] absl::Status AddNew(const Competition& competition, std::vector<Group>& groups,
                                    const std::vector<NameDecision>& decisions);

  [[nodiscard]] absl::Status Rename(const Competition& competition, std::vector<Group>& groups,
                                    const std::vector<NameDecision>& decisions);

  SportsStore& store_;
  std::mutex mutex_;
  std::map<Key, TeamOfName> by_name_;
  std::map<Key, std::map<TeamId, TeamOfName>> by_key_;
  std::map<Key, std::string> other_names_;  // by key: the full name of the team
  std::map<Key, TeamOfName> by_full_name_;  // by key: teams that are known by another name
  std::map<std::tuple<CompetitionId, int, std::string>, DecidedName> decided_;
};

}  // namespace fairline::ingest
