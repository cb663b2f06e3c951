#include "services/ingest/app/file_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/sha256.hpp"
#include "libs/sources/london_time.hpp"

namespace fairline::ingest {
namespace {

// To be raised whenever the same bytes shall be read differently than before.
constexpr int kReaderCodeVersion = 1;
constexpr std::chrono::days kNearNow{30};
constexpr std::chrono::minutes kMatchLength{150};

std::string TablesVersion(const Reference& reference) {
  std::string tables = fmt::format("{}\n", kReaderCodeVersion);
  for (const auto& entry : reference.prefixes) {
    tables += fmt::format("{}={}\n", entry.prefix, entry.code);
  }
  for (const Team& alias : reference.aliases) {
    tables += fmt::format("{}/{}/{}={}\n", alias.sport, alias.country, alias.name, alias.id.value);
  }
  return Sha256Hex(tables).substr(0, 16);
}

// When a list that reaches to `day` counts as seen: one of a far future cannot have been seen at an
// as-of moment long before.
Instant SeenOn(Day day, Instant as_of, Instant real_now) {
  return day > as_of + kNearNow ? std::max(as_of, real_now) : as_of;
}

// The moment at which a listed match counts as seen; nothing when it was over by then.
std::optional<Instant> SeenAt(const ReportedMatch& match, Instant as_of, Instant real_now) {
  const Instant over =
      match.kickoff ? *match.kickoff + kMatchLength : Instant(match.date + std::chrono::days{1});
  if (over <= as_of) return std::nullopt;
  return SeenOn(match.date, as_of, real_now);
}

std::optional<Day> LastPlayed(const sources::ParsedFile& parsed) {
  std::optional<Day> last;
  for (const sources::MatchRow& row : parsed.rows) {
    if (row.full_time && (!last || row.date > *last)) last = row.date;
  }
  return last;
}

// The days that a list of coming matches is about.
std::optional<ListedDays> DaysOf(const sources::ParsedFile& parsed, Instant as_of,
                                 Instant real_now) {
  if (parsed.rows.empty()) return std::nullopt;
  ListedDays days{parsed.rows.front().date, parsed.rows.front().date, {}};
  for (const sources::MatchRow& row : parsed.rows) {
    days.first = std::min(days.first, row.date);
    days.last = std::max(days.last, row.date);
  }
  days.seen = SeenOn(days.last, as_of, real_now);
  return days;
}

}  // namespace

absl::StatusOr<FileReader> FileReader::Make(const Reference& reference,
                                            const std::set<std::string>& competitions) {
  ASSIGN_OR_RETURN(auto reader, sources::FootballDataReader::Make(reference.prefixes));
  FileReader made(std::move(reader));
  for (const Competition& competition : reference.competitions) {
    made.competitions_.emplace(competition.code, competition);
  }
  made.wanted_.insert(competitions.begin(), competitions.end());
  for (const std::string& code : made.reader_.bookmaker_codes()) {
    made.bookmakers_.push_back(reference.bookmakers.at(code));
  }
  made.season_version_ = TablesVersion(reference);
  made.fixtures_version_ =
      fmt::format("{}-{}", made.season_version_,
                  Sha256Hex(fmt::format("{}", fmt::join(competitions, ","))).substr(0, 8));
  return made;
}

const std::string& FileReader::VersionFor(sources::FileKind kind) const {
  return kind == sources::FileKind::kSeason ? season_version_ : fixtures_version_;
}

absl::StatusOr<std::map<sources::NameIndex, TeamId>> FileReader::ResolveTeams(
    const sources::ParsedFile& parsed, const std::vector<const sources::MatchRow*>& rows,
    const Competition& competition, TeamDirectory& teams) const {
  std::set<sources::NameIndex> indices;
  for (const sources::MatchRow* row : rows) {
    indices.insert(row->home);
    indices.insert(row->away);
  }
  std::vector<std::string> names;
  for (const sources::NameIndex index : indices) names.emplace_back(parsed.Name(index));
  ASSIGN_OR_RETURN(const std::vector<TeamId> ids,
                   teams.Resolve(competition.sport, competition.country, names));
  std::map<sources::NameIndex, TeamId> by_index;
  std::size_t k = 0;
  for (const sources::NameIndex index : indices) by_index[index] = ids[k++];
  return by_index;
}

absl::StatusOr<std::unique_ptr<ReadFile>> FileReader::Read(std::string_view bytes,
                                                           const std::string& name,
                                                           TeamDirectory& teams, Instant as_of,
                                                           Instant real_now) const {
  ASSIGN_OR_RETURN(const sources::FileIdentity identity, sources::IdentifyFile(name));
  auto file = std::make_unique<ReadFile>();
  ASSIGN_OR_RETURN(file->parsed, reader_.Parse(bytes, identity));
  const sources::ParsedFile& parsed = file->parsed;
  FileLoad& load = file->load;
  load.kind = identity.kind;
  load.parsed = &parsed;
  load.bookmakers = bookmakers_;
  load.rejected = std::move(file->parsed.rejected);
  load.last_played = LastPlayed(parsed);

  const bool fixtures = identity.kind == sources::FileKind::kFixtures;
  if (fixtures) load.listed_days = DaysOf(parsed, as_of, real_now);
  std::map<sources::NameIndex, std::vector<const sources::MatchRow*>> by_division;
  for (const sources::MatchRow& row : parsed.rows) by_division[row.division].push_back(&row);
  for (const auto& [division, rows] : by_division) {
    const auto competition = competitions_.find(parsed.Name(division));
    if (competition == competitions_.end()) {
      for (const sources::MatchRow* row : rows) {
        load.rejected.push_back(
            {row->line, "Div", "not a competition known here", std::string(parsed.Name(division))});
      }
      continue;
    }
    if (fixtures && !wanted_.contains(parsed.Name(division))) continue;
    ASSIGN_OR_RETURN(const auto team, ResolveTeams(parsed, rows, competition->second, teams));
    CompetitionRows out{competition->second.id, {}};
    for (const sources::MatchRow* row : rows) {
      LoadRow load_row;
      load_row.row = row;
      ReportedMatch& match = load_row.match;
      match.season_start = fixtures ? sources::SeasonStartOf(row->date) : identity.season_start;
      match.date = row->date;
      if (row->london_time) match.kickoff = sources::LondonToUtc(row->date, *row->london_time);
      match.home = team.at(row->home);
      match.away = team.at(row->away);
      match.score = row->full_time;
      if (row->referee) match.referee = parsed.Name(*row->referee);
      if (match.home == match.away) {
        load.rejected.push_back(
            {row->line, "", "both names are the same team",
             fmt::format("{} - {}", parsed.Name(row->home), parsed.Name(row->away))});
        continue;
      }
      if (fixtures) {
        load_row.seen_at = SeenAt(match, as_of, real_now);
        if (!load_row.seen_at) continue;
      }
      out.rows.push_back(std::move(load_row));
    }
    load.competitions.push_back(std::move(out));
  }
  return file;
}

}  // namespace fairline::ingest
