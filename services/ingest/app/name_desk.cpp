#include "services/ingest/app/name_desk.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "libs/names/name_finder.hpp"
#include "services/ingest/app/turn.hpp"

namespace fairline::ingest {
namespace {

absl::StatusOr<const Competition*> FindCompetition(const Reference& reference,
                                                   const std::string& field,
                                                   const std::string& written) {
  std::vector<names::KnownName> known;
  for (const Competition& competition : reference.competitions) {
    known.push_back({competition.id.value, competition.code, false, true});
  }
  for (const auto& [name, id] : reference.competition_names) {
    known.push_back({id.value, name, true, true});
  }
  const names::FoundName found = names::NameFinder(std::move(known)).Find(written);
  if (!found.id) return InvalidField(field, names::NotKnown(written, "", found.nearest));
  return &*std::find_if(reference.competitions.begin(), reference.competitions.end(),
                        [&](const Competition& one) { return one.id.value == *found.id; });
}

absl::StatusOr<TeamId> FindTeam(const Reference& reference, const std::string& sport,
                                const std::string& country, const TeamWanted& wanted) {
  if (wanted.id) return *wanted.id;
  if (wanted.name.empty()) return InvalidField(wanted.field, "is required");
  std::vector<names::KnownName> known;
  std::map<std::string, TeamId> by_name;
  const auto add = [&](const Team& team, bool alias) {
    if (team.sport == sport && team.country == country) {
      known.push_back({team.id.value, team.name, alias, false});
    }
  };
  for (const Team& team : reference.teams) {
    add(team, false);
    by_name.emplace(team.sport + "/" + team.country + "/" + team.name, team.id);
  }
  for (const Team& alias : reference.aliases) add(alias, true);
  for (const OtherName& other : reference.other_names) {
    const auto team = by_name.find(other.sport + "/" + other.country + "/" + other.team);
    if (team == by_name.end()) continue;
    add({team->second, other.sport, other.country, other.name}, true);
  }
  const names::FoundName found = names::NameFinder(std::move(known)).Find(wanted.name);
  if (found.id) return TeamId{*found.id};
  return InvalidField(wanted.field, names::NotKnown(wanted.name, country, found.nearest));
}

// Only the rows of those lines: the list as a whole was loaded when it was fetched.
void KeepLines(FileLoad& load, const std::vector<int>& lines) {
  const std::set<int> wanted(lines.begin(), lines.end());
  for (CompetitionRows& rows : load.competitions) {
    std::erase_if(rows.rows, [&](const LoadRow& row) { return !wanted.contains(row.row->line); });
  }
  std::erase_if(load.competitions, [](const CompetitionRows& rows) { return rows.rows.empty(); });
  for (HeldName& held : load.held) {
    std::erase_if(held.rows, [&](const HeldRow& row) { return !wanted.contains(row.line); });
  }
  std::erase_if(load.held, [](const HeldName& held) { return held.rows.empty(); });
  load.listed_days.reset();
}

void AddTo(LoadCounts& sum, const LoadCounts& counts) {
  sum.matches_added += counts.matches_added;
  sum.matches_updated += counts.matches_updated;
  sum.quotes_added += counts.quotes_added;
  sum.matches_taken_back += counts.matches_taken_back;
}

}  // namespace

absl::StatusOr<Page<HeldNameView>> NameDesk::List(HeldState state, const std::string& competition,
                                                  const PageRequest& page) {
  HeldFilter filter{state, ""};
  if (!competition.empty()) {
    ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
    ASSIGN_OR_RETURN(const Competition* found,
                     FindCompetition(reference, "competition", competition));
    filter.competition_code = found->code;
  }
  return store_.HeldNames(filter, page);
}

absl::StatusOr<NameDecisionOutcome> NameDesk::Decide(const NameDecisionRequest& request,
                                                     const std::string& actor) {
  if (request.decision == HeldState::kHeld) {
    return InvalidField("decision", "must be a known team, a new team or rejected");
  }
  ASSIGN_OR_RETURN(const auto turn, WaitForTurn(running_));
  ASSIGN_OR_RETURN(const HeldNameView held, store_.HeldNameOf(request.id));
  std::optional<TeamId> team;
  if (request.decision == HeldState::kKnownTeam) {
    ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
    ASSIGN_OR_RETURN(team, FindTeam(reference, held.sport, held.country,
                                    {"team", request.team_id, request.team}));
  }
  RETURN_IF_ERROR(store_.DecideName(request.id, request.decision, team, actor));
  NameDecisionOutcome outcome;
  ASSIGN_OR_RETURN(outcome.loaded, LoadWaiting());
  ASSIGN_OR_RETURN(outcome.held, store_.HeldNameOf(request.id));
  return outcome;
}

absl::StatusOr<TeamMerge> NameDesk::Merge(const MergeRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const auto turn, WaitForTurn(running_));
  ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
  std::string sport;
  std::string country;
  if (!request.team.id || !request.into.id) {
    if (request.competition.empty()) {
      return InvalidField("competition", "is required where teams are named and not by their ids");
    }
    ASSIGN_OR_RETURN(const Competition* competition,
                     FindCompetition(reference, "competition", request.competition));
    sport = competition->sport;
    country = competition->country;
  }
  ASSIGN_OR_RETURN(const TeamId team, FindTeam(reference, sport, country, request.team));
  ASSIGN_OR_RETURN(const TeamId into, FindTeam(reference, sport, country, request.into));
  return store_.MergeTeams(team, into, request.reason, actor);
}

