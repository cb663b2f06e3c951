#pragma once
// Out-of-sample forecasts kept on disk, so that another backtest on the same files takes seconds.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/models/matrix.hpp"

namespace fairline::backtest_files {

// Empties a folder of what another build of this program kept in it, and makes it where there is
// none. What others could have written there must not be loaded (see models::LoadModel).
[[nodiscard]] absl::Status OpenKept(const std::filesystem::path& folder);

// What forecasts depend on beside the code, as 64 hex digits: every season file of `data`, the
// seeds, the models and the seasons.
[[nodiscard]] absl::StatusOr<std::string> KeyOf(const std::filesystem::path& data,
                                                const std::filesystem::path& seeds,
                                                std::string_view recipe_json,
                                                std::string_view forecaster, int first_season,
                                                int last_season);

// nullopt when none are kept, or what is kept is not of `rows` matches.
[[nodiscard]] std::optional<models::Forecasts> FindForecasts(const std::filesystem::path& file,
                                                             std::size_t rows,
                                                             std::size_t outcomes);
[[nodiscard]] absl::Status KeepForecasts(const std::filesystem::path& file,
                                         const models::Forecasts& forecasts);

}  // namespace fairline::backtest_files
