#include "services/ingest/storage/match_writer.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"

namespace fairline::ingest {
namespace {

using std::chrono::days;

// Matches that moved may lie outside the days a file reports.
constexpr days kAround{21};

constexpr char kLockCompetition[] =
    "SELECT pg_advisory_xact_lock(hashtext('sports.matches'), $1::int)";

// Of the file at hand, whose source and name follow the days and the season, the lines too. A list
// has no season.
constexpr char kReadKnown[] = R"(
SELECT m.match_id, m.season_start, m.match_date - DATE '1970-01-01',
       (extract(epoch FROM m.kickoff_time) * 1000000)::bigint, m.home_team_id, m.away_team_id,
       m.state, m.home_score, m.away_score, coalesce(m.referee, ''), m.listed_from IS NOT NULL,
       m.delisted_from IS NOT NULL, m.not_offered_from IS NOT NULL, m.taken_back_at IS NOT NULL,
       m.played_home_score, m.played_away_score,
       CASE WHEN f.source_file_id IS NOT NULL THEN coalesce(m.season_line, 0) END
FROM sports.matches m
LEFT JOIN sports.source_files f
  ON f.source_file_id = m.season_file_id AND f.source = $5 AND f.name = $6
WHERE m.competition_id = $1 AND m.set_aside_by IS NULL
  AND (m.match_date BETWEEN $2::date AND $3::date OR m.season_start = $4))";

constexpr char kAddSeasons[] = R"(
INSERT INTO sports.seasons (competition_id, start_year, label)
SELECT $1, * FROM unnest($2::smallint[], $3::text[])
ON CONFLICT DO NOTHING)";

constexpr char kNewIds[] = R"(
SELECT nextval(pg_get_serial_sequence('sports.matches', 'match_id'))
FROM generate_series(1, $1::int))";

constexpr char kAddMatches[] = R"(
INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, kickoff_time,
                            home_team_id, away_team_id, state, home_score, away_score, referee,
                            listed_from, season_line, season_file_id, list_file_id)
SELECT id, $1, season, day, kickoff, home, away, state, home_score, away_score,
       nullif(referee, ''), listed_from, line, $14, $15
FROM unnest($2::bigint[], $3::smallint[], $4::date[], $5::timestamptz[], $6::bigint[],
            $7::bigint[], $8::smallint[], $9::smallint[], $10::smallint[], $11::text[],
            $12::timestamptz[], $13::int[])
     AS n(id, season, day, kickoff, home, away, state, home_score, away_score, referee,
          listed_from, line))";

constexpr char kChangeMatches[] = R"(
UPDATE sports.matches m
SET season_start = n.season, match_date = n.day, kickoff_time = n.kickoff, state = n.state,
    home_score = n.home_score, away_score = n.away_score, referee = nullif(n.referee, ''),
    played_home_score = n.played_home, played_away_score = n.played_away,
    taken_back_at = CASE WHEN n.taken_back THEN coalesce(m.taken_back_at, $12::timestamptz) END
FROM unnest($1::bigint[], $2::smallint[], $3::date[], $4::timestamptz[], $5::smallint[],
            $6::smallint[], $7::smallint[], $8::text[], $9::smallint[], $10::smallint[],
            $11::boolean[])
     AS n(id, season, day, kickoff, state, home_score, away_score, referee, played_home,
          played_away, taken_back)
WHERE m.match_id = n.id)";

constexpr char kSeenInSeason[] = R"(
UPDATE sports.matches m SET season_file_id = $1, season_line = n.line
FROM unnest($2::bigint[], $3::int[]) AS n(id, line)
WHERE m.match_id = n.id)";

constexpr char kSeenInList[] = R"(
UPDATE sports.matches SET list_file_id = $1 WHERE match_id = ANY ($2::bigint[]))";

constexpr char kDescribe[] = R"(
SELECT h.name || ' - ' || a.name || ' of ' || m.match_date
         || coalesce(' (' || m.home_score || '-' || m.away_score || ')', '')
FROM sports.matches m
JOIN sports.teams h ON h.team_id = m.home_team_id
JOIN sports.teams a ON a.team_id = m.away_team_id
WHERE m.match_id = ANY ($1::bigint[]) ORDER BY m.match_date, h.name)";

