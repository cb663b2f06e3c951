#pragma once
// What several commands make of their arguments.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libs/core/status.hpp"

namespace fairline::cli {

// Another one each time: safe to ask again with.
[[nodiscard]] std::string NewRequestId();

// From "2005-2025" or "2025" the fields first_season_start and last_season_start; nothing from "".
[[nodiscard]] absl::Status AddSeasons(const std::string& seasons, nlohmann::json& request);

// Decimal odds of what domain::ParseOdds reads: decimal, American with a sign, or fractional; 0 of
// "0" and "", which say that there is no price. InvalidArgument naming `field`.
[[nodiscard]] absl::StatusOr<double> OddsOrNone(std::string_view text, std::string_view field);

}  // namespace fairline::cli
