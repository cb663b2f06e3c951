// Names that wait for somebody's word, and what was said of them.
#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/names/likeness.hpp"
#include "libs/storage/array.hpp"
#include "libs/storage/stored.hpp"
#include "libs/storage/values.hpp"
#include "services/ingest/storage/name_rows.hpp"
#include "services/ingest/storage/pg_sports_store.hpp"
#include "services/ingest/storage/team_merges.hpp"

namespace fairline::ingest {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(HeldState::kHeld) == 1 &&
              storage::Stored(HeldState::kKnownTeam) == 2 &&
              storage::Stored(HeldState::kNewTeam) == 3);

using nlohmann::json;

constexpr int kShownRows = 20;

constexpr char kHold[] = R"(
INSERT INTO sports.held_names (competition_id, season_start, name_key, name, reason, candidates)
VALUES ($1, $2, $3, $4, $5, $6::jsonb)
ON CONFLICT (competition_id, season_start, name_key) DO UPDATE
SET reason = excluded.reason, candidates = excluded.candidates
RETURNING held_name_id)";

constexpr char kHoldRows[] = R"(
INSERT INTO sports.held_rows (held_name_id, source_file_id, line, match_date, home, away)
SELECT $1, $2, n.* FROM unnest($3::int[], $4::date[], $5::text[], $6::text[]) AS n
ON CONFLICT DO NOTHING)";

// A season file's new content has all that the former ones had.
constexpr char kDropFormerRows[] = R"(
DELETE FROM sports.held_rows h USING sports.source_files f
WHERE h.source_file_id = f.source_file_id AND f.source = $1 AND f.name = $2
  AND f.source_file_id <> $3)";
constexpr char kDropReadAgain[] = "DELETE FROM sports.held_rows WHERE source_file_id = $1";
constexpr char kDropEmptyNames[] = R"(
DELETE FROM sports.held_names h
WHERE h.state = 1 AND h.competition_id = ANY ($1::int[])
  AND NOT EXISTS (SELECT FROM sports.held_rows r WHERE r.held_name_id = h.held_name_id))";

#define HELD_COLUMNS                                                                         \
  "SELECT h.held_name_id, h.competition_id, h.season_start, h.name, h.reason, "              \
  "h.candidates::text, "                                                                     \
  "c.sport, c.country, c.code, h.state, (extract(epoch FROM h.held_at) * 1000000)::bigint, " \
  "(extract(epoch FROM h.decided_at) * 1000000)::bigint, h.decided_by, h.team_id, "          \
  "coalesce(t.name, ''), "                                                                   \
  "(SELECT count(*) FROM sports.held_rows r WHERE r.held_name_id = h.held_name_id) "         \
  "FROM sports.held_names h JOIN sports.competitions c USING (competition_id) "              \
  "LEFT JOIN sports.teams t ON t.team_id = h.team_id "

constexpr char kListHeld[] = HELD_COLUMNS
    "WHERE h.held_name_id < $1 AND h.state = $2 AND ($3 = '' OR c.code = $3) "
    "ORDER BY h.held_name_id DESC LIMIT $4";
constexpr char kOneHeld[] = HELD_COLUMNS "WHERE h.held_name_id = $1";
constexpr char kLockHeld[] =
    "SELECT h.state, h.team_id, h.name, c.sport, c.country FROM sports.held_names h "
    "JOIN sports.competitions c USING (competition_id) WHERE h.held_name_id = $1 FOR UPDATE OF h";
constexpr char kHeldRows[] = R"(
SELECT r.held_name_id, f.name, r.line, r.match_date - DATE '1970-01-01', r.home, r.away
FROM unnest($1::bigint[]) n(id)
CROSS JOIN LATERAL (
  SELECT * FROM sports.held_rows h WHERE h.held_name_id = n.id
  ORDER BY h.match_date, h.source_file_id, h.line LIMIT $2) r
JOIN sports.source_files f USING (source_file_id)
ORDER BY r.held_name_id, r.match_date, r.source_file_id, r.line)";

constexpr char kSetDecision[] = R"(
UPDATE sports.held_names
SET state = $2, team_id = nullif($3::bigint, 0), decided_by = $4, decided_at = clock_timestamp()
WHERE held_name_id = $1)";

constexpr char kWaiting[] = R"(
SELECT DISTINCT f.source_file_id, r.line, f.batch_id, f.source, f.name, f.url, f.sha256,
       coalesce(f.etag, ''), coalesce(f.last_modified, ''), f.lake_path, f.reader_version,
       f.size_bytes, (extract(epoch FROM f.fetched_at) * 1000000)::bigint,
       (extract(epoch FROM b.as_of) * 1000000)::bigint
FROM sports.held_rows r JOIN sports.held_names h USING (held_name_id)
JOIN sports.source_files f USING (source_file_id)
JOIN sports.ingest_batches b ON b.batch_id = f.batch_id
WHERE h.state IN (2, 3) ORDER BY f.source_file_id, r.line)";

