#include "libs/features/basketball/elo.hpp"

#include <cmath>
#include <cstdlib>

namespace fairline::features::basketball {
namespace {

constexpr double kMean = 1500.0;
constexpr double kK = 22.0;
constexpr double kHomeCourt = 80.0;
constexpr double kCarriedOver = 0.75;

// 1 for a win by about seven between equals.
double MarginFactor(int margin, double winner_ahead) {
  return std::pow(std::abs(margin) + 3.0, 0.8) / (7.5 + 0.006 * winner_ahead);
}

}  // namespace

double TeamElo::Entering(std::int16_t entered) const {
  return entered > season ? kMean + kCarriedOver * (rating - kMean) : rating;
}

double EloDifference(const TeamElo& home, const TeamElo& away, const Fixture& fixture) {
  return home.Entering(fixture.season) - away.Entering(fixture.season) +
         (fixture.neutral ? 0.0 : kHomeCourt);
}

void UpdateElo(TeamElo& home, TeamElo& away, const Match& match) {
  const int margin = match.home_score - match.away_score;
  const double difference = EloDifference(home, away, match);
  const double expected = 1.0 / (1.0 + std::pow(10.0, -difference / 400.0));
  const double score = margin > 0 ? 1.0 : margin == 0 ? 0.5 : 0.0;
  const double step =
      kK * MarginFactor(margin, margin > 0 ? difference : -difference) * (score - expected);
  home = {.rating = home.Entering(match.season) + step, .season = match.season};
  away = {.rating = away.Entering(match.season) - step, .season = match.season};
}

}  // namespace fairline::features::basketball
