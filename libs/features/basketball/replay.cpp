#include "libs/features/basketball/replay.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "libs/features/basketball/elo.hpp"
#include "libs/features/basketball/margin_rating.hpp"
#include "libs/features/by_id.hpp"
#include "libs/features/saved_state.hpp"

namespace fairline::features::basketball {
namespace {

constexpr std::string_view kRevision = "1";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The season alone, and with what the last one said of the teams; chosen on the tournaments up to
// 2013.
constexpr MarginParameters kThisSeason = {.cap = 25.0, .ridge = 1.0};
constexpr MarginParameters kCarried = {
    .cap = 25.0, .ridge = 4.0, .carried_over = 0.8, .newcomer = -4.0};

struct Team {
  TeamId id;
  TeamElo elo;
  std::int16_t season = 0;  // of the record
  std::int16_t games = 0;   // of that regular season
  std::int16_t wins = 0;

  [[nodiscard]] static Team Newcomer(TeamId id) {
    Team team;
    team.id = id;
    return team;
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(id);
    archive(elo);
    archive(season);
    archive(games);
    archive(wins);
  }
};

// One competition, such as the women's; positions of teams are those of their ratings.
struct Competition {
  CompetitionId id;
  std::int16_t season = 0;
  ById<Team, TeamId> teams;
  std::vector<SeasonGame> games;  // of the regular season
  MarginRatings this_season;
  MarginRatings carried;

  [[nodiscard]] static Competition Of(CompetitionId id) {
    Competition competition;
    competition.id = id;
    return competition;
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(id);
    archive(season);
    archive(teams);
    archive(games);
    archive(this_season);
    archive(carried);
  }
};

// One side of a fixture, as it enters the fixture's season.
struct Side {
  TeamElo elo;
  double rating = kNan;  // NaN before its first game of the season
  double carried_rating = kCarried.newcomer;
  double win_share = kNan;
};

struct Courts {  // what playing at home is worth, points
  double this_season = kNan;
  double carried = MarginRatings().home_court();
};

Side SideOf(const Competition* competition, TeamId id, std::int16_t season) {
  const Team* team = competition == nullptr ? nullptr : competition->teams.Find(id);
  if (team == nullptr) return {};
  const std::size_t position = competition->teams.PlaceOf(*team);
  Side side{.elo = team->elo};
  const double carried = competition->carried.rating(position);
  if (season > competition->season) {
    side.carried_rating = kCarried.carried_over * carried;
    return side;
  }
  side.carried_rating = carried;
  if (team->season == season && team->games > 0) {
    side.rating = competition->this_season.rating(position);
    side.win_share = static_cast<double>(team->wins) / team->games;
  }
  return side;
}

Courts CourtsOf(const Competition* competition, std::int16_t season) {
  if (competition == nullptr) return {};
  return {
      .this_season = season > competition->season ? kNan : competition->this_season.home_court(),
      .carried = competition->carried.home_court()};
}

void EmitAll(FeatureSink& sink, const Fixture& fixture, const Side& home, const Side& away,
             const Courts& courts) {
  const double on_court = fixture.neutral ? 0.0 : 1.0;
  sink({"home_court", "Whether the first side plays at home, not on neutral ground", "0 or 1",
        "fixture", Block::kTable},
       on_court);
  sink({"elo_difference", "Home minus away Elo, the home court included", "rating points",
        "results and margins, Elo", Block::kRating},
       EloDifference(home.elo, away.elo, fixture));
  sink({"expected_margin",
        "Expected margin of the home side by the games of this regular season alone", "points",
        "margins, ridge regression", Block::kRating},
       home.rating - away.rating + (fixture.neutral ? 0.0 : courts.this_season));
  sink({"carried_expected_margin",
        "Expected margin of the home side by this regular season and those before", "points",
        "margins, ridge regression toward the ratings of the season before", Block::kRating},
       home.carried_rating - away.carried_rating + on_court * courts.carried);
  sink({"win_share_difference", "Home minus away share of games won this regular season", "-1 to 1",
        "results of the season so far", Block::kTable},
       home.win_share - away.win_share);
  const bool seeded = fixture.home_seed > 0 && fixture.away_seed > 0;
  sink({"seed_difference", "Places that the home side was drawn ahead of the away side", "places",
        "draw of the tournament", Block::kTable},
       seeded ? fixture.away_seed - fixture.home_seed : kNan);
  sink({"seed_log_ratio", "Logarithm of the away side's place in the draw over the home side's",
        "log ratio", "draw of the tournament", Block::kTable},
       seeded ? std::log(fixture.away_seed) - std::log(fixture.home_seed) : kNan);
}

FeatureCatalogue MakeCatalogue() {
  std::vector<Feature> features;
  FeatureSink sink(&features);
  EmitAll(sink, {}, {}, {}, {});
  return FeatureCatalogue("basketball", std::string(kRevision), std::move(features));
}

const FeatureCatalogue& Catalogue() {
  static const FeatureCatalogue kCatalogue = MakeCatalogue();
  return kCatalogue;
}

struct State {
  ById<Competition, CompetitionId> competitions;

