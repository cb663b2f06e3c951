#include "services/prediction/app/forecast/season_data.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace fairline::prediction {
namespace {

// Names are compared without ASCII case and outer blanks; other letters byte by byte.
std::string Folded(std::string_view name) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!name.empty() && blank(name.front())) name.remove_prefix(1);
  while (!name.empty() && blank(name.back())) name.remove_suffix(1);
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string TeamKey(std::string_view sport, std::string_view country, std::string_view name) {
  return fmt::format("{}\n{}\n{}", sport, country, Folded(name));
}

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
    season_data.competitions_by_name_.emplace(Folded(all.competitions[i].code), i);
  }
  for (std::size_t i = 0; i < all.competitions.size(); ++i) {
    season_data.competitions_by_name_.emplace(Folded(all.competitions[i].name), i);
  }
  for (std::size_t i = 0; i < all.teams.size(); ++i) {
    const Team& team = all.teams[i];
    season_data.teams_.emplace(team.id, i);
    season_data.teams_by_name_.emplace(TeamKey(team.sport, team.country, team.name), i);
  }
  for (const TeamAlias& alias : all.aliases) {
    const auto team = season_data.teams_.find(alias.team);
    if (team == season_data.teams_.end()) continue;
    season_data.teams_by_name_.emplace(TeamKey(alias.sport, alias.country, alias.alias),
                                       team->second);
  }
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

const Competition* SeasonData::FindCompetition(std::string_view code_or_name) const {
  const auto found = competitions_by_name_.find(Folded(code_or_name));
  return found == competitions_by_name_.end() ? nullptr : &rows_.competitions[found->second];
}

const Team* SeasonData::FindTeam(const Competition& competition, std::string_view name) const {
  const auto found = teams_by_name_.find(TeamKey(competition.sport, competition.country, name));
  return found == teams_by_name_.end() ? nullptr : &rows_.teams[found->second];
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
