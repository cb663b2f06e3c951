#pragma once
// What several commands make of their arguments.

#include <string>

#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"

namespace fairline::cli {

// Another one each time: safe to ask again with.
[[nodiscard]] std::string NewRequestId();

// From "2005-2025" or "2025" the fields first_season_start and last_season_start; nothing from "".
[[nodiscard]] absl::Status AddSeasons(const std::string& seasons, nlohmann::json& request);

}  // namespace fairline::cli