// A moved match takes its prices along; its day is also theirs.
constexpr char kMoveQuotes[] = R"(
UPDATE sports.quotes q SET match_date = n.day
FROM unnest($1::bigint[], $2::date[], $3::date[]) AS n(id, former_day, day)
WHERE q.match_id = n.id AND q.match_date = n.former_day)";

constexpr char kList[] = R"(
UPDATE sports.matches m SET listed_from = n.seen
FROM unnest($1::bigint[], $2::timestamptz[]) AS n(id, seen)
WHERE m.match_id = n.id AND m.listed_from IS NULL)";

// Without a moment they are listed.
constexpr char kUnlist[] = R"(
UPDATE sports.matches
SET delisted_from = $2::timestamptz, not_offered_from = $3::timestamptz
WHERE match_id = ANY ($1::bigint[]))";

constexpr char kListAgain[] = R"(
UPDATE sports.matches SET delisted_from = NULL, not_offered_from = NULL
WHERE match_id = ANY ($1::bigint[])
  AND coalesce(delisted_from, not_offered_from) <= $2::timestamptz)";

constexpr char kNotOffered[] = R"(
SELECT min(c.code) || ': none of its matches is listed any more: '
         || count(*) || ' from ' || min(m.match_date) || ' to ' || max(m.match_date)
         || CASE count(*) WHEN 1 THEN ' is' ELSE ' are' END || ' not offered'
FROM sports.matches m JOIN sports.competitions c USING (competition_id)
WHERE m.match_id = ANY ($1::bigint[]))";

constexpr char kCorrect[] = R"(
INSERT INTO sports.match_corrections (match_id, batch_id, former_home_score, former_away_score,
                                      former_state, kind, known_at)
SELECT id, $1, home, away, state, kind, $7::timestamptz
FROM unnest($2::bigint[], $3::smallint[], $4::smallint[], $5::smallint[], $6::smallint[])
     AS n(id, home, away, state, kind))";

// The statistics come as one array literal each: unnest would flatten arrays of arrays.
constexpr char kWriteStatistics[] = R"(
INSERT INTO sports.match_statistics AS s (match_id, home, away)
SELECT id, home::real[], away::real[]
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n(id, home, away)
ON CONFLICT (match_id) DO UPDATE SET home = excluded.home, away = excluded.away
WHERE (s.home, s.away) IS DISTINCT FROM (excluded.home, excluded.away))";

std::int16_t Number(domain::MatchState state) { return static_cast<std::int16_t>(state); }

std::optional<std::string> InstantText(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return FormatInstant(*instant);
}

void AddScore(const std::optional<Score>& score, storage::ArrayText& home,
              storage::ArrayText& away) {
  if (score) {
    home.Add(std::int64_t{score->home});
    away.Add(std::int64_t{score->away});
  } else {
    home.AddNull();
    away.AddNull();
  }
}

std::vector<KnownMatch> ReadKnown(pqxx::work& transaction, const FileLoad& load,
                                  const CompetitionRows& rows) {
  constexpr int kNoSeason = -1;
  Day first = Day::max();
  Day last = Day::min();
  if (load.listed_days) {
    first = load.listed_days->first;
    last = load.listed_days->last;
  }
  int season = kNoSeason;
  for (const LoadRow& row : rows.rows) {
    first = std::min(first, row.match.date);
    last = std::max(last, row.match.date);
    if (load.kind == sources::FileKind::kSeason) season = row.match.season_start;
  }
  const pqxx::result result =
      transaction.exec_params(kReadKnown, rows.competition.value, FormatDay(first - kAround),
                              FormatDay(last + kAround), season, load.file.source, load.file.name);
  std::vector<KnownMatch> known;
  known.reserve(result.size());
  const auto score = [](const pqxx::row& row, int column) -> std::optional<Score> {
    if (row[column].is_null()) return std::nullopt;
    return Score{row[column].as<std::int16_t>(), row[column + 1].as<std::int16_t>()};
  };
  for (const auto& row : result) {
    KnownMatch match;
    match.id = MatchId{row[0].as<std::int64_t>()};
    match.season_start = row[1].as<int>();
    match.date = storage::AsDay(row[2]);
    match.kickoff = storage::AsOptionalInstant(row[3]);
    match.home = TeamId{row[4].as<std::int64_t>()};
    match.away = TeamId{row[5].as<std::int64_t>()};
    match.state = static_cast<domain::MatchState>(row[6].as<int>());
    match.score = score(row, 7);
    match.referee = row[9].as<std::string>();
    match.listed = row[10].as<bool>();
    match.delisted = row[11].as<bool>();
    match.not_offered = row[12].as<bool>();
    match.taken_back = row[13].as<bool>();
    match.played = score(row, 14);
    if (!row[16].is_null()) match.line = row[16].as<int>();
    known.push_back(std::move(match));
  }
  return known;
}

