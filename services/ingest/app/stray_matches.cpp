#include "services/ingest/app/stray_matches.hpp"

#include <algorithm>
#include <chrono>

#include "services/ingest/app/file_reader.hpp"
#include "services/ingest/app/request_scope.hpp"
#include "services/ingest/app/team_directory.hpp"
#include "services/ingest/app/turn.hpp"

namespace fairline::ingest {
namespace {

// A match that moved within a list's reach is still the one the list said.
constexpr std::chrono::days kNear{7};

}  // namespace

absl::StatusOr<std::set<StrayMatches::Said>> StrayMatches::SaidBy(const sources::Source& source,
                                                                  const Reference& reference) {
  const TeamDirectory teams(store_, reference);
  const std::vector<std::string> codes = CodesOf(source.sport(), {}, reference);
  const FileReader reader(source, reference, {codes.begin(), codes.end()});
  std::map<std::string, const Competition*, std::less<>> competitions;
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == source.sport()) competitions[competition.code] = &competition;
  }
  const int season = source.SeasonOf(
      std::chrono::floor<std::chrono::days>(std::max(as_of_.Now(), real_clock_.Now())));
  std::set<Said> said;
  for (const sources::PlannedFile& planned : source.Plan({codes, season, season})) {
    if (planned.kind != sources::FileKind::kFixtures) continue;
    ASSIGN_OR_RETURN(const auto lists, store_.ArchivedLists(source.name(), planned.name));
    for (const ArchivedList& list : lists) {
      ASSIGN_OR_RETURN(const std::string bytes, lake_.Get(list.lake_path, list.size_bytes + 1));
      const auto read = reader.Parse(bytes, planned);
      if (absl::IsInvalidArgument(read.status())) continue;  // it says nothing
      if (!read.ok()) return WithContext(read.status(), list.name);
      const sources::ParsedFile& parsed = (*read)->parsed;
      for (const sources::MatchRow& row : parsed.rows) {
        if (!list.confirmed && !parsed.cut.empty() && row.line == parsed.cut_line) continue;
        const auto competition = competitions.find(parsed.Name(row.division));
        if (competition == competitions.end()) continue;
        const auto team = [&](sources::NameIndex name) {
          return teams.Known(*competition->second, row.season_start,
                             std::string(parsed.Name(name)));
        };
        const auto home = team(row.home);
        const auto away = team(row.away);
        if (home && away) said.insert({row.season_start, *home, *away, row.date});
      }
    }
  }
  return said;
}

absl::StatusOr<std::vector<ListedMatch>> StrayMatches::Find(bool dry_run,
                                                            const std::string& actor) {
  ASSIGN_OR_RETURN(const auto turn, WaitForTurn(running_));
  ASSIGN_OR_RETURN(const Reference reference, store_.ReadReference());
  std::map<std::string, std::set<Said>> said_of;  // by sport: sources may share one
  for (const SourceAt& at : sources_) {
    ASSIGN_OR_RETURN(std::set<Said> said, SaidBy(*at.source, reference));
    said_of[std::string(at.source->sport())].merge(said);
  }
  std::vector<ListedMatch> stray;
  for (const auto& [sport, said] : said_of) {
    ASSIGN_OR_RETURN(const auto listed, store_.OnlyListed(sport));
    for (const ListedMatch& match : listed) {
      const auto near =
          said.lower_bound({match.season_start, match.home, match.away, match.date - kNear});
      const bool is_said = near != said.end() && near->season_start == match.season_start &&
                           near->home == match.home && near->away == match.away &&
                           near->date <= match.date + kNear;
      if (!is_said) stray.push_back(match);
    }
  }
  if (!dry_run && !stray.empty()) {
    RETURN_IF_ERROR(store_.TakeBack(stray, actor, as_of_.Now()));
  }
  return stray;
}

}  // namespace fairline::ingest
