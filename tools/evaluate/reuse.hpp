#pragma once
// For development: forecasts kept on disk between runs, so that trying out a pool does not fit its
// members again.

#include <filesystem>
#include <memory>
#include <string>

#include "libs/models/walk_forward.hpp"

namespace fairline::evaluate {

// The SHA-256 of everything in the table.
[[nodiscard]] std::string HashOf(const models::MatchTable& matches);

// `forecaster`, except that a season whose forecasts lie in `folder` under the same data,
// description and season is read from there, and one that does not is written there. It cannot
// know that the code of a model has changed: empty the folder then.
[[nodiscard]] std::shared_ptr<const models::Forecaster> Reusing(
    std::shared_ptr<const models::Forecaster> forecaster, std::filesystem::path folder,
    std::string data_hash, std::string description);

}  // namespace fairline::evaluate