void AddSeasons(pqxx::work& transaction, const CompetitionRows& rows) {
  std::map<int, std::string> labels;
  for (const LoadRow& row : rows.rows) {
    const int start = row.match.season_start;
    labels.emplace(start, fmt::format("{}-{:02}", start, (start + 1) % 100));
  }
  storage::ArrayText years;
  storage::ArrayText texts;
  for (const auto& [year, label] : labels) {
    years.Add(std::int64_t{year});
    texts.Add(label);
  }
  transaction.exec_params(kAddSeasons, rows.competition.value, years.Text(), texts.Text());
}

void AddMatches(pqxx::work& transaction, const ReportedFile& file, SourceFileId file_id,
                const CompetitionRows& rows, const Reconciled& reconciled, WrittenMatches& out) {
  if (reconciled.added.empty()) return;
  const pqxx::result new_ids =
      transaction.exec_params(kNewIds, static_cast<int>(reconciled.added.size()));
  storage::ArrayText ids, seasons, dates, kickoffs, homes, aways, states, home_scores, away_scores,
      referees, listed, lines;
  const bool season = file.kind == sources::FileKind::kSeason;
  for (std::size_t k = 0; k < reconciled.added.size(); ++k) {
    const std::size_t row = reconciled.added[k];
    const ReportedMatch& match = rows.rows[row].match;
    out.ids[row] = MatchId{new_ids[static_cast<pqxx::result::size_type>(k)][0].as<std::int64_t>()};
    out.added[row] = true;
    ids.Add(out.ids[row].value);
    seasons.Add(std::int64_t{match.season_start});
    dates.Add(FormatDay(match.date));
    kickoffs.Add(InstantText(match.kickoff));
    homes.Add(match.home.value);
    aways.Add(match.away.value);
    states.Add(std::int64_t{Number(StateOfNew(match, file))});
    AddScore(match.score, home_scores, away_scores);
    referees.Add(match.referee);
    listed.Add(InstantText(rows.rows[row].seen_at));
    lines.Add(season ? std::optional(rows.rows[row].row->line) : std::nullopt);
  }
  const std::optional<std::int64_t> of_file(file_id.value);
  transaction.exec_params(kAddMatches, rows.competition.value, ids.Text(), seasons.Text(),
                          dates.Text(), kickoffs.Text(), homes.Text(), aways.Text(), states.Text(),
                          home_scores.Text(), away_scores.Text(), referees.Text(), listed.Text(),
                          lines.Text(), season ? of_file : std::nullopt,
                          season ? std::nullopt : of_file);
  out.added_count = static_cast<std::int64_t>(reconciled.added.size());
}

void ChangeMatches(pqxx::work& transaction, const ReportedFile& file,
                   const std::vector<KnownMatch>& known, const Reconciled& reconciled) {
  if (reconciled.changed.empty()) return;
  std::map<MatchId, Day> former_day;
  for (const KnownMatch& match : known) former_day[match.id] = match.date;
  storage::ArrayText ids, seasons, dates, kickoffs, states, home_scores, away_scores, referees;
  storage::ArrayText played_home, played_away, taken_back;
  storage::ArrayText moved_ids, former_dates, new_dates;
  for (const KnownMatch& match : reconciled.changed) {
    ids.Add(match.id.value);
    seasons.Add(std::int64_t{match.season_start});
    dates.Add(FormatDay(match.date));
    kickoffs.Add(InstantText(match.kickoff));
    states.Add(std::int64_t{Number(match.state)});
    AddScore(match.score, home_scores, away_scores);
    AddScore(match.played, played_home, played_away);
    referees.Add(match.referee);
    taken_back.Add(match.taken_back);
    if (former_day.at(match.id) == match.date) continue;
    moved_ids.Add(match.id.value);
    former_dates.Add(FormatDay(former_day.at(match.id)));
    new_dates.Add(FormatDay(match.date));
  }
  transaction.exec_params(kChangeMatches, ids.Text(), seasons.Text(), dates.Text(), kickoffs.Text(),
                          states.Text(), home_scores.Text(), away_scores.Text(), referees.Text(),
                          played_home.Text(), played_away.Text(), taken_back.Text(),
                          FormatInstant(file.as_of));
  if (!moved_ids.empty()) {
    transaction.exec_params(kMoveQuotes, moved_ids.Text(), former_dates.Text(), new_dates.Text());
  }
}

