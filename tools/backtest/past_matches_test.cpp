#include "tools/backtest/past_matches.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "libs/models/match_table.hpp"
#include "tools/backtest/kept_forecasts.hpp"

namespace fairline::backtest_files {
namespace {

season_files::SeasonMatches OneMatch() {
  season_files::SeasonMatches read;
  read.competitions = {{{7}, "E0", "England", 1}};
  read.bookmakers = {{"pinnacle", "bookmaker"},
                     {"bet365", "bookmaker"},
                     {"betfair_exchange", "exchange"},
                     {"best", "aggregate"}};
  features::Match match;
  match.id = {11};
  match.competition = {7};
  match.season = 2024;
  match.day = Day(std::chrono::days(20'000));
  match.home_score = 1;
  match.away_score = 2;
  match.average = {1.9F, 3.4F, 3.7F};
  match.best = {2.2F, 3.6F, 4.1F};
  match.average_closing = {1.8F, 3.3F, 3.9F};
  read.matches = {match};
  season_files::MatchPrices prices;
  prices.lines = {{0, {1.95F, 3.5F, 3.9F}}, {1, {2.05F, 3.5F, 3.8F}}, {2, {2.3F, 3.9F, 4.4F}}};
  read.prices = {prices};
  return read;
}

models::Forecasts Forecast() {
  models::Forecasts forecasts(3);
  forecasts.Append(std::vector{.5, .3, .2});
  return forecasts;
}

TEST_CASE("the best price is that of the bookmakers listed, as printed, and says at whom",
          "[backtest][files]") {
  const auto past = PastMatchesOf(OneMatch(), Forecast(), 2024, 2024, "betfair_exchange").value();
  REQUIRE(past.size() == 1);
  const backtest::PastMatch& match = past[0];
  CHECK(match.best == backtest::ByOutcome{2.05, 3.5, 3.9});
  CHECK(match.best_at == std::array<std::string, 3>{"bet365", "bet365", "pinnacle"});
  CHECK(match.bookmakers == 2);
  CHECK(match.maximum == backtest::ByOutcome{2.2, 3.6, 4.1});
  CHECK(match.average == backtest::ByOutcome{1.9, 3.4, 3.7});
  CHECK(match.bookmaker == backtest::ByOutcome{2.3, 3.9, 4.4});
  CHECK(match.closing == backtest::ByOutcome{1.8, 3.3, 3.9});
  CHECK_FALSE(match.pinnacle_closing);
  CHECK(match.competition == "E0");
  CHECK(match.result == 2);
}

TEST_CASE("Pinnacle's closing line comes before the average one", "[backtest][files]") {
  auto read = OneMatch();
  read.matches[0].pinnacle_closing = {1.85F, 3.4F, 4.0F};
  const auto past = PastMatchesOf(read, Forecast(), 2024, 2024, "").value();
  CHECK(past[0].closing == backtest::ByOutcome{1.85, 3.4, 4.0});
  CHECK(past[0].pinnacle_closing);
}

TEST_CASE("other seasons and matches without a forecast are left out", "[backtest][files]") {
  CHECK(PastMatchesOf(OneMatch(), Forecast(), 2019, 2023, "")->empty());
  CHECK(PastMatchesOf(OneMatch(), models::NoForecasts(1, 3), 2024, 2024, "")->empty());
  CHECK(
      absl::IsInvalidArgument(PastMatchesOf(OneMatch(), Forecast(), 2024, 2024, "best").status()));
}

TEST_CASE("forecasts are kept for what the files hold, links and folders among them",
          "[backtest]") {
  namespace fs = std::filesystem;
  std::string made = (fs::temp_directory_path() / "fairline-kept-XXXXXX").string();
  REQUIRE(::mkdtemp(made.data()) != nullptr);
  const fs::path folder = made;
  fs::create_directories(folder / "data/mmz4281");
  fs::create_directories(folder / "elsewhere/2526/SC2.csv");
  fs::create_directories(folder / "seeds");
  fs::create_directory_symlink(folder / "elsewhere/2526", folder / "data/mmz4281/2526");
  fs::create_symlink(folder / "nowhere", folder / "data/mmz4281/E1.csv");
  const auto key = [&](const std::string& content) {
    std::ofstream(folder / "elsewhere/2526/E0.csv") << content;
    return KeyOf(folder / "data", folder / "seeds", "{}", "with_odds", 2024, 2025).value();
  };
  const std::string one = key("one");
  CHECK(key("two") != one);
  CHECK(key("one") == one);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace fairline::backtest_files
