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

constexpr char kReadKnown[] = R"(
SELECT match_id, season_start, match_date - DATE '1970-01-01',
       (extract(epoch FROM kickoff_time) * 1000000)::bigint, home_team_id, away_team_id, state,
       home_score, away_score, coalesce(referee, ''), listed_from IS NOT NULL,
       delisted_from IS NOT NULL
FROM sports.matches
WHERE competition_id = $1 AND match_date BETWEEN $2::date AND $3::date)";

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
                            listed_from)
SELECT id, $1, season, day, kickoff, home, away, state, home_score, away_score,
       nullif(referee, ''), listed_from
FROM unnest($2::bigint[], $3::smallint[], $4::date[], $5::timestamptz[], $6::bigint[],
            $7::bigint[], $8::smallint[], $9::smallint[], $10::smallint[], $11::text[],
            $12::timestamptz[])
     AS n(id, season, day, kickoff, home, away, state, home_score, away_score, referee,
          listed_from))";

constexpr char kChangeMatches[] = R"(
UPDATE sports.matches m
SET season_start = n.season, match_date = n.day, kickoff_time = n.kickoff, state = n.state,
    home_score = n.home_score, away_score = n.away_score, referee = nullif(n.referee, '')
FROM unnest($1::bigint[], $2::smallint[], $3::date[], $4::timestamptz[], $5::smallint[],
            $6::smallint[], $7::smallint[], $8::text[])
     AS n(id, season, day, kickoff, state, home_score, away_score, referee)
WHERE m.match_id = n.id)";

// A moved match takes its prices along; its day is also theirs.
constexpr char kMoveQuotes[] = R"(
UPDATE sports.quotes q SET match_date = n.day
FROM unnest($1::bigint[], $2::date[], $3::date[]) AS n(id, former_day, day)
WHERE q.match_id = n.id AND q.match_date = n.former_day)";

constexpr char kList[] = R"(
UPDATE sports.matches m SET listed_from = n.seen
FROM unnest($1::bigint[], $2::timestamptz[]) AS n(id, seen)
WHERE m.match_id = n.id AND m.listed_from IS NULL)";

constexpr char kDelist[] = R"(
UPDATE sports.matches SET delisted_from = $2::timestamptz WHERE match_id = ANY ($1::bigint[]))";

constexpr char kCorrect[] = R"(
INSERT INTO sports.match_corrections (match_id, batch_id, former_home_score, former_away_score,
                                      former_state)
SELECT id, $1, home, away, state
FROM unnest($2::bigint[], $3::smallint[], $4::smallint[], $5::smallint[])
     AS n(id, home, away, state))";

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