constexpr char kTeamByName[] =
    "SELECT team_id FROM sports.teams WHERE sport = $1 AND country = $2 AND name = $3";
constexpr char kAliasByName[] =
    "SELECT team_id FROM sports.team_aliases WHERE sport = $1 AND country = $2 AND alias = $3";
constexpr char kAddTeam[] =
    "INSERT INTO sports.teams (sport, country, name) VALUES ($1, $2, $3) RETURNING team_id";

json ToJson(const std::vector<NameCandidate>& candidates) {
  json out = json::array();
  for (const NameCandidate& candidate : candidates) {
    out.push_back({{"team_id", candidate.team.value},
                   {"team", candidate.name},
                   {"likeness", candidate.likeness},
                   {"same_fixtures", candidate.same_fixtures},
                   {"evidence", candidate.evidence}});
  }
  return out;
}

std::vector<NameCandidate> FromJson(const std::string& text) {
  std::vector<NameCandidate> candidates;
  for (const json& entry : json::parse(text)) {
    candidates.push_back({TeamId{entry.at("team_id").get<std::int64_t>()},
                          entry.at("team").get<std::string>(), entry.at("likeness").get<double>(),
                          entry.at("same_fixtures").get<int>(),
                          entry.at("evidence").get<std::vector<std::string>>()});
  }
  return candidates;
}

HeldNameView HeldOfRow(const pqxx::row& row) {
  HeldNameView view;
  view.id = HeldNameId{row[0].as<std::int64_t>()};
  view.held.competition = CompetitionId{row[1].as<std::int64_t>()};
  view.held.season_start = row[2].as<int>();
  view.held.name = row[3].as<std::string>();
  view.held.reason = row[4].as<std::string>();
  view.held.candidates = FromJson(row[5].as<std::string>());
  view.sport = row[6].as<std::string>();
  view.country = row[7].as<std::string>();
  view.competition_code = row[8].as<std::string>();
  view.state = static_cast<HeldState>(row[9].as<int>());
  view.held_at = storage::AsInstant(row[10]);
  view.decided_at = storage::AsOptionalInstant(row[11]);
  view.decided_by = row[12].as<std::string>();
  if (!row[13].is_null()) view.team = TeamId{row[13].as<std::int64_t>()};
  view.team_name = row[14].as<std::string>();
  view.row_count = row[15].as<std::int64_t>();
  return view;
}

void AddRows(pqxx::work& transaction, std::vector<HeldNameView>& views) {
  const std::string ids =
      storage::ArrayOf(views, [](const HeldNameView& view) { return view.id.value; });
  for (const pqxx::row& row : transaction.exec_params(kHeldRows, ids, kShownRows)) {
    const HeldNameId id{row[0].as<std::int64_t>()};
    const auto view = std::find_if(views.begin(), views.end(),
                                   [&](const HeldNameView& one) { return one.id == id; });
    view->held.rows.push_back({row[1].as<std::string>(), row[2].as<int>(), storage::AsDay(row[3]),
                               row[4].as<std::string>(), row[5].as<std::string>()});
  }
}

SourceFile FileOfRow(const pqxx::row& row) {
  SourceFile file;
  file.batch = BatchId{row[2].as<std::int64_t>()};
  file.source = row[3].as<std::string>();
  file.name = row[4].as<std::string>();
  file.url = row[5].as<std::string>();
  file.sha256 = row[6].as<std::string>();
  file.etag = row[7].as<std::string>();
  file.last_modified = row[8].as<std::string>();
  file.lake_path = row[9].as<std::string>();
  file.reader_version = row[10].as<std::string>();
  file.size_bytes = row[11].as<std::int64_t>();
  file.fetched_at = storage::AsInstant(row[12]);
  file.as_of = storage::AsInstant(row[13]);
  return file;
}

// The team that a held name is said to be: another name of `team`, or one of its own.
absl::StatusOr<TeamId> TeamOfDecision(pqxx::work& transaction, const pqxx::row& held,
                                      HeldState decision, std::optional<TeamId> team,
                                      const std::string& actor) {
  const auto name = held[2].as<std::string>();
  const auto sport = held[3].as<std::string>();
  const auto country = held[4].as<std::string>();
  const pqxx::result same = transaction.exec_params(kTeamByName, sport, country, name);
  const bool alias = !transaction.exec_params(kAliasByName, sport, country, name).empty();
  if (decision == HeldState::kNewTeam) {
    if (!same.empty()) return TeamId{same[0][0].as<std::int64_t>()};
    return TeamId{transaction.exec_params1(kAddTeam, sport, country, name)[0].as<std::int64_t>()};
  }
  ASSIGN_OR_RETURN(const TeamRow row, LockTeam(transaction, *team));
  if (row.sport != sport || row.country != country) {
    return InvalidField("team_id", fmt::format("{} is not of {}", row.name, country));
  }
  if (row.merged_into.value != 0) {
    return InvalidField("team_id", fmt::format("{} is part of another team", row.name));
  }
  if (same.empty() && !alias) {
    const TeamId added{
        transaction.exec_params1(kAddTeam, sport, country, name)[0].as<std::int64_t>()};
    RETURN_IF_ERROR(
        Merge(transaction, added, *team, fmt::format("held name, said to be {}", row.name), actor)
            .status());
  }
  return *team;
}

}  // namespace

