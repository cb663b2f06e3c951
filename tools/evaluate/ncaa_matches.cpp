#include "tools/evaluate/ncaa_matches.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "libs/features/replay.hpp"
#include "libs/sources/ncaa.hpp"

namespace fairline::evaluate {
namespace {

using features::Fixture;
using features::Match;
using sources::NcaaGame;
using sources::NcaaSeed;
using sources::NcaaSite;

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError("cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// What `read` makes of a file; errors name it.
template <typename Read>
auto ReadWhole(const std::filesystem::path& path, Read read) -> decltype(read(std::string_view())) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  auto items = read(bytes);
  if (!items.ok()) return WithContext(items.status(), path.filename().string());
  return items;
}

using SeedOf = std::map<std::pair<int, int>, NcaaSeed>;  // by season and team

struct Game {
  Match match;
  bool play_in = false;
};

class Conversion {
 public:
  Conversion(CompetitionId competition, const std::vector<sources::NcaaSeason>& seasons,
             const std::vector<NcaaSeed>& seeds)
      : competition_(competition) {
    for (const sources::NcaaSeason& season : seasons) day_zero_[season.season] = season.day_zero;
    for (const NcaaSeed& seed : seeds) seeds_[{seed.season, seed.team}] = seed;
  }

  [[nodiscard]] absl::Status Append(const std::vector<NcaaGame>& games, bool tournament,
                                    std::vector<Game>& matches) const {
    for (const NcaaGame& game : games) {
      const auto day_zero = day_zero_.find(game.season);
      if (day_zero == day_zero_.end()) {
        return InvalidField("Season", std::to_string(game.season) + " is not among the seasons");
      }
      const bool winner_first = game.site == NcaaSite::kHome ||
                                (game.site == NcaaSite::kNeutral && game.winner < game.loser);
      Game& made = matches.emplace_back();
      Match& match = made.match;
      match.competition = competition_;
      match.home = {winner_first ? game.winner : game.loser};
      match.away = {winner_first ? game.loser : game.winner};
      match.home_score = winner_first ? game.winner_score : game.loser_score;
      match.away_score = winner_first ? game.loser_score : game.winner_score;
      match.neutral = game.site == NcaaSite::kNeutral;
      match.season = static_cast<std::int16_t>(game.season - 1);
      match.day = day_zero->second + std::chrono::days{game.day_number};
      if (tournament) AddDraw(game.season, made);
    }
    return absl::OkStatus();
  }

 private:
  void AddDraw(int season, Game& made) const {
    Match& match = made.match;
    const auto find = [&](TeamId team) {
      const auto seed = seeds_.find({season, static_cast<int>(team.value)});
      return seed == seeds_.end() ? NcaaSeed{} : seed->second;
    };
    const NcaaSeed home = find(match.home);
    const NcaaSeed away = find(match.away);
    match.tournament = true;
    match.home_seed = home.place;
    match.away_seed = away.place;
    made.play_in = !home.text.empty() && home.slot() == away.slot();
  }

  CompetitionId competition_;
  std::map<int, Day> day_zero_;
  SeedOf seeds_;
};

}  // namespace

absl::StatusOr<NcaaGames> ReadNcaaGamesOf(const std::filesystem::path& data,
                                          const NcaaCompetition& competition) {
  const auto path = [&](std::string_view name) {
    return data / (std::string(competition.prefix) + std::string(name));
  };
  ASSIGN_OR_RETURN(const auto seasons, ReadWhole(path("Seasons.csv"), sources::ReadNcaaSeasons));
  ASSIGN_OR_RETURN(const auto seeds,
                   ReadWhole(path("NCAATourneySeeds.csv"), sources::ReadNcaaSeeds));
  ASSIGN_OR_RETURN(const auto regular,
                   ReadWhole(path("RegularSeasonCompactResults.csv"), sources::ReadNcaaGames));
  ASSIGN_OR_RETURN(const auto tournament,
                   ReadWhole(path("NCAATourneyCompactResults.csv"), sources::ReadNcaaGames));
  const Conversion conversion({competition.prefix == kNcaaMen.prefix ? 1 : 2}, seasons, seeds);
  std::vector<Game> all;
  RETURN_IF_ERROR(conversion.Append(regular, false, all));
  RETURN_IF_ERROR(conversion.Append(tournament, true, all));
  std::sort(all.begin(), all.end(), [](const Game& a, const Game& b) {
    return std::tie(a.match.day, a.match.home, a.match.away) <
           std::tie(b.match.day, b.match.home, b.match.away);
  });
  NcaaGames games;
  for (Game& game : all) {
    game.match.id = {static_cast<std::int64_t>(games.matches.size() + 1)};
    if (game.play_in) games.play_ins.insert(game.match.id);
    games.matches.push_back(game.match);
  }
  return games;
}

absl::StatusOr<NcaaMatches> MakeNcaaMatches(const NcaaGames& games) {
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("basketball"));
  NcaaMatches ncaa;
  ncaa.catalogue = replay->catalogue().features();
  models::MatchTable& table = ncaa.table;
  table.outcomes = 2;
  table.feature_count = ncaa.catalogue.size();
  const auto append = [&](const Match& match, bool first_wins) {
    table.days.push_back(match.day);
    table.seasons.push_back(match.season);
    table.competitions.push_back(static_cast<std::int32_t>(match.competition.value));
    table.results.push_back(first_wins ? 0 : 1);
  };
  std::size_t next = 0;
  const auto keep = [&](const Fixture&, bool, std::span<const float> row) {
    const Match& match = games.matches[next++];
    if (!match.tournament) return absl::OkStatus();
    if (!games.play_ins.contains(match.id)) {
      ncaa.judged.push_back(static_cast<std::uint32_t>(table.size()));
    }
    const bool home_won = match.home_score > match.away_score;
    table.features.insert(table.features.end(), row.begin(), row.end());
    append(match, home_won);
    for (const float value : row) table.features.push_back(-value);
    append(match, !home_won);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(features::RunReplay(*replay, games.matches, {}, keep));
  return ncaa;
}

}  // namespace fairline::evaluate
