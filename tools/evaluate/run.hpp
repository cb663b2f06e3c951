#pragma once
// One evaluation from files to judgement.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/evaluate/judge.hpp"

namespace fairline::evaluate {

struct RunOptions {
  std::filesystem::path seeds;
  JudgeOptions judge;
  std::vector<std::string> models;  // empty for all
  std::filesystem::path reuse;      // folder of forecasts kept between runs; empty for none
  bool plant_leak = false;
};

using Progress = std::function<void(std::string_view forecaster, int season)>;

// Forecasts of every model chosen, and the lines. `football` as made, without a planted leak.
[[nodiscard]] absl::StatusOr<models::ForecastColumns> ForecastAll(const FootballMatches& football,
                                                                  const RunOptions& options,
                                                                  const Progress& progress);

[[nodiscard]] absl::StatusOr<Judgement> Evaluate(FootballMatches football,
                                                 const RunOptions& options,
                                                 const Progress& progress);

}  // namespace fairline::evaluate
