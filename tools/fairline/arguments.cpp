#include "tools/fairline/arguments.hpp"

#include <charconv>
#include <random>

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include "libs/domain/odds.hpp"

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

absl::StatusOr<double> OddsOrNone(std::string_view text, std::string_view field) {
  std::string price(text);
  absl::StripAsciiWhitespace(&price);
  if (price.empty() || price == "0") return 0.0;
  ASSIGN_OR_RETURN(const domain::DecimalOdds odds, domain::ParseOdds(price, field));
  return odds.value();
}

}  // namespace fairline::cli
