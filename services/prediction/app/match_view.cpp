#include "services/prediction/app/match_view.hpp"

namespace fairline::prediction {

MatchView ViewOf(const std::shared_ptr<const Snapshot>& snapshot, std::size_t index) {
  const Almanac& almanac = snapshot->almanac();
  const ComingMatch& match = almanac.coming()[index];
  const ComingForecast& coming = *snapshot->coming()[index];
  MatchView view;
  view.snapshot = snapshot;
  view.model = coming.model;
  view.competition = &almanac.competition(match.competition);
  view.home = &almanac.team(match.home);
  view.away = &almanac.team(match.away);
  view.match = &match;
  view.advice = &coming.advice;
  view.coming = &coming.forecast;
  return view;
}

}  // namespace fairline::prediction
