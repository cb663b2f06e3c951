#pragma once
// A rating learned from what the market thought of a club's past matches (closing odds where known,
// else pre-match), not from their results: the cheapest large gain where a match has no odds yet.

#include <limits>

#include "libs/features/average.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

struct DivisionOdds {
  double mean = 0.0;
  double home_advantage = 0.4;

  [[nodiscard]] static DivisionOdds Start(int tier);
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(mean);
    archive(home_advantage);
  }
};

struct TeamOdds {
  double rating = std::numeric_limits<double>::quiet_NaN();  // NaN until a match with odds
  Average surprise;       // points share won above what the market expected
  Average draw_expected;  // market's probability of a draw

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(rating);
    archive(surprise);
    archive(draw_expected);
  }
};

// Expected log((pH + pD/2) / (pA + pD/2)) of the market; NaN when a side has no rating.
[[nodiscard]] double OddsSupremacy(const TeamOdds& home, const TeamOdds& away,
                                   const DivisionOdds& division, bool neutral);

void EmitOddsRating(FeatureSink& sink, const TeamOdds& home, const TeamOdds& away,
                    const DivisionOdds& division, bool neutral);
// Without any odds of the match nothing changes.
void UpdateOddsRating(TeamOdds& home, TeamOdds& away, DivisionOdds& division, const Match& match);

}  // namespace fairline::features::football