  [[nodiscard]] bool Reindex() {
    if (!competitions.Reindex()) return false;
    for (std::size_t i = 0; i < competitions.size(); ++i) {
      Competition& competition = competitions[i];
      const std::size_t teams = competition.teams.size();
      if (!competition.teams.Reindex() || !competition.this_season.IsOf(teams) ||
          !competition.carried.IsOf(teams)) {
        return false;
      }
      for (const SeasonGame& game : competition.games) {
        if (game.home >= teams || game.away >= teams) return false;
      }
    }
    return true;
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(competitions);
  }
};

class BasketballReplay final : public Replay {
 public:
  const FeatureCatalogue& catalogue() const override { return Catalogue(); }

  void Emit(const Fixture& fixture, std::span<float> row) const override {
    FeatureSink sink(row.data());
    const Competition* competition = state_.competitions.Find(fixture.competition);
    EmitAll(sink, fixture, SideOf(competition, fixture.home, fixture.season),
            SideOf(competition, fixture.away, fixture.season),
            CourtsOf(competition, fixture.season));
  }

  void Update(std::span<const Match> day) override {
    const std::vector<const Match*> in_order = InOrder(day);
    std::vector<std::size_t> with_new_games;
    for (const Match* match : in_order) {
      if (match->awarded) continue;  // there is no table
      const std::size_t position = state_.competitions.IndexOf(
          match->competition, [&] { return Competition::Of(match->competition); });
      if (UpdateOne(state_.competitions[position], *match)) with_new_games.push_back(position);
    }
    std::sort(with_new_games.begin(), with_new_games.end());
    with_new_games.erase(std::unique(with_new_games.begin(), with_new_games.end()),
                         with_new_games.end());
    for (const std::size_t position : with_new_games) {
      Competition& competition = state_.competitions[position];
      competition.this_season.Solve(kThisSeason, competition.games);
      competition.carried.Solve(kCarried, competition.games);
    }
  }

  std::string Save() const override { return SaveState(Catalogue(), state_); }

  absl::Status Load(std::string_view bytes) override {
    ASSIGN_OR_RETURN(state_, LoadState<State>(Catalogue(), bytes));
    return absl::OkStatus();
  }

 private:
  static void BeginSeason(Competition& competition, std::int16_t season) {
    competition.season = season;
    competition.games.clear();
    competition.this_season.BeginSeason(kThisSeason);
    competition.carried.BeginSeason(kCarried);
  }

  static std::size_t PositionOf(Competition& competition, TeamId id) {
    return competition.teams.IndexOf(id, [&] {
      competition.this_season.AddTeam(kThisSeason);
      competition.carried.AddTeam(kCarried);
      return Team::Newcomer(id);
    });
  }

  static void Record(Team& team, std::int16_t season, bool won) {
    if (team.season != season) {
      team.season = season;
      team.games = 0;
      team.wins = 0;
    }
    ++team.games;
    if (won) ++team.wins;
  }

  // True when the match is one that ratings are made of.
  static bool UpdateOne(Competition& competition, const Match& match) {
    if (match.season > competition.season) BeginSeason(competition, match.season);
    const std::size_t home = PositionOf(competition, match.home);
    const std::size_t away = PositionOf(competition, match.away);
    UpdateElo(competition.teams[home].elo, competition.teams[away].elo, match);
    if (match.tournament || match.season < competition.season) return false;
    const int margin = match.home_score - match.away_score;
    Record(competition.teams[home], match.season, margin > 0);
    Record(competition.teams[away], match.season, margin < 0);
    competition.games.push_back({.home = static_cast<std::uint32_t>(home),
                                 .away = static_cast<std::uint32_t>(away),
                                 .margin = static_cast<std::int16_t>(margin),
                                 .neutral = static_cast<std::uint8_t>(match.neutral ? 1 : 0)});
    return true;
  }

  State state_;
};

}  // namespace

std::unique_ptr<Replay> MakeBasketballReplay() { return std::make_unique<BasketballReplay>(); }

}  // namespace fairline::features::basketball
