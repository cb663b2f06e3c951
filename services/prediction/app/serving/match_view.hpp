#pragma once
// One match as answered: its forecast with what it belongs to, all of one snapshot.

#include <memory>
#include <optional>

#include "services/prediction/app/serving/snapshot.hpp"

namespace fairline::prediction {

// The pointers live as long as `snapshot` does.
struct MatchView {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const SportModel> model;
  const Competition* competition = nullptr;
  const Team* home = nullptr;
  const Team* away = nullptr;
  const ComingMatch* match = nullptr;     // null when the pairing is not a coming match
  const MatchAdvice* advice = nullptr;    // null without a match
  const MatchForecast* coming = nullptr;  // of the match; null without one
  std::optional<MatchForecast> pairing;   // when there is no match

  [[nodiscard]] const MatchForecast& forecast() const { return coming ? *coming : *pairing; }
};

// Of a coming match that has a forecast, by its index in the season data.
[[nodiscard]] MatchView ViewOf(const std::shared_ptr<const Snapshot>& snapshot, std::size_t index);

}  // namespace fairline::prediction
