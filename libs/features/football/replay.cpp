#include "libs/features/football/replay.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "libs/features/by_id.hpp"
#include "libs/features/football/dixon_coles.hpp"
#include "libs/features/football/elo.hpp"
#include "libs/features/football/form.hpp"
#include "libs/features/football/gap_rating.hpp"
#include "libs/features/football/market.hpp"
#include "libs/features/football/odds_rating.hpp"
#include "libs/features/football/performance_rating.hpp"
#include "libs/features/football/pi_rating.hpp"
#include "libs/features/football/poisson_rating.hpp"
#include "libs/features/football/table.hpp"
#include "libs/features/saved_state.hpp"

namespace fairline::features::football {
namespace {

constexpr std::string_view kRevision = "5";

// Which seasons and tiers a club has been seen in; tier 0 is "none".
struct Career {
  std::int16_t season = 0;
  std::int16_t tier = 0;
  std::int16_t tier_before = 0;  // in the last season seen before `season`
  std::int32_t matches = 0;

  void Update(const Match& match) {
    ++matches;
    if (match.season > season) {
      tier_before = tier;
      season = match.season;
    }
    tier = match.tier;
  }
  // Tiers climbed since the season before the fixture's: 1 promoted, -1 relegated, NaN new.
  [[nodiscard]] double Climbed(const Fixture& fixture) const {
    const int before = fixture.season > season ? tier : tier_before;
    return before == 0 ? std::numeric_limits<double>::quiet_NaN() : before - fixture.tier;
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(season);
    archive(tier);
    archive(tier_before);
    archive(matches);
  }
};

struct Division {
  CompetitionId id;
  DivisionElo elo;
  DivisionPoisson goals;
  DivisionPoisson shots;
  ShotConversion conversion;
  DivisionPerformance performance;
  DivisionGaps gaps;
  DivisionOdds odds;
  Table table;

  [[nodiscard]] static Division Start(CompetitionId id, int tier) {
    return {.id = id,
            .elo = DivisionElo::Start(tier),
            .goals = DivisionPoisson::Start(tier),
            .shots = DivisionPoisson::Start(tier),
            .conversion = {},
            .performance = DivisionPerformance::Start(tier),
            .gaps = {},
            .odds = DivisionOdds::Start(tier),
            .table = {}};
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(id);
    archive(elo);
    archive(goals);
    archive(shots);
    archive(conversion);
    archive(performance);
    archive(gaps);
    archive(odds);
    archive(table);
  }
};

struct Team {
  TeamId id;
  TeamElo elo;
  TeamPoisson goals;
  TeamPoisson shots;
  TeamPerformance performance;
  TeamPi pi;
  TeamGaps gaps;
  TeamForm form;
  TeamOdds odds;
  Career career;

  [[nodiscard]] static Team Newcomer(TeamId id, const Division& division, int tier) {
    return {.id = id,
            .elo = TeamElo::Newcomer(division.elo),
            .goals = TeamPoisson::Newcomer(division.goals),
            .shots = TeamPoisson::Newcomer(division.shots),
            .performance = TeamPerformance::Newcomer(division.performance),
            .pi = TeamPi::Newcomer(tier),
            .gaps = {},
            .form = {},
            .odds = {},
            .career = {}};
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(id);
    archive(elo);
    archive(goals);
    archive(shots);
    archive(performance);
    archive(pi);
    archive(gaps);
    archive(form);
    archive(odds);
    archive(career);
  }
};

void EmitCareers(FeatureSink& sink, const Fixture& fixture, const Career& home,
                 const Career& away) {
  constexpr std::string_view kSource = "divisions played in";
  sink({"tier", "Tier of the division, 1 the top of its country", "tier", kSource, Block::kTable},
       fixture.tier);
  sink({"home_tiers_climbed", "Tiers the home side rose since its last season, unknown when new",
        "tiers", kSource, Block::kTable},
       home.Climbed(fixture));
  sink({"away_tiers_climbed", "Tiers the away side rose since its last season, unknown when new",
        "tiers", kSource, Block::kTable},
       away.Climbed(fixture));
  sink({"home_experience", "Logarithm of 1 + matches of the home side in the data", "log matches",
        kSource, Block::kTable},
       std::log1p(home.matches));
  sink({"away_experience", "Logarithm of 1 + matches of the away side in the data", "log matches",
        kSource, Block::kTable},
       std::log1p(away.matches));
}

// Rates of both variants of the Dixon-Coles model.
using AllScoreRates = std::array<ScoreRates, kGoalVariants>;

void EmitAll(FeatureSink& sink, const Fixture& fixture, const Team& home, const Team& away,
             const Division& division, const CommonOdds& common, const AllScoreRates& rates) {
  EmitElo(sink, home.elo, away.elo, division.elo, fixture.neutral);
  EmitGoalsRating(sink, ExpectedGoals(home.goals, away.goals, division.goals, fixture.neutral));
  EmitShotsRating(sink, ExpectedGoals(home.shots, away.shots, division.shots, fixture.neutral));
  EmitPerformance(sink, home.performance, away.performance, division.performance, fixture.neutral);
  EmitPi(sink, home.pi, away.pi);
  EmitGaps(sink, home.gaps, away.gaps);
  EmitDixonColes(sink, rates[kFromGoals], rates[kFromShots]);
  EmitForm(sink, home.form, away.form);
  division.table.Emit(sink, fixture);
  EmitCareers(sink, fixture, home.career, away.career);
  EmitOddsRating(sink, home.odds, away.odds, division.odds, common, fixture.neutral);
  EmitMarket(sink, fixture,
             OddsSupremacy(home.odds, away.odds, division.odds, common, fixture.neutral));
}

FeatureCatalogue MakeCatalogue() {
  std::vector<Feature> features;
  FeatureSink sink(&features);
  const Division division = Division::Start({}, 1);
  const Team team = Team::Newcomer({}, division, 1);
  EmitAll(sink, Fixture{}, team, team, division, {}, {});
  return FeatureCatalogue("football", std::string(kRevision), std::move(features));
}

const FeatureCatalogue& Catalogue() {
  static const FeatureCatalogue kCatalogue = MakeCatalogue();
  return kCatalogue;
}

struct State {
  ById<Team, TeamId> teams;
  ById<Division, CompetitionId> divisions;
  CommonOdds common_odds;
  DixonColes dixon_coles;  // clubs and divisions are numbered by their places above

