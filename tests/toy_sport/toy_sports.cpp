// Stands in for libs/features/sports.cpp in this program: a sport of two features of its own.
#include <array>

#include "libs/features/by_id.hpp"
#include "libs/features/replay.hpp"
#include "libs/features/saved_state.hpp"

namespace fairline::features {
namespace {

struct Team {
  TeamId id;
  std::int32_t games = 0;
  std::int32_t margin = 0;  // won by, less lost by

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(id);
    archive(games);
    archive(margin);
  }
};

struct State {
  ById<Team, TeamId> teams;

  [[nodiscard]] bool Reindex() { return teams.Reindex(); }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(teams);
  }
};

double MarginOf(const State& state, TeamId id) {
  const Team* const team = state.teams.Find(id);
  return team == nullptr || team->games == 0 ? 0.0
                                             : static_cast<double>(team->margin) / team->games;
}

void EmitAll(FeatureSink& sink, const State& state, const Fixture& fixture) {
  sink({"margin_difference", "Mean margin so far, home less away", "points", "results",
        Block::kRating},
       MarginOf(state, fixture.home) - MarginOf(state, fixture.away));
  sink({"home_ground", "Whether the first side plays at home", "0 or 1", "fixture", Block::kTable},
       fixture.neutral ? 0.0 : 1.0);
}

const FeatureCatalogue& Catalogue() {
  static const FeatureCatalogue catalogue = [] {
    std::vector<Feature> features;
    FeatureSink sink(&features);
    EmitAll(sink, {}, {});
    return FeatureCatalogue("toy", "1", std::move(features));
  }();
  return catalogue;
}

class ToyReplay final : public Replay {
 public:
  const FeatureCatalogue& catalogue() const override { return Catalogue(); }

  void Emit(const Fixture& fixture, std::span<float> row) const override {
    FeatureSink sink(row.data());
    EmitAll(sink, state_, fixture);
  }

  void Update(std::span<const Match> day) override {
    for (const Match& match : day) {
      Count(match.home, match.home_score - match.away_score);
      Count(match.away, match.away_score - match.home_score);
    }
  }

  std::string Save() const override { return SaveState(Catalogue(), state_); }
  absl::Status Load(std::string_view bytes) override {
    ASSIGN_OR_RETURN(state_, LoadState<State>(Catalogue(), bytes));
    return absl::OkStatus();
  }

 private:
  void Count(TeamId id, int margin) {
    Team& team = state_.teams[state_.teams.IndexOf(id, [&] { return Team{.id = id}; })];
    ++team.games;
    team.margin += margin;
  }

  State state_;
};

}  // namespace

std::span<const Sport> Sports() {
  static constexpr std::array kSports = {
      Sport{"toy", []() -> std::unique_ptr<Replay> { return std::make_unique<ToyReplay>(); }}};
  return kSports;
}

}  // namespace fairline::features