void Correct(pqxx::work& transaction, const FileLoad& load,
             const std::vector<Correction>& corrections) {
  if (corrections.empty()) return;
  storage::ArrayText ids, homes, aways, states, kinds;
  for (const Correction& correction : corrections) {
    ids.Add(correction.id.value);
    AddScore(correction.former, homes, aways);
    kinds.Add(static_cast<std::int64_t>(correction.kind));
    states.Add(std::int64_t{Number(correction.former_state)});
  }
  transaction.exec_params(kCorrect, load.file.batch.value, ids.Text(), homes.Text(), aways.Text(),
                          states.Text(), kinds.Text(), FormatInstant(load.file.as_of));
}

void List(pqxx::work& transaction, const CompetitionRows& rows, const Reconciled& reconciled) {
  if (reconciled.listed_now.empty()) return;
  std::map<MatchId, Instant> seen;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (reconciled.known_id[row] && rows.rows[row].seen_at) {
      seen[*reconciled.known_id[row]] = *rows.rows[row].seen_at;
    }
  }
  storage::ArrayText ids, moments;
  for (const MatchId id : reconciled.listed_now) {
    ids.Add(id.value);
    moments.Add(FormatInstant(seen.at(id)));
  }
  transaction.exec_params(kList, ids.Text(), moments.Text());
}

// One note for each of the matches.
void Describe(pqxx::work& transaction, const std::string& what, const std::vector<MatchId>& matches,
              std::vector<std::string>& notes) {
  if (matches.empty()) return;
  const std::string ids = storage::ArrayOf(matches, [](MatchId match) { return match.value; });
  for (const auto& row : transaction.exec_params(kDescribe, ids)) {
    notes.push_back(what + row[0].as<std::string>());
  }
}

// Rows that waited for a name: their matches are listed again by the list that has them, unless a
// later one left them out.
void ListAgain(pqxx::work& transaction, const FileLoad& load, const Reconciled& reconciled) {
  std::vector<MatchId> matches;
  for (const auto& id : reconciled.known_id) {
    if (id) matches.push_back(*id);
  }
  transaction.exec_params(kListAgain,
                          storage::ArrayOf(matches, [](MatchId match) { return match.value; }),
                          FormatInstant(load.file.as_of));
}

// How many matches the list leaves out now, or has again.
std::int64_t Unlist(pqxx::work& transaction, const FileLoad& load, const CompetitionRows& rows,
                    const std::vector<KnownMatch>& known, const Reconciled& reconciled,
                    WrittenMatches& out) {
  if (!load.listed_days) {
    if (load.kind == sources::FileKind::kFixtures) ListAgain(transaction, load, reconciled);
    return 0;
  }
  const Unlisted unlisted = FindUnlisted(known, reconciled, *load.listed_days, rows.unread);
  const auto set = [&](const std::vector<MatchId>& matches, std::optional<Instant> delisted,
                       std::optional<Instant> not_offered) {
    if (matches.empty()) return;
    transaction.exec_params(kUnlist,
                            storage::ArrayOf(matches, [](MatchId match) { return match.value; }),
                            InstantText(delisted), InstantText(not_offered));
  };
  const Instant seen = load.listed_days->seen;
  set(unlisted.left_out, seen, std::nullopt);
  set(unlisted.not_offered, std::nullopt, seen);
  set(unlisted.again, std::nullopt, std::nullopt);
  Describe(transaction, "not listed any more and taken for postponed: ", unlisted.left_out,
           out.notes);
  if (!unlisted.not_offered.empty()) {
    out.notes.push_back(transaction
                            .exec_params1(kNotOffered, storage::ArrayOf(unlisted.not_offered,
                                                                        [](MatchId match) {
                                                                          return match.value;
                                                                        }))[0]
                            .as<std::string>());
  }
  std::map<MatchId, Day> day_of;
  for (const KnownMatch& match : known) day_of[match.id] = match.date;
  for (const auto* matches : {&unlisted.left_out, &unlisted.not_offered}) {
    for (const MatchId match : *matches) out.unlisted.emplace_back(match, day_of.at(match));
  }
  return static_cast<std::int64_t>(unlisted.left_out.size() + unlisted.not_offered.size() +
                                   unlisted.again.size());
}

