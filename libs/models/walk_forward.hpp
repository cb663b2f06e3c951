#pragma once
// Judging by walking forward: each season is forecast by who has seen only what came before it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::models {

// One season to be forecast. What a forecaster may look at: the features of every row, the results
// of `known` alone, and `columns`, whose forecasts were all made out of sample.
struct WalkForwardStep {
  const MatchTable& matches;
  int season = 0;
  const Rows& known;
  const Rows& wanted;
  const ForecastColumns& columns;
};

class Forecaster {
 public:
  virtual ~Forecaster() = default;

  // Forecasts of step.wanted, in that order, learned from step.known; a row of NaN where the
  // forecaster has nothing to say. Deterministic.
  [[nodiscard]] virtual absl::StatusOr<Forecasts> Forecast(const WalkForwardStep& step) const = 0;
};

struct NamedForecaster {
  std::string name;
  std::shared_ptr<const Forecaster> forecaster;
  // The first season it forecasts; pools and calibrations learn from what others forecast before.
  int first_season = 0;
};

// Called before each forecaster's season; false cancels.
using WalkForwardObserver = std::function<bool(std::string_view forecaster, int season)>;

// Adds to `columns` what each forecaster says of the seasons up to `last_season`, season after
// season and within one in the order given, so that later forecasters can build on earlier ones.
// Errors: InvalidArgument when a name is taken or a column's size is wrong, Cancelled, or a
// forecaster's own with its name and season.
[[nodiscard]] absl::Status WalkForward(const MatchTable& matches,
                                       const std::vector<NamedForecaster>& forecasters,
                                       int last_season, ForecastColumns& columns,
                                       const WalkForwardObserver& observer = {});

}  // namespace fairline::models