void WriteHeldNames(pqxx::work& transaction, const FileLoad& load, std::int64_t source_file_id) {
  if (load.read_again_from) transaction.exec_params(kDropReadAgain, load.read_again_from->value);
  if (load.kind == sources::FileKind::kSeason) {
    transaction.exec_params(kDropFormerRows, load.file.source, load.file.name, source_file_id);
  }
  for (const HeldName& held : load.held) {
    const auto id =
        transaction
            .exec_params1(kHold, held.competition.value, held.season_start, names::Key(held.name),
                          held.name, held.reason, ToJson(held.candidates).dump())[0]
            .as<std::int64_t>();
    storage::ArrayText lines, dates, homes, aways;
    for (const HeldRow& row : held.rows) {
      lines.Add(std::int64_t{row.line});
      dates.Add(FormatDay(row.date));
      homes.Add(row.home);
      aways.Add(row.away);
    }
    transaction.exec_params(kHoldRows, id, source_file_id, lines.Text(), dates.Text(), homes.Text(),
                            aways.Text());
  }
  storage::ArrayText competitions;
  for (const CompetitionRows& rows : load.competitions) competitions.Add(rows.competition.value);
  transaction.exec_params(kDropEmptyNames, competitions.Text());
}

absl::StatusOr<Page<HeldNameView>> PgSportsStore::HeldNames(const HeldFilter& filter,
                                                            const PageRequest& page) {
  ASSIGN_OR_RETURN(const auto after, ParsePageToken<1>(page.token));
  const std::int64_t before = after ? (*after)[0] : std::numeric_limits<std::int64_t>::max();
  Page<HeldNameView> listed;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    listed = {};
    for (const pqxx::row& row :
         transaction.exec_params(kListHeld, before, static_cast<int>(filter.state),
                                 filter.competition_code, page.size + 1)) {
      if (static_cast<int>(listed.items.size()) == page.size) {
        listed.next_token = PageToken<1>({listed.items.back().id.value});
        break;
      }
      listed.items.push_back(HeldOfRow(row));
    }
    AddRows(transaction, listed.items);
    return absl::OkStatus();
  }));
  return listed;
}

absl::StatusOr<HeldNameView> PgSportsStore::HeldNameOf(HeldNameId id) {
  std::vector<HeldNameView> views;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    views.clear();
    for (const pqxx::row& row : transaction.exec_params(kOneHeld, id.value)) {
      views.push_back(HeldOfRow(row));
    }
    AddRows(transaction, views);
    return absl::OkStatus();
  }));
  if (views.empty()) return absl::NotFoundError(fmt::format("there is no held name {}", id.value));
  return std::move(views.front());
}

absl::Status PgSportsStore::DecideName(HeldNameId id, HeldState decision,
                                       std::optional<TeamId> team, const std::string& actor) {
  return database_.Transact({}, [&](pqxx::work& transaction) -> absl::Status {
    const pqxx::result rows = transaction.exec_params(kLockHeld, id.value);
    if (rows.empty()) return absl::NotFoundError(fmt::format("there is no held name {}", id.value));
    const auto state = static_cast<HeldState>(rows[0][0].as<int>());
    const auto said = rows[0][1].is_null() ? std::optional<TeamId>()
                                           : std::optional(TeamId{rows[0][1].as<std::int64_t>()});
    if (state == decision && (decision != HeldState::kKnownTeam || said == team)) {
      return absl::OkStatus();
    }
    if (state == HeldState::kKnownTeam || state == HeldState::kNewTeam) {
      return absl::FailedPreconditionError(
          "it was decided otherwise; teams are merged, and a merge is undone, by its own command");
    }
    TeamId decided;
    if (decision != HeldState::kRejected) {
      ASSIGN_OR_RETURN(decided, TeamOfDecision(transaction, rows[0], decision, team, actor));
    }
    transaction.exec_params(kSetDecision, id.value, static_cast<int>(decision), decided.value,
                            actor);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<WaitingFile>> PgSportsStore::WaitingFiles() {
  std::vector<WaitingFile> files;
  RETURN_IF_ERROR(database_.Transact({.read_only = true}, [&](pqxx::work& transaction) {
    files.clear();
    for (const pqxx::row& row : transaction.exec(kWaiting)) {
      const SourceFileId id{row[0].as<std::int64_t>()};
      if (files.empty() || files.back().file_id != id) {
        files.push_back({id, FileOfRow(row), {}});
      }
      files.back().lines.push_back(row[1].as<int>());
    }
    return absl::OkStatus();
  }));
  return files;
}

}  // namespace fairline::ingest
