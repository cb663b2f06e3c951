// Matches by what people call their competition and teams.
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libs/names/name_finder.hpp"
#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/bet_rows.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"

namespace fairline::accounts {
namespace {

// Each competition's names; the first of them is the one that is shown.
constexpr char kCompetitions[] = R"sql(
SELECT competition_id, name, false FROM sports.v1_competitions
UNION ALL SELECT competition_id, code, true FROM sports.v1_competitions
UNION ALL SELECT competition_id, name, true FROM sports.v1_competition_names
ORDER BY 3)sql";
constexpr char kMatches[] = R"sql(
SELECT n.position, m.match_id, m.home_team_id, m.away_team_id
FROM unnest($1::date[], $2::int[]) WITH ORDINALITY n (day, competition, position)
JOIN sports.v1_matches m ON m.competition_id = n.competition AND m.match_date = n.day)sql";
constexpr char kTeams[] = R"sql(
SELECT team_id, name, false FROM sports.v1_teams WHERE team_id = ANY ($1::bigint[])
UNION ALL SELECT team_id, alias, true FROM sports.v1_team_aliases WHERE team_id = ANY ($1::bigint[])
ORDER BY 3)sql";

using Pairing = std::pair<std::int64_t, std::int64_t>;

// What one competition plays on one day.
struct MatchDay {
  std::map<Pairing, MatchId> matches;
  names::NameFinder teams;
};
using DayKey = std::pair<std::int64_t, Day>;

names::KnownName NameOf(const pqxx::row& row) {
  return {row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<bool>(), true};
}

std::map<DayKey, MatchDay> ReadMatchDays(pqxx::work& work, const std::vector<DayKey>& keys) {
  std::map<DayKey, MatchDay> days;
  std::vector<std::int64_t> teams;
  for (const pqxx::row& row : work.exec_params(
           kMatches,
           storage::ArrayOf(keys, [](const DayKey& key) { return FormatDay(key.second); }),
           storage::ArrayOf(keys, [](const DayKey& key) { return key.first; }))) {
    MatchDay& day = days[keys[row[0].as<std::size_t>() - 1]];
    const Pairing pairing{row[2].as<std::int64_t>(), row[3].as<std::int64_t>()};
    day.matches.emplace(pairing, MatchId{row[1].as<std::int64_t>()});
    teams.insert(teams.end(), {pairing.first, pairing.second});
  }
  std::map<std::int64_t, std::vector<names::KnownName>> names_of;
  for (const pqxx::row& row : work.exec_params(kTeams, storage::FormatArray(teams))) {
    names_of[row[0].as<std::int64_t>()].push_back(NameOf(row));
  }
  for (auto& [key, day] : days) {
    std::vector<names::KnownName> known;
    for (const auto& [pairing, match_id] : day.matches) {
      for (const std::int64_t team : {pairing.first, pairing.second}) {
        const auto& names = names_of[team];
        known.insert(known.end(), names.begin(), names.end());
      }
    }
    day.teams = names::NameFinder(std::move(known));
  }
  return days;
}

// The match's id, or why there is none.
std::pair<MatchId, FoundMatch> Find(const MatchName& name, const MatchDay* day) {
  FoundMatch none;
  none.field = "match_date";
  none.reason = fmt::format("there is no match {} - {} in {} on {}", name.home_team, name.away_team,
                            name.competition, FormatDay(name.match_date));
  if (day == nullptr) return {MatchId{}, std::move(none)};
  const names::FoundName home = day->teams.Find(name.home_team);
  const names::FoundName away = day->teams.Find(name.away_team);
  if (home.id && away.id) {
    const auto match = day->matches.find({*home.id, *away.id});
    if (match != day->matches.end()) return {match->second, {}};
    return {MatchId{}, std::move(none)};
  }
  none.field = home.id ? "away_team" : "home_team";
  const std::vector<std::string>& nearest = home.id ? away.nearest : home.nearest;
  if (!nearest.empty()) {
    none.reason += fmt::format("; the nearest that play then: {}", fmt::join(nearest, ", "));
  }
  return {MatchId{}, std::move(none)};
}

}  // namespace

absl::StatusOr<std::vector<FoundMatch>> PgBetStore::FindMatches(const std::vector<MatchName>& names,
                                                                Instant now) {
  std::vector<FoundMatch> found(names.size());
  const auto look_up = [&](pqxx::work& work) -> absl::Status {
    std::vector<names::KnownName> known;
    for (const pqxx::row& row : work.exec(kCompetitions)) known.push_back(NameOf(row));
    const names::NameFinder competitions(std::move(known));
    std::vector<std::optional<DayKey>> key_of(names.size());
    std::set<DayKey> distinct;
    for (std::size_t i = 0; i < names.size(); ++i) {
      names::FoundName competition = competitions.Find(names[i].competition);
      if (competition.id) {
        key_of[i] = DayKey{*competition.id, names[i].match_date};
        distinct.insert(*key_of[i]);
      } else {
        found[i] = {std::nullopt, "competition",
                    names::NotKnown(names[i].competition, "", competition.nearest)};
      }
    }
    const std::vector<DayKey> keys(distinct.begin(), distinct.end());
    const std::map<DayKey, MatchDay> days = ReadMatchDays(work, keys);
    std::vector<MatchId> ids(names.size());
    std::vector<MatchId> wanted;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!key_of[i]) continue;
      const auto day = days.find(*key_of[i]);
      std::tie(ids[i], found[i]) = Find(names[i], day == days.end() ? nullptr : &day->second);
      if (ids[i].value != 0) wanted.push_back(ids[i]);
    }
    ASSIGN_OR_RETURN(const auto matches, ReadMatches(work, wanted));
    std::map<MatchId, BetMatch> by_id;
    for (const BetMatch& match : matches) by_id.emplace(match.match_id, match);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto match = by_id.find(ids[i]);
      if (match != by_id.end()) found[i].match = match->second;
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database_.Transact({.as_of = now, .read_only = true}, look_up));
  return found;
}

}  // namespace fairline::accounts
