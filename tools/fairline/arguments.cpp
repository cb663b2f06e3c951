#include "tools/fairline/arguments.hpp"

#include <charconv>
#include <random>

#include <fmt/format.h>

namespace fairline::cli {
namespace {

absl::StatusOr<int> ParseYear(const std::string& text) {
  int year = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, year);
  if (error != std::errc() || parsed != end) {
    return InvalidField("--seasons", fmt::format("\"{}\" is not a year", text));
  }
  return year;
}

}  // namespace

std::string NewRequestId() {
  std::random_device random;
  return fmt::format("cli-{:08x}{:08x}{:08x}", random(), random(), random());
}

absl::Status AddSeasons(const std::string& seasons, nlohmann::json& request) {
  if (seasons.empty()) return absl::OkStatus();
  const std::size_t dash = seasons.find('-');
  ASSIGN_OR_RETURN(request["first_season_start"], ParseYear(seasons.substr(0, dash)));
  ASSIGN_OR_RETURN(request["last_season_start"],
                   ParseYear(seasons.substr(dash == std::string::npos ? 0 : dash + 1)));
  return absl::OkStatus();
}

}  // namespace fairline::cli
