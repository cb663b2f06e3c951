#include "tools/fairline/arguments.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

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

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::error_code error;
  const std::ifstream in(path, std::ios::binary);
  // A folder opens like a file.
  if (!in || std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError("cannot read " + path);
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string RefuseAmericanOdds(const std::string& odds) {
  if (!odds.starts_with('+') && !odds.starts_with('-')) return "";
  double american = 0.0;
  const char* const end = odds.data() + odds.size();
  const auto [parsed, error] = std::from_chars(odds.data() + 1, end, american);
  if (error != std::errc() || parsed != end || !(american >= 100.0)) {
    return fmt::format("\"{}\" is not decimal odds like 2.2", odds);
  }
  const double decimal = 1.0 + (odds.front() == '+' ? american / 100.0 : 100.0 / american);
  return fmt::format("\"{}\" is American: write {:.7g}", odds, decimal);
}

}  // namespace fairline::cli
