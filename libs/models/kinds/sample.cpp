#include "libs/models/kinds/sample.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::models {
namespace {

absl::Status Gather(FeatureMatrix all, const ModelInputs& inputs, const Rows& rows,
                    std::vector<float>& gathered) {
  for (const std::uint32_t column : inputs.columns) {
    if (column < all.columns) continue;
    return InvalidField(
        "features", fmt::format("rows of {} values are shorter than the catalogue", all.columns));
  }
  gathered.reserve(rows.size() * inputs.columns.size());
  for (const std::uint32_t row : rows) {
    const auto values = all.row(row);
    for (const std::uint32_t column : inputs.columns) gathered.push_back(values[column]);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const Forecasts*> FindColumn(const ForecastColumns& columns, std::string_view name) {
  const auto found = columns.find(name);
  if (found == columns.end()) {
    return absl::NotFoundError("no forecasts are named " + std::string(name));
  }
  return &found->second;
}

Rows RowsForecastByAll(const FitStep& step, const Learner& learner, int seasons,
                       const std::vector<const Forecasts*>& columns) {
  const int first = std::max(learner.learns_from(), step.season - seasons);
  Rows rows;
  for (const std::uint32_t row : step.known) {
    if (step.matches.seasons[row] < first) continue;
    if (std::all_of(columns.begin(), columns.end(),
                    [&](const Forecasts* column) { return IsForecast(column->row(row)); })) {
      rows.push_back(row);
    }
  }
  return rows;
}

absl::StatusOr<Sample> LearnFrom(const FitStep& step, const Learner& learner) {
  const ModelInputs& inputs = learner.inputs();
  Sample sample;
  const Forecasts* anchor = nullptr;
  if (!inputs.anchor.empty()) {
    if (step.absent.contains(inputs.anchor)) return sample;
    ASSIGN_OR_RETURN(anchor, FindColumn(step.columns, inputs.anchor));
  }
  for (const std::uint32_t row : step.known) {
    if (step.matches.seasons[row] < learner.learns_from()) continue;
    if (anchor == nullptr || IsForecast(anchor->row(row))) sample.rows.push_back(row);
  }
  if (static_cast<std::int64_t>(sample.rows.size()) <
      std::max<std::int64_t>(step.least_matches, 1)) {
    return Sample{};
  }
  RETURN_IF_ERROR(Gather(step.matches.all_features(), inputs, sample.rows, sample.features));
  sample.labels = ResultsOf(step.matches, sample.rows);
  for (const std::uint32_t row : sample.rows) sample.days.push_back(step.matches.days[row]);
  if (anchor != nullptr) sample.anchors = Select(*anchor, sample.rows);
  return sample;
}

absl::StatusOr<Sample> ForecastFrom(const ForecastInput& input, const ModelInputs& inputs) {
  Sample sample;
  const Forecasts* anchor = nullptr;
  if (!inputs.anchor.empty()) {
    ASSIGN_OR_RETURN(anchor, FindColumn(input.columns, inputs.anchor));
    if (anchor->rows() != input.features.rows()) {
      return InvalidField(inputs.anchor, fmt::format("{} forecasts for {} matches", anchor->rows(),
                                                     input.features.rows()));
    }
  }
  for (std::uint32_t row = 0; row < input.features.rows(); ++row) {
    if (anchor == nullptr || IsForecast(anchor->row(row))) sample.rows.push_back(row);
  }
  RETURN_IF_ERROR(Gather(input.features, inputs, sample.rows, sample.features));
  if (anchor != nullptr) sample.anchors = Select(*anchor, sample.rows);
  return sample;
}

Forecasts Spread(Forecasts forecasts, const Rows& at, std::size_t rows) {
  if (at.size() == rows) return forecasts;
  Forecasts spread = NoForecasts(rows, forecasts.outcomes());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto row = std::as_const(forecasts).row(i);
    std::copy(row.begin(), row.end(), spread.row(at[i]).begin());
  }
  return spread;
}

}  // namespace fairline::models