absl::StatusOr<TeamMerge> NameDesk::Undo(MergeId id, const std::string& actor) {
  ASSIGN_OR_RETURN(const auto turn, WaitForTurn(running_));
  return store_.UndoMerge(id, actor);
}

absl::StatusOr<LoadCounts> NameDesk::LoadWaiting() {
  LoadCounts sum;
  ASSIGN_OR_RETURN(const std::vector<WaitingFile> files, store_.WaitingFiles());
  if (files.empty()) return sum;
  ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
  TeamDirectory teams(store_, reference);
  for (const WaitingFile& waiting : files) {
    auto loaded = LoadAgain(waiting, reference, teams);
    if (!loaded.ok()) return WithContext(loaded.status(), waiting.file.name);
    AddTo(sum, loaded->counts);
  }
  return sum;
}

absl::StatusOr<LoadOutcome> NameDesk::LoadAgain(const WaitingFile& waiting,
                                                const Reference& reference, TeamDirectory& teams) {
  const auto at = std::find_if(sources_.begin(), sources_.end(), [&](const SourceAt& one) {
    return one.source->name() == waiting.file.source;
  });
  if (at == sources_.end()) {
    return absl::FailedPreconditionError("its source is not one of this installation");
  }
  const sources::Source& source = *at->source;
  std::set<std::string> codes;
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == source.sport()) codes.insert(competition.code);
  }
  const int last = source.SeasonOf(std::chrono::floor<std::chrono::days>(
                       std::max(real_clock_.Now(), waiting.file.as_of))) +
                   1;
  const std::vector<sources::PlannedFile> plan =
      source.Plan({{codes.begin(), codes.end()}, source.oldest_season(), last});
  const auto planned = std::find_if(plan.begin(), plan.end(), [&](const sources::PlannedFile& one) {
    return one.name == waiting.file.name;
  });
  if (planned == plan.end()) {
    return absl::FailedPreconditionError("the source does not plan such a file any more");
  }
  ASSIGN_OR_RETURN(
      const std::string bytes,
      lake_.Get(waiting.file.lake_path, static_cast<std::size_t>(waiting.file.size_bytes) + 1));
  const FileReader reader(source, reference, codes);
  ASSIGN_OR_RETURN(const auto read, reader.Parse(bytes, *planned));
  FileLoad& load = read->load;
  SourceFile file = waiting.file;
  file.columns = std::move(load.file.columns);
  file.rows_sha256 = std::move(load.file.rows_sha256);
  load.file = std::move(file);
  load.believed = true;
  RETURN_IF_ERROR(
      reader.Resolve(*read, *planned, teams, waiting.file.as_of, waiting.file.fetched_at));
  if (planned->kind == sources::FileKind::kFixtures) KeepLines(load, waiting.lines);
  load.rejected.clear();
  load.read_again_from = waiting.file_id;
  return store_.LoadFile(load);
}

}  // namespace fairline::ingest
