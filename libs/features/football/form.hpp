#pragma once
// How a club has done lately: exponentially weighted averages, slow and fast over all its matches,
// and by ground.

#include <array>

#include "libs/features/average.hpp"
#include "libs/features/catalogue.hpp"
#include "libs/features/match.hpp"

namespace fairline::features::football {

// What is averaged, "for" the club and against it.
enum FormQuantity : std::size_t {
  kPoints,
  kGoalsFor,
  kGoalsAgainst,
  kShotsFor,
  kShotsAgainst,
  kOnTargetFor,
  kOnTargetAgainst,
  kCornersFor,
  kCornersAgainst,
  kFormQuantities,
};

using FormAverages = std::array<Average, kFormQuantities>;

struct TeamForm {
  FormAverages slow;
  FormAverages fast;
  FormAverages at_home;
  FormAverages away;

  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(slow);
    archive(fast);
    archive(at_home);
    archive(away);
  }
};

void EmitForm(FeatureSink& sink, const TeamForm& home, const TeamForm& away);
void UpdateForm(TeamForm& home, TeamForm& away, const Match& match);

}  // namespace fairline::features::football
