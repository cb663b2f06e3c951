#include "services/prediction/app/forecast/season_data.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace fairline::prediction {
namespace {

auto PlayingOrder(const ComingMatch& match) {
  return std::make_tuple(match.match_date, match.kickoff.value_or(Instant::max()), match.id);
}

}  // namespace

bool ComingMatch::ComingAt(Instant now) const {
  if (kickoff) return *kickoff > now;
  return match_date >= std::chrono::floor<std::chrono::days>(now);
}

features::Line ComingMatch::LineOf(std::string_view code) const {
  for (const BookPrices& book : books) {
    if (book.code == code) return book.prices;
  }
  return features::kNoLine;
}

absl::StatusOr<SeasonData> SeasonData::Make(SeasonDataRows rows) {
  std::sort(rows.coming.begin(), rows.coming.end(), [](const ComingMatch& a, const ComingMatch& b) {
    return PlayingOrder(a) < PlayingOrder(b);
  });
  SeasonData season_data(std::move(rows));
  const SeasonDataRows& all = season_data.rows_;
  for (std::size_t i = 0; i < all.competitions.size(); ++i) {
    season_data.competitions_.emplace(all.competitions[i].id, i);
  }
  for (std::size_t i = 0; i < all.teams.size(); ++i) season_data.teams_.emplace(all.teams[i].id, i);
  season_data.IndexNames();
  for (std::size_t i = 0; i < all.coming.size(); ++i) {
    const ComingMatch& match = all.coming[i];
    if (!season_data.competitions_.contains(match.competition) ||
        !season_data.teams_.contains(match.home) || !season_data.teams_.contains(match.away)) {
      return absl::InternalError(fmt::format(
          "match {} names a competition or team that is not published", match.id.value));
    }
    season_data.coming_by_home_[match.home].push_back(i);
    season_data.coming_by_id_.emplace(match.id, i);
  }
  return season_data;
}

std::vector<std::size_t> SeasonData::ComingOn(Day day) const {
  std::vector<std::size_t> of_day;
  for (std::size_t i = 0; i < rows_.coming.size(); ++i) {
    if (rows_.coming[i].match_date == day) of_day.push_back(i);
  }
  const auto known_of = [&](std::size_t i) {
    const ComingMatch& match = rows_.coming[i];
    return std::tie(competition(match.competition).code, team(match.home).name,
                    team(match.away).name, match.id);
  };
  std::sort(of_day.begin(), of_day.end(),
            [&](std::size_t a, std::size_t b) { return known_of(a) < known_of(b); });
  return of_day;
}

void SeasonData::IndexNames() {
  const auto known = [](std::size_t index, const std::string& name, bool alias, bool current) {
    return names::KnownName{static_cast<std::int64_t>(index), name, alias, current};
  };
  std::vector<names::KnownName> competitions;
  for (std::size_t i = 0; i < rows_.competitions.size(); ++i) {
    const Competition& competition = rows_.competitions[i];
    competitions.push_back(known(i, competition.name, false, true));
    competitions.push_back(known(i, competition.code, true, true));
  }
  for (const CompetitionName& other : rows_.competition_names) {
    const auto competition = competitions_.find(other.competition);
    if (competition == competitions_.end()) continue;
    competitions.push_back(known(competition->second, other.name, true, true));
  }
  competition_names_ = names::NameFinder(std::move(competitions));

  std::map<std::pair<std::string, std::string>, std::vector<names::KnownName>> teams;
  for (std::size_t i = 0; i < rows_.teams.size(); ++i) {
    const Team& team = rows_.teams[i];
    teams[{team.sport, team.country}].push_back(known(i, team.name, false, team.current));
  }
  for (const TeamAlias& alias : rows_.aliases) {
    const auto team = teams_.find(alias.team);
    if (team == teams_.end()) continue;
    teams[{alias.sport, alias.country}].push_back(
        known(team->second, alias.alias, true, rows_.teams[team->second].current));
  }
  for (auto& [where, names] : teams) {
    team_names_.emplace(where, names::NameFinder(std::move(names)));
  }
}

names::FoundName SeasonData::LookUp(const Competition& competition,
                                    std::string_view written) const {
  const auto finder = team_names_.find({competition.sport, competition.country});
  if (finder == team_names_.end()) return {};
  return finder->second.Find(written);
}

const Competition* SeasonData::FindCompetition(std::string_view written) const {
  const names::FoundName found = competition_names_.Find(written);
  return found.id ? &rows_.competitions[static_cast<std::size_t>(*found.id)] : nullptr;
}

const Team* SeasonData::FindTeam(const Competition& competition, std::string_view written) const {
  const names::FoundName found = LookUp(competition, written);
  return found.id ? &rows_.teams[static_cast<std::size_t>(*found.id)] : nullptr;
}

std::vector<std::string> SeasonData::NearestCompetitions(std::string_view written) const {
  return competition_names_.Find(written).nearest;
}

std::vector<std::string> SeasonData::NearestTeams(const Competition& competition,
                                                  std::string_view written) const {
  return LookUp(competition, written).nearest;
}

const Competition& SeasonData::competition(CompetitionId id) const {
  return rows_.competitions[competitions_.at(id)];
}

const Team& SeasonData::team(TeamId id) const { return rows_.teams[teams_.at(id)]; }

std::optional<std::size_t> SeasonData::FindMatch(MatchId id) const {
  const auto found = coming_by_id_.find(id);
  return found == coming_by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> SeasonData::FindComing(CompetitionId competition, TeamId home,
                                                  TeamId away, Instant now) const {
  const auto at_home = coming_by_home_.find(home);
  if (at_home == coming_by_home_.end()) return std::nullopt;
  for (const std::size_t index : at_home->second) {
    const ComingMatch& match = rows_.coming[index];
    if (match.away == away && match.competition == competition && match.ComingAt(now)) return index;
  }
  return std::nullopt;
}

}  // namespace fairline::prediction
