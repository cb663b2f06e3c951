#pragma once
// One model of a sport's outcome: boosted trees over chosen columns of the feature catalogue,
// optionally as a correction of the market line, and the calibration on top.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/calibration.hpp"
#include "libs/models/matrix.hpp"
#include "libs/models/xgboost.hpp"

namespace fairline::models {

// The named columns of every row of `catalogue_rows`, copied side by side. OutOfRange columns are
// a bug of the caller and are refused as InvalidArgument.
[[nodiscard]] absl::StatusOr<std::vector<float>> GatherColumns(
    FeatureMatrix catalogue_rows, std::span<const std::uint32_t> columns);

// The base margins of an anchored model: natural logarithms of the market's probabilities.
[[nodiscard]] std::vector<float> LogMargins(std::span<const double> probabilities);

// Immutable; Forecast is safe from any number of threads.
class OutcomeModel {
 public:
  // `columns`: where the booster's features stand in a row of the whole catalogue, in its order.
  // An anchored model corrects the market line and cannot forecast without one. InvalidArgument
  // when the booster takes another number of features.
  [[nodiscard]] static absl::StatusOr<OutcomeModel> Make(Booster booster,
                                                         std::vector<std::uint32_t> columns,
                                                         bool anchored, Calibration calibration);

  // `catalogue_rows` holds the whole catalogue of each match. `market` is the de-vigged line of
  // the same matches for an anchored model, null for any other. Each row of the answer sums to 1
  // and does not depend on the rows beside it. About 30 us for one row.
  [[nodiscard]] absl::StatusOr<Forecasts> Forecast(FeatureMatrix catalogue_rows,
                                                   const Forecasts* market) const;

  [[nodiscard]] const Booster& booster() const { return booster_; }
  [[nodiscard]] const std::vector<std::uint32_t>& columns() const { return columns_; }
  [[nodiscard]] bool anchored() const { return anchored_; }
  [[nodiscard]] const Calibration& calibration() const { return calibration_; }
  void set_calibration(Calibration calibration) { calibration_ = std::move(calibration); }

 private:
  OutcomeModel(Booster booster, std::vector<std::uint32_t> columns, bool anchored,
               Calibration calibration)
      : booster_(std::move(booster)),
        columns_(std::move(columns)),
        anchored_(anchored),
        calibration_(std::move(calibration)) {}

  Booster booster_;
  std::vector<std::uint32_t> columns_;
  bool anchored_;
  Calibration calibration_;
};

}  // namespace fairline::models
