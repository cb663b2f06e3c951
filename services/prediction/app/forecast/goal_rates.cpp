#include "services/prediction/app/forecast/goal_rates.hpp"

#include <cmath>

namespace fairline::prediction {
namespace {

struct Rates {
  double home = 0.0;
  double away = 0.0;
  double correlation = 0.0;

  [[nodiscard]] bool usable() const {
    const auto valid = [](double rate) {
      return rate > 0.0 && rate <= domain::ScoreGrid::kMaxRate;
    };
    return valid(home) && valid(away) && std::isfinite(correlation);
  }
};

std::optional<std::size_t> Column(const features::FeatureCatalogue& catalogue,
                                  std::string_view name) {
  const std::vector<features::Feature>& all = catalogue.features();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

GoalRates::GoalRates(const features::FeatureCatalogue& catalogue) {
  const auto find = [&](std::string_view home, std::string_view away, std::string_view correlation,
                        std::string_view basis) -> std::optional<Source> {
    const auto home_column = Column(catalogue, home);
    const auto away_column = Column(catalogue, away);
    if (!home_column || !away_column) return std::nullopt;
    return Source{*home_column, *away_column, Column(catalogue, correlation), basis};
  };
  goals_ = find("dixon_coles_home_goals", "dixon_coles_away_goals", "dixon_coles_rho",
                "Dixon-Coles on goals");
  shots_ = find("dixon_coles_shots_home_goals", "dixon_coles_shots_away_goals",
                "dixon_coles_shots_rho", "Dixon-Coles on what shots were worth");
  for (const auto& source : {find("shots_rating_home_rate", "shots_rating_away_rate", "",
                                  "online Poisson ratings of goals and shots"),
                             find("goals_rating_home_rate", "goals_rating_away_rate", "",
                                  "online Poisson ratings of goals")}) {
    if (source) online_.push_back(*source);
  }
}

absl::StatusOr<BasedGrid> GoalRates::Grid(std::span<const float> row) const {
  const auto read = [row](const Source& source) {
    return Rates{row[source.home], row[source.away],
                 source.correlation ? row[*source.correlation] : 0.0};
  };
  const auto grid = [](const Rates& rates, std::string_view basis) -> absl::StatusOr<BasedGrid> {
    ASSIGN_OR_RETURN(domain::ScoreGrid made,
                     domain::ScoreGrid::DixonColes(rates.home, rates.away, rates.correlation));
    return BasedGrid{std::move(made), basis};
  };
  const Rates goals = goals_ ? read(*goals_) : Rates{};
  const Rates shots = shots_ ? read(*shots_) : Rates{};
  if (goals.usable() && shots.usable()) {
    return grid({std::sqrt(goals.home * shots.home), std::sqrt(goals.away * shots.away),
                 0.5 * (goals.correlation + shots.correlation)},
                "Dixon-Coles on goals and on what shots were worth, pooled");
  }
  if (goals.usable()) return grid(goals, goals_->basis);
  if (shots.usable()) return grid(shots, shots_->basis);
  for (const Source& source : online_) {
    if (const Rates rates = read(source); rates.usable()) return grid(rates, source.basis);
  }
  return absl::FailedPreconditionError(
      "no expected goals are known of this match, so its markets on goals cannot be priced");
}

}  // namespace fairline::prediction
