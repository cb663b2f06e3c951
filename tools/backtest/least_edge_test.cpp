#include "tools/backtest/least_edge.hpp"

#include <catch2/catch.hpp>

namespace fairline::backtest_files {
namespace {

Day On(const char* text) { return ParseDay(text).value(); }

season_files::SeasonMatches Files(const std::vector<std::pair<int, const char*>>& matches) {
  season_files::SeasonMatches read;
  for (const auto& [season, day] : matches) {
    features::Match match;
    match.season = static_cast<std::int16_t>(season);
    match.day = On(day);
    read.matches.push_back(match);
  }
  return read;
}

TEST_CASE("a season is over when a later one began or nothing was played for 60 days",
          "[least_edge]") {
  const auto files = Files(
      {{2023, "2024-05-19"}, {2024, "2025-05-25"}, {2024, "2024-08-16"}, {2025, "2026-01-27"}});
  const auto early = LastSeasons(files, On("2026-01-30")).value();
  CHECK(early[0].start == 2023);
  CHECK(early[1].start == 2024);
  CHECK(early[1].last_day == On("2025-05-25"));
  const auto late = LastSeasons(files, On("2026-07-01")).value();
  CHECK(late[0].start == 2024);
  CHECK(late[1].start == 2025);
  CHECK_FALSE(
      LastSeasons(Files({{2023, "2024-05-19"}, {2024, "2025-05-25"}}), On("2025-06-01")).ok());
  CHECK_FALSE(LastSeasons({}, On("2025-06-01")).ok());
}

std::vector<TriedEdge> Tried(const std::vector<std::array<std::optional<double>, 2>>& values) {
  std::vector<TriedEdge> edges;
  for (const auto& by_season : values) {
    TriedEdge edge{.min_edge = static_cast<double>(edges.size()) / 100.0, .bets = 10};
    for (std::size_t s = 0; s < by_season.size(); ++s) {
      if (by_season[s]) edge.by_season[s] = {.value = *by_season[s], .lower = -1.0, .upper = 1.0};
    }
    edges.push_back(edge);
  }
  return edges;
}

TEST_CASE("the least edge is the smallest whose closing-line value was below 0 in no season",
          "[least_edge]") {
  CHECK(LeastEdge(Tried({{-0.01, 0.02}, {0.01, -0.001}, {0.0, 0.0}, {-0.02, 0.0}})) == 0.02);
  CHECK(LeastEdge(Tried({{0.01, 0.01}})) == 0.0);
  CHECK_FALSE(LeastEdge(Tried({{-0.01, 0.01}, {std::nullopt, 0.01}})).has_value());
  CHECK_FALSE(LeastEdge({}).has_value());
  CHECK(TriedEdges().front() == 0.0);
  CHECK(TriedEdges().back() == Approx(0.1));

  const JudgedSeasons seasons = {JudgedSeason{2023, On("2024-05-19")},
                                 JudgedSeason{2024, On("2025-05-25")}};
  const auto edges = Tried({{-0.01, 0.02}, {0.005, 0.01}});
  CHECK_THAT(ToText(seasons, edges), Catch::Contains("in neither season: 1 %."));
  CHECK_THAT(ToText(seasons, edges), Catch::Contains("2024-25 (to 2025-05-25)"));
  CHECK(ToJson(seasons, edges)["least_edge"] == 0.01);
  CHECK(ToJson(seasons, Tried({{-0.01, 0.02}}))["least_edge"].is_null());
}

TEST_CASE("edges are tried over both seasons and over each", "[least_edge]") {
  const JudgedSeasons seasons = {JudgedSeason{2023, {}}, JudgedSeason{2024, {}}};
  std::vector<backtest::Settings> variants(2);
  variants[1].policy.min_edge_best_of_many = 0.05;
  const auto tried = TryEdges(seasons, variants, [](std::span<const backtest::Settings> asked) {
    std::vector<backtest::Summary> summaries(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      summaries[i].bets = asked[i].last_season - asked[i].first_season + 1;
      summaries[i].closing_line_value = {.value =
                                             asked[i].first_season + 0.1 * asked[i].last_season};
    }
    return absl::StatusOr<std::vector<backtest::Summary>>(summaries);
  });
  REQUIRE(tried->size() == 2);
  CHECK((*tried)[1].min_edge == 0.05);
  CHECK((*tried)[1].bets == 2);
  CHECK((*tried)[1].closing_line_value->value == Approx(2023 + 202.4));
  CHECK((*tried)[1].by_season[0]->value == Approx(2023 + 202.3));
  CHECK((*tried)[1].by_season[1]->value == Approx(2024 + 202.4));
}

}  // namespace
}  // namespace fairline::backtest_files
