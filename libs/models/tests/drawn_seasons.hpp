#pragma once
// Seasons of made-up matches for tests of models.

#include <cmath>
#include <cstring>
#include <random>
#include <span>

#include "libs/models/match_table.hpp"
#include "libs/models/model.hpp"

namespace fairline::models {

struct DrawnSeasons {
  MatchTable matches;
  ForecastColumns columns;  // "market": the truth as the bookmakers see it, with some noise
};

// Six seasons from 2015 of 300 matches in two competitions. Feature 0 is the difference in strength
// that draws the results, 1 and 2 are the rates of a score grid that fit it, 3 is noise that is
// missing now and then. With two outcomes there is no draw. Every twentieth match has no line.
inline DrawnSeasons DrawSeasons(std::size_t outcomes, unsigned seed = 1) {
  constexpr int kSeasons = 6;
  constexpr int kMatches = 300;
  DrawnSeasons drawn;
  drawn.matches.outcomes = outcomes;
  drawn.matches.feature_count = 4;
  Forecasts market(outcomes);
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (int i = 0; i < kSeasons * kMatches; ++i) {
    const double strength = normal(random);
    const double noise = normal(random);
    drawn.matches.features.insert(
        drawn.matches.features.end(),
        {static_cast<float>(strength), static_cast<float>(1.4 * std::exp(0.5 * strength)),
         static_cast<float>(1.1 * std::exp(-0.5 * strength)),
         i % 7 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(noise)});
    drawn.matches.days.push_back(
        Day(std::chrono::days(16'650 + i / kMatches * 365 + i % kMatches / 2)));
    drawn.matches.seasons.push_back(2015 + i / kMatches);
    drawn.matches.competitions.push_back(i % 2);
    const auto weights = [&](double of) {
      std::vector<double> p = {std::exp(of), std::exp(-of)};
      if (outcomes == 3) p.insert(p.begin() + 1, 1.0);
      double total = 0.0;
      for (const double weight : p) total += weight;
      for (double& weight : p) weight /= total;
      return p;
    };
    const std::vector<double> truth = weights(strength);
    double u = uniform(random);
    OutcomeIndex result = 0;
    while (result + 1U < outcomes && u > truth[result]) u -= truth[result++];
    drawn.matches.results.push_back(result);
    std::vector<double> line = weights(strength + 0.3 * normal(random));
    if (i % 20 == 3) line.assign(outcomes, std::numeric_limits<double>::quiet_NaN());
    market.Append(line);
  }
  drawn.columns.emplace(kMarketLine, std::move(market));
  return drawn;
}

// NaN equals NaN.
inline bool SameBits(const Forecasts& a, const Forecasts& b) {
  return a.values().size() == b.values().size() &&
         std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
}

}  // namespace fairline::models