std::vector<KnownMatch> ReadKnown(pqxx::work& transaction, const CompetitionRows& rows) {
  const auto [first, last] = std::minmax_element(
      rows.rows.begin(), rows.rows.end(),
      [](const LoadRow& a, const LoadRow& b) { return a.match.date < b.match.date; });
  const pqxx::result result = transaction.exec_params(kReadKnown, rows.competition.value,
                                                      FormatDay(first->match.date - kAround),
                                                      FormatDay(last->match.date + kAround));
  std::vector<KnownMatch> known;
  known.reserve(result.size());
  for (const auto& row : result) {
    KnownMatch match;
    match.id = MatchId{row[0].as<std::int64_t>()};
    match.season_start = row[1].as<int>();
    match.date = storage::AsDay(row[2]);
    if (!row[3].is_null()) {
      match.kickoff = storage::AsInstant(row[3]);
    }
    match.home = TeamId{row[4].as<std::int64_t>()};
    match.away = TeamId{row[5].as<std::int64_t>()};
    match.state = static_cast<domain::MatchState>(row[6].as<int>());
    if (!row[7].is_null()) {
      match.score = Score{row[7].as<std::int16_t>(), row[8].as<std::int16_t>()};
    }
    match.referee = row[9].as<std::string>();
    match.listed = row[10].as<bool>();
    match.delisted = row[11].as<bool>();
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

void AddMatches(pqxx::work& transaction, const FileLoad& load, const CompetitionRows& rows,
                const Reconciled& reconciled, WrittenMatches& out) {
  if (reconciled.added.empty()) return;
  const pqxx::result new_ids =
      transaction.exec_params(kNewIds, static_cast<int>(reconciled.added.size()));
  storage::ArrayText ids, seasons, dates, kickoffs, homes, aways, states, home_scores, away_scores,
      referees, listed;
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
    states.Add(std::int64_t{Number(StateOfNew(match, load.kind, load.last_played))});
    AddScore(match.score, home_scores, away_scores);
    referees.Add(match.referee);
    listed.Add(InstantText(rows.rows[row].seen_at));
  }
  transaction.exec_params(kAddMatches, rows.competition.value, ids.Text(), seasons.Text(),
                          dates.Text(), kickoffs.Text(), homes.Text(), aways.Text(), states.Text(),
                          home_scores.Text(), away_scores.Text(), referees.Text(), listed.Text());
  out.added_count = static_cast<std::int64_t>(reconciled.added.size());
}

void ChangeMatches(pqxx::work& transaction, const std::vector<KnownMatch>& known,
                   const Reconciled& reconciled) {
  if (reconciled.changed.empty()) return;
  std::map<MatchId, Day> former_day;
  for (const KnownMatch& match : known) former_day[match.id] = match.date;
  storage::ArrayText ids, seasons, dates, kickoffs, states, home_scores, away_scores, referees;
  storage::ArrayText moved_ids, former_dates, new_dates;
  for (const KnownMatch& match : reconciled.changed) {
    ids.Add(match.id.value);
    seasons.Add(std::int64_t{match.season_start});
    dates.Add(FormatDay(match.date));
    kickoffs.Add(InstantText(match.kickoff));
    states.Add(std::int64_t{Number(match.state)});
    AddScore(match.score, home_scores, away_scores);
    referees.Add(match.referee);
    if (former_day.at(match.id) == match.date) continue;
    moved_ids.Add(match.id.value);
    former_dates.Add(FormatDay(former_day.at(match.id)));
    new_dates.Add(FormatDay(match.date));
  }
  transaction.exec_params(kChangeMatches, ids.Text(), seasons.Text(), dates.Text(), kickoffs.Text(),
                          states.Text(), home_scores.Text(), away_scores.Text(), referees.Text());
  if (!moved_ids.empty()) {
    transaction.exec_params(kMoveQuotes, moved_ids.Text(), former_dates.Text(), new_dates.Text());
  }
}

void Correct(pqxx::work& transaction, BatchId batch, const std::vector<Correction>& corrections) {
  if (corrections.empty()) return;
  storage::ArrayText ids, homes, aways, states;
  for (const Correction& correction : corrections) {
    ids.Add(correction.id.value);
    homes.Add(std::int64_t{correction.former.home});
    aways.Add(std::int64_t{correction.former.away});
    states.Add(std::int64_t{Number(correction.former_state)});
  }
  transaction.exec_params(kCorrect, batch.value, ids.Text(), homes.Text(), aways.Text(),
                          states.Text());
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

// How many matches were left out of the list, or are listed again.
std::int64_t Delist(pqxx::work& transaction, const FileLoad& load,
                    const std::vector<KnownMatch>& known, const Reconciled& reconciled) {
  if (!load.listed_days) return 0;
  const auto set = [&](const std::vector<MatchId>& matches, std::optional<Instant> moment) {
    if (matches.empty()) return;
    storage::ArrayText ids;
    for (const MatchId id : matches) ids.Add(id.value);
    transaction.exec_params(kDelist, ids.Text(), InstantText(moment));
  };
  const std::vector<MatchId> left_out = LeftOut(known, reconciled, *load.listed_days);
  const std::vector<MatchId> again = ListedAgain(known, reconciled);
  set(left_out, load.listed_days->seen);
  set(again, std::nullopt);
  return static_cast<std::int64_t>(left_out.size() + again.size());
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

WrittenMatches WriteMatches(pqxx::work& transaction, const FileLoad& load,
                            const CompetitionRows& rows) {
  WrittenMatches out;
  out.ids.resize(rows.rows.size());
  out.added.resize(rows.rows.size());
  if (rows.rows.empty()) return out;
  transaction.exec_params(kLockCompetition, rows.competition.value);
  const std::vector<KnownMatch> known = ReadKnown(transaction, rows);
  std::vector<ReportedMatch> reported;
  reported.reserve(rows.rows.size());
  for (const LoadRow& row : rows.rows) reported.push_back(row.match);
  const Reconciled reconciled = Reconcile(known, reported, load.kind, load.last_played);
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (reconciled.known_id[row]) out.ids[row] = *reconciled.known_id[row];
  }
  AddSeasons(transaction, rows);
  AddMatches(transaction, load, rows, reconciled, out);
  ChangeMatches(transaction, known, reconciled);
  List(transaction, rows, reconciled);
  const std::int64_t delisted = Delist(transaction, load, known, reconciled);
  Correct(transaction, load.file.batch, reconciled.corrections);
  const std::int64_t statistics =
      load.kind == sources::FileKind::kSeason ? WriteStatistics(transaction, rows, out) : 0;
  const auto changed = static_cast<std::int64_t>(reconciled.changed.size());
  const auto listed = static_cast<std::int64_t>(reconciled.listed_now.size());
  out.updated_count = std::max({changed, listed, delisted, statistics - out.added_count});
  return out;
}

}  // namespace fairline::ingest
