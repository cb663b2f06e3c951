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

// What is in a file. NotFound when it cannot be read, or is a folder.
[[nodiscard]] absl::StatusOr<std::string> ReadWhole(const std::string& path);

// Empty for decimal odds, "2.2". Those with a sign are American: what they are in decimal.
[[nodiscard]] std::string RefuseAmericanOdds(const std::string& odds);

}  // namespace fairline::cli
