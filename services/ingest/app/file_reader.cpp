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

// What a name may be: a team, or one of a held name's candidates or another.
UnreadSide SideOf(const ResolvedNames& names, const Competition& competition, TeamDirectory& teams,
                  const std::string& name) {
  const auto team = names.teams.find(name);
  if (team != names.teams.end()) return {{team->second.team}, false};
  UnreadSide side{{}, true};
  const auto held = names.held_as.find(name);
  if (held == names.held_as.end()) {
    const std::optional<TeamId> known = teams.Known(competition, name);
    return known ? UnreadSide{{*known}, false} : side;
  }
  for (const NameCandidate& candidate : names.held[held->second].candidates) {
    side.teams.insert(candidate.team);
  }
  return side;
}

// Notes a row whose home or away name is not a team's; false when both are.
bool LeaveOut(const sources::ParsedFile& parsed, const sources::MatchRow& row,
              const Competition& competition, TeamDirectory& teams, ResolvedNames& names,
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
  if (!left_out) return false;
  const auto side = [&](sources::NameIndex name) {
    return SideOf(names, competition, teams, std::string(parsed.Name(name)));
  };
  out.unread.push_back({row.date, side(row.home), side(row.away)});
  return true;
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
  load.warnings = std::move(file->parsed.contradictions);
  load.last_played = LastPlayed(file->parsed);
  load.file.columns = file->parsed.columns;
  load.file.rows_sha256 = RowsHash(file->parsed);
  return file;
}

FileReader::RowsByCode FileReader::SortRows(ReadFile& file) const {
  RowsByCode by_code;
  for (const sources::MatchRow& row : file.parsed.rows) {
    const std::string_view code = file.parsed.Name(row.division);
    if (competitions_.contains(code)) {
      by_code[code].push_back(&row);
      continue;
    }
    file.load.rejected.push_back(
        {row.line, file.parsed.division_column, "not a competition known here", std::string(code)});
    file.parsed.unread.push_back({row.division, row.date, row.home, row.away});
  }
  if (file.parsed.unread.empty()) return by_code;
  for (const auto& [code, competition] : competitions_) by_code[code];
  return by_code;
}

// Those of the competition's rows that could not be read, and those of a competition that is not
// known between teams that play in this one's country.
std::vector<UnreadRow> FileReader::UnreadOf(const sources::ParsedFile& parsed,
                                            const Competition& competition,
                                            const ResolvedNames& names,
                                            TeamDirectory& teams) const {
  std::vector<UnreadRow> unread;
  for (const sources::UnreadRow& row : parsed.unread) {
    const std::string_view code = parsed.Name(row.division);
    if (code != competition.code && competitions_.contains(code)) continue;
    const auto side = [&](const std::optional<sources::NameIndex>& name) {
      if (!name) return UnreadSide{{}, true};
      return SideOf(names, competition, teams, std::string(parsed.Name(*name)));
    };
    UnreadRow out{row.date, side(row.home), side(row.away)};
    if (code != competition.code && (out.home.any || out.away.any)) continue;
    unread.push_back(std::move(out));
  }
  return unread;
}

absl::Status FileReader::Resolve(ReadFile& file, const sources::PlannedFile& planned,
                                 TeamDirectory& teams, Instant as_of, Instant real_now) const {
  const sources::ParsedFile& parsed = file.parsed;
  FileLoad& load = file.load;
  ASSIGN_OR_RETURN(load.bookmakers, BookmakersOf(parsed));
  const bool fixtures = planned.kind == sources::FileKind::kFixtures;
  if (fixtures) load.listed_days = DaysOf(parsed, as_of, real_now);
  for (const auto& [code, rows] : SortRows(file)) {
    if (planned.competition.empty() && !wanted_.contains(code)) continue;
    const Competition& competition = competitions_.find(code)->second;
    ResolvedNames names;
    if (!rows.empty()) {
      ASSIGN_OR_RETURN(names, ResolveNames(file, rows, competition, teams, as_of));
    }
    CompetitionRows out{competition.id, {}};
    out.unread = UnreadOf(parsed, competition, names, teams);
    if (rows.empty() && out.unread.empty()) continue;
    for (const sources::MatchRow* row : rows) {
      if (LeaveOut(parsed, *row, competition, teams, names, out, load.rejected)) continue;
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
      match.score_unread = row->score_unread;
      if (row->referee) match.referee = parsed.Name(*row->referee);
      if (match.home == match.away) {
        load.rejected.push_back(
            {row->line, "", "both names are the same team",
             fmt::format("{} - {}", parsed.Name(row->home), parsed.Name(row->away))});
        out.unread.push_back({row->date, {{}, true}, {{}, true}});
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
      load.warnings.push_back(HeldWarning(competition.code, held));
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
