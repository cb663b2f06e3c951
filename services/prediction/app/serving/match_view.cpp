#include "services/prediction/app/serving/match_view.hpp"

namespace fairline::prediction {

MatchView ViewOf(const std::shared_ptr<const Snapshot>& snapshot, std::size_t index) {
  const SeasonData& season_data = snapshot->season_data();
  const ComingMatch& match = season_data.coming()[index];
  const ComingForecast& coming = *snapshot->coming()[index];
  MatchView view;
  view.snapshot = snapshot;
  view.model = coming.model;
  view.competition = &season_data.competition(match.competition);
  view.home = &season_data.team(match.home);
  view.away = &season_data.team(match.away);
  view.match = &match;
  view.advice = &coming.advice;
  view.coming = &coming.forecast;
  return view;
}

}  // namespace fairline::prediction
