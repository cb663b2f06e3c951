#include "libs/models/outcome_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace fairline::models {
namespace {

constexpr std::size_t kRowsAtATime = 4096;  // bounds the gathered copy, whatever the batch

absl::Status CheckMarket(const Forecasts* market, bool anchored, std::size_t rows,
                         std::size_t outcomes) {
  if (!anchored) {
    return market == nullptr
               ? absl::OkStatus()
               : InvalidField("market", "this model is not anchored and takes no line");
  }
  if (market == nullptr) return InvalidField("market", "an anchored model needs the line");
  if (market->rows() != rows || market->outcomes() != outcomes) {
    return InvalidField("market", fmt::format("{} lines of {} outcomes for {} matches of {}",
                                              market->rows(), market->outcomes(), rows, outcomes));
  }
  if (!std::all_of(market->values().begin(), market->values().end(),
                   [](double p) { return p > 0.0 && p < 1.0; })) {
    return InvalidField("market", "a probability outside (0, 1)");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<float>> GatherColumns(FeatureMatrix catalogue_rows,
                                                 std::span<const std::uint32_t> columns) {
  if (std::any_of(columns.begin(), columns.end(),
                  [&](std::uint32_t column) { return column >= catalogue_rows.columns; })) {
    return InvalidField("features", fmt::format("rows of {} values are shorter than the catalogue",
                                                catalogue_rows.columns));
  }
  std::vector<float> gathered;
  gathered.reserve(catalogue_rows.rows() * columns.size());
  for (std::size_t i = 0; i < catalogue_rows.rows(); ++i) {
    const auto row = catalogue_rows.row(i);
    for (const std::uint32_t column : columns) gathered.push_back(row[column]);
  }
  return gathered;
}

std::vector<float> LogMargins(std::span<const double> probabilities) {
  std::vector<float> margins;
  margins.reserve(probabilities.size());
  for (const double p : probabilities) margins.push_back(static_cast<float>(std::log(p)));
  return margins;
}

absl::StatusOr<OutcomeModel> OutcomeModel::Make(Booster booster, std::vector<std::uint32_t> columns,
                                                bool anchored, Calibration calibration) {
  if (booster.feature_count() != columns.size()) {
    return InvalidField("columns", fmt::format("{} for a booster of {} features", columns.size(),
                                               booster.feature_count()));
  }
  if (!calibration.biases.empty() && calibration.biases.size() != booster.outcomes()) {
    return InvalidField("calibration", "one bias is needed for each outcome");
  }
  return OutcomeModel(std::move(booster), std::move(columns), anchored, std::move(calibration));
}

absl::StatusOr<Forecasts> OutcomeModel::Forecast(FeatureMatrix catalogue_rows,
                                                 const Forecasts* market) const {
  const std::size_t rows = catalogue_rows.rows();
  const std::size_t outcomes = booster_.outcomes();
  RETURN_IF_ERROR(CheckMarket(market, anchored_, rows, outcomes));

  Forecasts forecasts(rows, outcomes);
  for (std::size_t first = 0; first < rows; first += kRowsAtATime) {
    const std::size_t count = std::min(kRowsAtATime, rows - first);
    const FeatureMatrix chunk{catalogue_rows.values.subspan(first * catalogue_rows.columns,
                                                            count * catalogue_rows.columns),
                              catalogue_rows.columns};
    ASSIGN_OR_RETURN(const std::vector<float> gathered, GatherColumns(chunk, columns_));
    std::vector<float> margins;
    if (anchored_)
      margins = LogMargins(market->values().subspan(first * outcomes, count * outcomes));
    std::vector<float> probabilities(count * outcomes);
    RETURN_IF_ERROR(booster_.Predict({gathered, columns_.size()}, margins, probabilities));
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = forecasts.row(first + i);
      std::copy_n(probabilities.data() + i * outcomes, outcomes, row.begin());
      calibration_.Apply(row, anchored_ ? market->row(first + i) : std::span<const double>());
    }
  }
  return forecasts;
}

}  // namespace fairline::models