// What file had the known matches last; new ones know it already.
void MarkSeen(pqxx::work& transaction, const FileLoad& load, SourceFileId file,
              const CompetitionRows& rows, const WrittenMatches& written) {
  storage::ArrayText ids, lines;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (written.added[row]) continue;
    ids.Add(written.ids[row].value);
    lines.Add(rows.rows[row].row->line);
  }
  if (ids.empty()) return;
  if (load.kind == sources::FileKind::kFixtures) {
    transaction.exec_params(kSeenInList, file.value, ids.Text());
  } else {
    transaction.exec_params(kSeenInSeason, file.value, ids.Text(), lines.Text());
  }
}

bool AnyKnown(const sources::StatisticValues& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& v) { return v.has_value(); });
}

std::string StatisticsText(const sources::StatisticValues& values) {
  storage::ArrayText text;
  for (const auto& value : values) {
    if (value) {
      text.Add(std::int64_t{*value});
    } else {
      text.AddNull();
    }
  }
  return text.Text();
}

// The number of matches whose statistics are new or changed.
std::int64_t WriteStatistics(pqxx::work& transaction, const CompetitionRows& rows,
                             const WrittenMatches& written) {
  storage::ArrayText ids, homes, aways;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const sources::MatchRow& source = *rows.rows[row].row;
    if (!AnyKnown(source.home_statistics) && !AnyKnown(source.away_statistics)) continue;
    ids.Add(written.ids[row].value);
    homes.Add(StatisticsText(source.home_statistics));
    aways.Add(StatisticsText(source.away_statistics));
  }
  if (ids.empty()) return 0;
  return static_cast<std::int64_t>(
      transaction.exec_params(kWriteStatistics, ids.Text(), homes.Text(), aways.Text())
          .affected_rows());
}

}  // namespace

WrittenMatches WriteMatches(pqxx::work& transaction, const FileLoad& load, SourceFileId file_id,
                            const CompetitionRows& rows) {
  WrittenMatches out;
  out.ids.resize(rows.rows.size());
  out.added.resize(rows.rows.size());
  if (rows.rows.empty() && !load.listed_days) return out;
  transaction.exec_params(kLockCompetition, rows.competition.value);
  const std::vector<KnownMatch> known = ReadKnown(transaction, load, rows);
  std::vector<ReportedMatch> reported;
  reported.reserve(rows.rows.size());
  for (const LoadRow& row : rows.rows) reported.push_back(row.match);
  const ReportedFile file{load.kind, load.last_played, load.file.as_of, rows.unread};
  const Reconciled reconciled = Reconcile(known, reported, file);
  out.doubt = reconciled.doubt;
  if (!out.doubt.empty() && !load.believed) return out;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (reconciled.known_id[row]) out.ids[row] = *reconciled.known_id[row];
  }
  if (!rows.rows.empty()) {
    AddSeasons(transaction, rows);
    AddMatches(transaction, file, file_id, rows, reconciled, out);
  }
  out.taken_back_count = static_cast<std::int64_t>(reconciled.taken_back.size());
  Describe(transaction, "taken back: ", reconciled.taken_back, out.notes);
  ChangeMatches(transaction, file, known, reconciled);
  List(transaction, rows, reconciled);
  const std::int64_t unlisted = Unlist(transaction, load, rows, known, reconciled, out);
  MarkSeen(transaction, load, file_id, rows, out);
  Correct(transaction, load, reconciled.corrections);
  const std::int64_t statistics =
      load.kind == sources::FileKind::kSeason ? WriteStatistics(transaction, rows, out) : 0;
  const auto changed = static_cast<std::int64_t>(reconciled.changed.size());
  const auto listed = static_cast<std::int64_t>(reconciled.listed_now.size());
  out.updated_count = std::max({changed, listed, unlisted, statistics - out.added_count});
  return out;
}

}  // namespace fairline::ingest