  [[nodiscard]] bool Reindex() {
    return teams.Reindex() && divisions.Reindex() &&
           dixon_coles.IsConsistent(teams.size(), divisions.size());
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(teams);
    archive(divisions);
    archive(common_odds);
    archive(dixon_coles);
  }
};

class FootballReplay final : public Replay {
 public:
  const FeatureCatalogue& catalogue() const override { return Catalogue(); }

  void Emit(const Fixture& fixture, std::span<float> row) const override {
    FeatureSink sink(row.data());
    const Division* known_division = state_.divisions.Find(fixture.competition);
    const Division new_division =
        known_division != nullptr ? Division{} : Division::Start(fixture.competition, fixture.tier);
    const Division& division = known_division != nullptr ? *known_division : new_division;
    const Team* home = state_.teams.Find(fixture.home);
    const Team* away = state_.teams.Find(fixture.away);
    const Team newcomer =
        home != nullptr && away != nullptr ? Team{} : Team::Newcomer({}, division, fixture.tier);
    const auto rates = [&](GoalVariant variant) {
      return state_.dixon_coles.Rates(variant, NumberOf(state_.divisions, known_division),
                                      NumberOf(state_.teams, home), NumberOf(state_.teams, away),
                                      fixture.neutral);
    };
    EmitAll(sink, fixture, home != nullptr ? *home : newcomer, away != nullptr ? *away : newcomer,
            division, state_.common_odds, {rates(kFromGoals), rates(kFromShots)});
  }

  void Update(std::span<const Match> day) override {
    const std::vector<const Match*> in_order = InOrder(day);
    std::vector<std::size_t> touched;
    std::vector<PlayedScore> scores;
    for (const Match* match : in_order) {
      if (match->awarded) {
        const std::size_t division = DivisionOf(*match);
        state_.divisions[division].table.Update(*match);
        touched.push_back(division);
        continue;
      }
      const PlayedScore score = UpdateOne(*match);
      touched.push_back(score.division);
      if (!match->neutral) scores.push_back(score);
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const std::size_t division : touched) state_.divisions[division].table.Sort();
    if (!scores.empty()) state_.dixon_coles.Update(day.front().day, scores);
  }

  std::string Save() const override { return SaveState(Catalogue(), state_); }

  absl::Status Load(std::string_view bytes) override {
    ASSIGN_OR_RETURN(state_, LoadState<State>(Catalogue(), bytes));
    return absl::OkStatus();
  }

 private:
  template <typename Item, typename ItemId>
  static std::uint32_t NumberOf(const ById<Item, ItemId>& items, const Item* item) {
    return item == nullptr ? DixonColes::kUnseen : static_cast<std::uint32_t>(items.PlaceOf(*item));
  }

  std::size_t DivisionOf(const Match& match) {
    return state_.divisions.IndexOf(match.competition,
                                    [&] { return Division::Start(match.competition, match.tier); });
  }

  // All but the Dixon-Coles models, which take in a day at once; returns what they need.
  PlayedScore UpdateOne(const Match& match) {
    const std::size_t division_index = DivisionOf(match);
    Division& division = state_.divisions[division_index];
    const auto newcomer = [&](TeamId id) {
      return [&division, &match, id] { return Team::Newcomer(id, division, match.tier); };
    };
    const std::size_t home_index = state_.teams.IndexOf(match.home, newcomer(match.home));
    const std::size_t away_index = state_.teams.IndexOf(match.away, newcomer(match.away));
    Team& home = state_.teams[home_index];
    Team& away = state_.teams[away_index];
    const PlayedScore score{
        .division = static_cast<std::uint32_t>(division_index),
        .home = static_cast<std::uint32_t>(home_index),
        .away = static_cast<std::uint32_t>(away_index),
        .home_goals = match.home_score,
        .away_goals = match.away_score,
        .home_shots_worth = division.conversion.ExpectedGoalsOf(match.home_statistics),
        .away_shots_worth = division.conversion.ExpectedGoalsOf(match.away_statistics)};
    UpdateElo(home.elo, away.elo, division.elo, match);
    UpdateGoalsRating(home.goals, away.goals, division.goals, match);
    UpdateShotsRating(home.shots, away.shots, division.shots, division.conversion, match);
    division.conversion.Update(match);
    const ShotsWorth shots{score.home_shots_worth, score.away_shots_worth};
    UpdatePerformance(home.performance, away.performance, division.performance, match, shots);
    UpdatePi(home.pi, away.pi, match);
    UpdateGaps(home.gaps, away.gaps, division.gaps, match);
    UpdateForm(home.form, away.form, match);
    UpdateOddsRating(home.odds, away.odds, division.odds, state_.common_odds, match, shots);
    division.table.Update(match);
    home.career.Update(match);
    away.career.Update(match);
    return score;
  }

  State state_;
};

}  // namespace

std::unique_ptr<Replay> MakeFootballReplay() { return std::make_unique<FootballReplay>(); }

}  // namespace fairline::features::football
