#pragma once
// The questions that people ask: a pairing, the coming matches, advice on them, a stake for odds of
// their own. Answers come from one snapshot and never touch the database.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/money.hpp"
#include "libs/core/page.hpp"
#include "libs/core/status.hpp"
#include "services/prediction/app/serving/account_stakes.hpp"
#include "services/prediction/app/serving/match_view.hpp"
#include "services/prediction/app/serving/snapshot_keeper.hpp"
#include "services/prediction/app/serving/value_list.hpp"

namespace fairline::prediction {

struct MatchPage {
  std::vector<MatchView> matches;
  std::string next_token;  // empty on the last page
};

struct AdvicePage {
  MatchPage page;
  std::vector<StakedMatch> staked;  // of each of its matches
  std::vector<DayOutlook> days;     // of all advice, whatever the page shows
};

struct ServingModel {
  std::shared_ptr<const SportModel> model;  // null when there is none
  std::string last_load_error;
};

// One outcome of ComputeStake.
struct OwnStake {
  double edge = 0.0;
  double full_kelly = 0.0;  // of the bankroll
  double fraction = 0.0;    // after risk level and caps
  Money stake;
  std::string explanation;
};

// Thread-safe; holds nothing of its own. Errors: InvalidArgument naming the request's field;
// FailedPrecondition while there is no production model; Unavailable before the first snapshot and
// while there is one that could not be loaded.
class Predictor {
 public:
  // `keeper` outlives the predictor.
  explicit Predictor(const SnapshotKeeper& keeper) : keeper_(keeper) {}

  [[nodiscard]] absl::StatusOr<MatchView> PredictMatch(std::string_view competition,
                                                       std::string_view home_team,
                                                       std::string_view away_team) const;

  // A coming match by its id; NotFound for any other.
  [[nodiscard]] absl::StatusOr<MatchView> FindMatch(MatchId id) const;

  // Coming matches by day, kick-off and id. An empty competition means all.
  [[nodiscard]] absl::StatusOr<MatchPage> ListForecasts(std::string_view competition,
                                                        const PageRequest& page) const;
  // Those of the as-of day.
  [[nodiscard]] absl::StatusOr<MatchPage> ListTodaysForecasts(const PageRequest& page) const;
  // Those that at least one bookmaker quotes; with `only_bets`, those with a stake for `account`.
  [[nodiscard]] absl::StatusOr<AdvicePage> ListAdvice(std::string_view competition, bool only_bets,
                                                      const Account& account,
                                                      const PageRequest& page) const;

  // Prices against the forecasts, see value_list.hpp; an empty competition means all.
  [[nodiscard]] absl::StatusOr<ValuePage> ListValue(std::string_view competition,
                                                    ValueFilter filter,
                                                    const PageRequest& page) const;

  // The stakes for a complete set of probabilities and odds of the caller's own, taken at their
  // word: risk level and caps hold; minimum edge and the guards against bad prices, which answer
  // for our own models and data, do not. Errors name `probabilities` or `odds`.
  [[nodiscard]] absl::StatusOr<std::vector<OwnStake>> ComputeStake(
      const std::vector<double>& probabilities, const std::vector<double>& odds,
      const Account& account) const;

  // That stakes for own probabilities follow.
  [[nodiscard]] staking::StakingPolicy CurrentPolicy() const { return keeper_.CurrentPolicy(); }

  // InvalidArgument for a sport that is not served here.
  [[nodiscard]] absl::StatusOr<ServingModel> GetServingModel(std::string_view sport) const;

 private:
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Snapshot>> Latest() const;

  const SnapshotKeeper& keeper_;
};

}  // namespace fairline::prediction
