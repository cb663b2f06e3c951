#pragma once
// Everything that answers depend on, at one moment: the production models, the states of the teams,
// the coming matches with their forecasts and advice. Immutable: a request takes one snapshot and
// keeps it to the end, so that no answer mixes two versions.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/features/replay.hpp"
#include "services/prediction/app/forecast/goal_rates.hpp"
#include "services/prediction/app/forecast/match_forecast.hpp"
#include "services/prediction/app/forecast/model.hpp"
#include "services/prediction/app/forecast/season_data.hpp"
#include "services/prediction/app/serving/ports.hpp"
#include "services/prediction/app/staking/day_staking.hpp"
#include "services/prediction/app/staking/staking_policies.hpp"

namespace fairline::prediction {

// One sport's production version with the replay state that its features come from.
struct SportModel {
  ProductionVersion version;
  std::shared_ptr<const ForecastModel> model;
  std::shared_ptr<const features::Replay> replay;
  std::shared_ptr<const GoalRates> goal_rates;  // where they stand in the replay's rows
  StateStamp state;
  Instant loaded_at;  // real time
};

// The forecast of a coming match; none when its sport has no production model.
struct ComingForecast {
  std::shared_ptr<const SportModel> model;
  MatchForecast forecast;
  MatchAdvice advice;
};

class Snapshot {
 public:
  using SportModels = std::map<std::string, std::shared_ptr<const SportModel>, std::less<>>;

  // Forecasts every coming match of `season_data`, about 50 us each, and stakes those of each day
  // together. `now` (as-of time) is what the age of prices is counted to.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const Snapshot>> Make(
      std::shared_ptr<const SeasonData> season_data, SportModels models,
      const PolicyVersion& policy, Instant now);

  [[nodiscard]] const SeasonData& season_data() const { return *season_data_; }
  [[nodiscard]] const std::shared_ptr<const SeasonData>& shared_season_data() const {
    return season_data_;
  }
  [[nodiscard]] const SportModels& models() const { return models_; }
  [[nodiscard]] const staking::StakingPolicy& policy() const { return policy_.policy; }
  [[nodiscard]] std::int64_t policy_version() const { return policy_.version; }
  // When the next price becomes too old for the policy, so that advice may change.
  [[nodiscard]] Instant advice_holds_until() const { return advice_holds_until_; }
  // Null when the sport has no production model.
  [[nodiscard]] std::shared_ptr<const SportModel> ModelOf(std::string_view sport) const;
  // In the order of season_data().coming().
  [[nodiscard]] const std::vector<std::optional<ComingForecast>>& coming() const { return coming_; }
  // Every day with a coming match that has a forecast.
  [[nodiscard]] const std::map<Day, DayPlan>& days() const { return days_; }

  // The forecast of a pairing that is not among the coming matches, on `day`: without odds.
  [[nodiscard]] absl::StatusOr<MatchForecast> ForecastPairing(const SportModel& model,
                                                              const Competition& competition,
                                                              TeamId home, TeamId away,
                                                              Day day) const;

 private:
  Snapshot(std::shared_ptr<const SeasonData> season_data, SportModels models,
           const PolicyVersion& policy)
      : season_data_(std::move(season_data)), models_(std::move(models)), policy_(policy) {}

  [[nodiscard]] absl::Status Stake(Instant now);

  std::shared_ptr<const SeasonData> season_data_;
  SportModels models_;
  PolicyVersion policy_;
  std::vector<std::optional<ComingForecast>> coming_;
  std::map<Day, DayPlan> days_;
  Instant advice_holds_until_ = Instant::max();
};

// Forecasts of several fixtures of one sport, in the order given: each by the model of the version
// that can use the most of what is known of its prices (a full average line; odds of past matches).
[[nodiscard]] absl::StatusOr<std::vector<MatchForecast>> ForecastFixtures(
    const SportModel& model, const std::vector<features::Fixture>& fixtures);

}  // namespace fairline::prediction
