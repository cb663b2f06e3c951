#pragma once
// Forecasters of a walk-forward: the references, and the models of this library fitted anew on
// what is known before each season.

#include <cstdint>
#include <string>
#include <vector>

#include "libs/models/logistic.hpp"
#include "libs/models/walk_forward.hpp"
#include "libs/models/xgboost.hpp"

namespace fairline::models {

// How often each outcome happened in the competition in the `seasons` before; in all competitions,
// where it was not seen in them. Home advantage declines, so older seasons would flatter the rest.
class BaseRateForecaster final : public Forecaster {
 public:
  explicit BaseRateForecaster(int seasons = 5) : seasons_(seasons) {}
  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(const WalkForwardStep& step) const override;

 private:
  int seasons_;
};

// What a fitted model learns from and where it begins.
struct Learning {
  std::vector<std::uint32_t> columns;  // of the catalogue
  int first_season = 0;                // earlier matches are not learned from
  // The column of forecasts that the model corrects, "" for none. Matches without one are neither
  // learned from nor forecast.
  std::string anchor;
};

class TreesForecaster final : public Forecaster {
 public:
  TreesForecaster(Learning learning, BoosterParameters parameters)
      : learning_(std::move(learning)), parameters_(parameters) {}
  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(const WalkForwardStep& step) const override;

 private:
  Learning learning_;
  BoosterParameters parameters_;
};

class LogisticForecaster final : public Forecaster {
 public:
  LogisticForecaster(Learning learning, LogisticParameters parameters)
      : learning_(std::move(learning)), parameters_(parameters) {}
  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(const WalkForwardStep& step) const override;

 private:
  Learning learning_;
  LogisticParameters parameters_;
};

}  // namespace fairline::models
