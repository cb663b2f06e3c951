#include "services/ingest/app/file_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/core/sha256.hpp"

namespace fairline::ingest {
namespace {

constexpr std::chrono::days kNearNow{30};
constexpr std::chrono::minutes kMatchLength{150};

// Of the source's code and of all tables that rows of that country are read by; of all countries
// when it is empty.
std::string VersionOf(const sources::Source& source, const Reference& reference,
                      const std::vector<sources::BookmakerPrefix>& prefixes,
                      const std::string& country) {
  std::string tables = fmt::format("{}\n", source.revision());
  for (const auto& entry : prefixes) {
    tables += fmt::format("{}={}\n", entry.prefix, entry.code);
  }
  for (const Team& alias : reference.aliases) {
    if (!country.empty() && alias.country != country) continue;
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

// Of the days and pairings in file order, and whether each has a score: two contents that agree in
// these say the same about which matches there are.
std::string RowsHash(const sources::ParsedFile& parsed) {
  std::string rows;
  for (const sources::MatchRow& row : parsed.rows) {
    rows +=
        fmt::format("{}\t{}\t{}\t{}\t{}\n", parsed.Name(row.division), FormatDay(row.date),
                    parsed.Name(row.home), parsed.Name(row.away), row.full_time ? "played" : "");
  }
  return Sha256Hex(rows);
}

// The teams that a name may be: its own, or the candidates of a held one.
std::vector<TeamId> MayBe(const ResolvedNames& names, std::string_view name) {
  const auto team = names.teams.find(name);
  if (team != names.teams.end()) return {team->second.team};
  std::vector<TeamId> teams;
  const auto held = names.held_as.find(name);
  if (held == names.held_as.end()) return teams;
  for (const NameCandidate& candidate : names.held[held->second].candidates) {
    teams.push_back(candidate.team);
  }
  return teams;
}

void AddPairings(const ResolvedNames& names, std::string_view home, std::string_view away,
                 std::set<std::pair<TeamId, TeamId>>& unread) {
  for (const TeamId host : MayBe(names, home)) {
    for (const TeamId guest : MayBe(names, away)) unread.emplace(host, guest);
  }
}

// Those of rows that could not be read of which both teams are known from others.
std::set<std::pair<TeamId, TeamId>> UnreadOf(const sources::ParsedFile& parsed,
                                             sources::NameIndex division,
                                             const ResolvedNames& names) {
  std::set<std::pair<TeamId, TeamId>> unread;
  for (const sources::UnreadPairing& pairing : parsed.unread) {
    if (pairing.division != division) continue;
    AddPairings(names, parsed.Name(pairing.home), parsed.Name(pairing.away), unread);
  }
  return unread;
}

// Notes a row whose home or away name is not a team's; false when both are.
bool LeaveOut(const sources::ParsedFile& parsed, const sources::MatchRow& row, ResolvedNames& names,
              CompetitionRows& out, std::vector<sources::Rejected>& rejected) {
  bool left_out = false;
  for (const sources::NameIndex side : {row.home, row.away}) {
    const std::string_view name = parsed.Name(side);
    if (names.rejected.contains(name)) {
      rejected.push_back({row.line, "", "the name was rejected as no team's", std::string(name)});
      return true;
    }
    const auto held = names.held_as.find(name);
    if (held == names.held_as.end()) continue;
    names.held[held->second].rows.push_back({"", row.line, row.date,
                                             std::string(parsed.Name(row.home)),
                                             std::string(parsed.Name(row.away))});
    left_out = true;
  }
  if (left_out) AddPairings(names, parsed.Name(row.home), parsed.Name(row.away), out.unread);
  return left_out;
}

std::string HeldWarning(const std::string& code, const HeldName& held) {
  return fmt::format(
      "{}: {} row{} of \"{}\" wait{}: {}; `fairline names list` shows what it may be", code,
      held.rows.size(), held.rows.size() == 1 ? "" : "s", held.name,
      held.rows.size() == 1 ? "s" : "", held.reason);
}

}  // namespace

FileReader::FileReader(const sources::Source& source, const Reference& reference,
                       const std::set<std::string>& competitions)
    : source_(source),
      wanted_(competitions.begin(), competitions.end()),
      bookmakers_(reference.bookmakers) {
  for (const Competition& competition : reference.competitions) {
    if (competition.sport == source.sport()) competitions_.emplace(competition.code, competition);
  }
  const auto prefixes = reference.prefixes.find(source.name());
  if (prefixes != reference.prefixes.end()) prefixes_ = prefixes->second;
  for (const auto& [code, competition] : competitions_) {
    versions_[code] = VersionOf(source, reference, prefixes_, competition.country);
  }
  version_of_wanted_ =
      fmt::format("{}-{}", VersionOf(source, reference, prefixes_, ""),
                  Sha256Hex(fmt::format("{}", fmt::join(competitions, ","))).substr(0, 8));
}

const std::string& FileReader::VersionFor(const sources::PlannedFile& file) const {
  const auto version = versions_.find(file.competition);
  return version == versions_.end() ? version_of_wanted_ : version->second;
}

absl::StatusOr<std::vector<BookmakerId>> FileReader::BookmakersOf(
    const sources::ParsedFile& parsed) const {
  std::vector<BookmakerId> ids;
  for (const std::string& code : parsed.bookmakers) {
    const auto found = bookmakers_.find(code);
    if (found == bookmakers_.end()) {
      return absl::InternalError(
          fmt::format("{} read prices of '{}', which no prefix names", source_.name(), code));
    }
    ids.push_back(found->second);
  }
  return ids;
}

absl::StatusOr<ResolvedNames> FileReader::ResolveNames(
    const ReadFile& file, const std::vector<const sources::MatchRow*>& rows,
    const Competition& competition, TeamDirectory& teams, Instant as_of) const {
  NamedRows named;
  named.kind = file.load.kind;
  for (const sources::MatchRow* row : rows) {
    named.season_start = std::max(named.season_start, row->season_start);
    named.rows.push_back({row->date, std::string(file.parsed.Name(row->home)),
                          std::string(file.parsed.Name(row->away))});
  }
  const int current = source_.SeasonOf(std::chrono::floor<std::chrono::days>(as_of));
  named.season_over = named.season_start < current;
  return teams.Resolve(competition, named);
}

absl::StatusOr<std::unique_ptr<ReadFile>> FileReader::Parse(
    std::string_view bytes, const sources::PlannedFile& planned) const {
  auto file = std::make_unique<ReadFile>();
  ASSIGN_OR_RETURN(file->parsed, source_.Read(planned, bytes, prefixes_));
  FileLoad& load = file->load;
  load.kind = planned.kind;
  load.parsed = &file->parsed;
  load.rejected = std::move(file->parsed.rejected);
  load.last_played = LastPlayed(file->parsed);
  load.file.columns = file->parsed.columns;
  load.file.rows_sha256 = RowsHash(file->parsed);
  return file;
}

absl::Status FileReader::Resolve(ReadFile& file, const sources::PlannedFile& planned,
                                 TeamDirectory& teams, Instant as_of, Instant real_now) const {
  const sources::ParsedFile& parsed = file.parsed;
  FileLoad& load = file.load;
  ASSIGN_OR_RETURN(load.bookmakers, BookmakersOf(parsed));
  const bool fixtures = planned.kind == sources::FileKind::kFixtures;
  if (fixtures) load.listed_days = DaysOf(parsed, as_of, real_now);
  std::map<sources::NameIndex, std::vector<const sources::MatchRow*>> by_division;
  for (const sources::MatchRow& row : parsed.rows) by_division[row.division].push_back(&row);
  for (const auto& [division, rows] : by_division) {
    const auto competition = competitions_.find(parsed.Name(division));
    if (competition == competitions_.end()) {
      for (const sources::MatchRow* row : rows) {
        load.rejected.push_back({row->line, parsed.division_column, "not a competition known here",
                                 std::string(parsed.Name(division))});
      }
      continue;
    }
    if (planned.competition.empty() && !wanted_.contains(parsed.Name(division))) continue;
    ASSIGN_OR_RETURN(ResolvedNames names,
                     ResolveNames(file, rows, competition->second, teams, as_of));
    CompetitionRows out{competition->second.id, {}};
    out.unread = UnreadOf(parsed, division, names);
    for (const sources::MatchRow* row : rows) {
      if (LeaveOut(parsed, *row, names, out, load.rejected)) continue;
      const TeamOfName& home = names.teams.find(parsed.Name(row->home))->second;
      const TeamOfName& away = names.teams.find(parsed.Name(row->away))->second;
      LoadRow load_row;
      load_row.reported_home = home.reported_as;
      load_row.reported_away = away.reported_as;
      load_row.row = row;
      ReportedMatch& match = load_row.match;
      match.season_start = row->season_start;
      match.date = row->date;
      match.kickoff = row->kickoff;
      match.home = home.team;
      match.away = away.team;
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
    for (std::string& warning : names.warnings) load.warnings.push_back(std::move(warning));
    for (HeldName& held : names.held) {
      load.warnings.push_back(HeldWarning(competition->second.code, held));
      load.held.push_back(std::move(held));
    }
    load.competitions.push_back(std::move(out));
  }
  if (fixtures) AddLeftOut(load);
  return absl::OkStatus();
}

void FileReader::AddLeftOut(FileLoad& load) const {
  const auto has = [&](CompetitionId id) {
    return std::any_of(load.competitions.begin(), load.competitions.end(),
                       [&](const CompetitionRows& rows) { return rows.competition == id; });
  };
  for (const auto& [code, competition] : competitions_) {
    if (!wanted_.contains(code) || has(competition.id)) continue;
    load.competitions.push_back({competition.id, {}});
  }
  std::sort(load.competitions.begin(), load.competitions.end(),
            [](const CompetitionRows& a, const CompetitionRows& b) {
              return a.competition.value < b.competition.value;
            });
}

}  // namespace fairline::ingest
