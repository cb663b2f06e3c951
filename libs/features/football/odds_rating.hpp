#pragma once
// Ratings learned from what the market thought of a club's past matches (closing odds where known,
// else pre-match): the cheapest large gain where a match has no odds yet. A Kalman filter (1960) of
// each club's strength on the scale of the log ratio of points shares: it follows the odds faster
// the longer a club was not seen and at the start of a season, and moves a little with what the
// match itself then showed, before the market has spoken again.

#include <cstdint>
#include <limits>

#include "libs/features/average.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/football/performance_rating.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

// What all divisions share: home advantage above each division's own moves with all of them at
// once, as when nobody was let in.
struct CommonOdds {
  double home_advantage = 0.0;

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(home_advantage);
  }
};

struct DivisionOdds {
  double mean = 0.0;
  double home_advantage = 0.4;
  // log(pD / sqrt(pH pA)) between two average sides, and how it grows with the squared supremacy.
  double draw_level = -0.3;
  double draw_curvature = 0.2;

  [[nodiscard]] static DivisionOdds Start(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(mean);
    archive(home_advantage);
    archive(draw_level);
    archive(draw_curvature);
  }
};

struct TeamOdds {
  double rating = std::numeric_limits<double>::quiet_NaN();  // NaN until a match with odds
  double variance = 0.0;                                     // of the rating
  double home_extra = 0.0;                                   // home advantage above the division's
  double draws = 0.0;    // how far its matches raise the draw's log ratio
  std::int32_t day = 0;  // of the last match with odds, since 1970
  std::int16_t season = 0;
  Average surprise;  // points share won above what the market expected

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(rating);
    archive(variance);
    archive(home_extra);
    archive(draws);
    archive(day);
    archive(season);
    archive(surprise);
  }
};

// Expected log((pH + pD/2) / (pA + pD/2)) of the market; NaN when a side has no rating.
[[nodiscard]] double OddsSupremacy(const TeamOdds& home, const TeamOdds& away,
                                   const DivisionOdds& division, const CommonOdds& common,
                                   bool neutral);

void EmitOddsRating(FeatureSink& sink, const TeamOdds& home, const TeamOdds& away,
                    const DivisionOdds& division, const CommonOdds& common, bool neutral);

// Without any odds of the match nothing changes.
void UpdateOddsRating(TeamOdds& home, TeamOdds& away, DivisionOdds& division, CommonOdds& common,
                      const Match& match, const ShotsWorth& shots);

}  // namespace fairline::features::football
