#include "tools/evaluate/edges.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "tools/evaluate/devig_methods.hpp"
#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using features::Line;

// Results drawn from `truth`; the same price for everybody, the closing line is the truth.
struct Season {
  BettingMatches matches;
  models::Forecasts truth{3};
  std::vector<Line> prices;
};

Season Draw(std::size_t count, const std::vector<double>& truth, const Line& price) {
  Season season;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform;
  for (std::size_t i = 0; i < count; ++i) {
    season.matches.days.push_back(Day(std::chrono::days(18'000 + static_cast<int>(i) / 10)));
    const double u = uniform(random);
    season.matches.results.push_back(u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2);
    season.matches.best.push_back(price);
    season.matches.average.push_back(price);
    season.matches.closing.Append(truth);
    season.matches.pinnacle_closing.push_back(true);
    season.truth.Append(truth);
    season.prices.push_back(price);
  }
  return season;
}

models::Forecasts Saying(const Season& season, const std::vector<double>& row) {
  models::Forecasts forecasts(3);
  for (std::size_t i = 0; i < season.prices.size(); ++i) forecasts.Append(row);
  return forecasts;
}

TEST_CASE("a true edge is found true: claim, return and closing value agree", "[evaluate][edges]") {
  // 0.5 x 2.1 - 1 = 5 %.
  const Season season = Draw(20'000, {0.5, 0.3, 0.2}, {2.1F, 3.2F, 4.9F});
  const auto board = EvaluateEdges("truth", "best", season.matches, season.truth, season.prices, 1);
  REQUIRE(board.ok());
  REQUIRE(board->buckets.size() == 1);
  const EdgeBucket& bucket = board->buckets[0];
  CHECK(bucket.from == 0.04);
  CHECK(bucket.record.bets == 20'000);
  CHECK(bucket.record.claimed == Approx(0.05).margin(1e-6));
  CHECK(bucket.record.returned.value == Approx(0.05).margin(0.03));
  CHECK(bucket.record.claim_holds());
  CHECK(bucket.record.closing_value.value == Approx(0.05).margin(1e-6));
  CHECK(bucket.record.pinnacle_share == 1.0);
  CHECK(SentenceOn(bucket.record).find("the claim lies inside the interval") != std::string::npos);
  CHECK(board->flagged.bets == 20'000);
}

TEST_CASE("an imagined edge is found out", "[evaluate][edges]") {
  const Season season = Draw(20'000, {0.4, 0.3, 0.3}, {2.4F, 3.2F, 3.2F});
  const auto board = EvaluateEdges("dreamer", "best", season.matches,
                                   Saying(season, {0.5, 0.3, 0.2}), season.prices, 1);
  REQUIRE(board.ok());
  REQUIRE(board->buckets.size() == 1);
  const BetRecord& record = board->buckets[0].record;
  CHECK(board->buckets[0].to == kNoUpperEdge);
  CHECK(record.claimed == Approx(0.2).margin(1e-6));
  CHECK_FALSE(record.claim_holds());
  CHECK(record.closing_value.upper < 0.0);
  CHECK(SentenceOn(record).find("too high and lies outside") != std::string::npos);
  CHECK(SentenceOn(record).find("worse than fair") != std::string::npos);
}

TEST_CASE("one outcome a match, and only prices that the guards let through", "[evaluate][edges]") {
  Season season = Draw(400, {0.5, 0.3, 0.2}, {2.1F, 3.6F, 5.5F});
  // Away has the largest edge at 5.5 but is a longshot; draw (8 %) beats home (5 %).
  auto board = EvaluateEdges("f", "best", season.matches, season.truth, season.prices, 1);
  REQUIRE(board.ok());
  REQUIRE(board->buckets.size() == 1);
  CHECK(board->buckets[0].record.bets == 400);
  CHECK(board->buckets[0].record.claimed == Approx(0.08).margin(1e-6));
  // The draw's best price is a misprint: far above the average.
  for (Line& average : season.matches.average) average[1] = 2.7F;
  board = EvaluateEdges("f", "best", season.matches, season.truth, season.prices, 1);
  REQUIRE(board.ok());
  CHECK(board->buckets[0].record.claimed == Approx(0.05).margin(1e-6));
}

TEST_CASE("matches without forecast, price or closing line are passed over", "[evaluate][edges]") {
  Season season = Draw(300, {0.5, 0.3, 0.2}, {2.1F, 3.2F, 4.9F});
  const double nan = std::nan("");
  for (std::size_t i = 0; i < 100; ++i) {
    std::fill(season.truth.row(i).begin(), season.truth.row(i).end(), nan);
    season.prices[100 + i] = features::kNoLine;
    auto closing = season.matches.closing.row(200 + i);
    if (i < 50) std::fill(closing.begin(), closing.end(), nan);
  }
  const auto board = EvaluateEdges("f", "best", season.matches, season.truth, season.prices, 1);
  REQUIRE(board.ok());
  CHECK(board->flagged.bets == 100);
  CHECK(board->flagged.with_closing == 50);
  season.prices.pop_back();
  CHECK(
      EvaluateEdges("f", "best", season.matches, season.truth, season.prices, 1).status().code() ==
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("blind bets return the margin", "[evaluate][edges]") {
  const Season season = Draw(20'000, {0.5, 0.3, 0.2}, {1.9F, 3.17F, 4.75F});
  const auto blind = BetBlindly(season.matches, season.prices, 1);
  REQUIRE(blind.ok());
  CHECK(blind->bets == 60'000);
  CHECK(blind->returned.contains(-0.05));
  CHECK(blind->closing_value.value == Approx(-0.05).margin(0.001));
}

TEST_CASE("the method that made the books describes them best", "[evaluate][devig]") {
  // Books by the power method: r = p^(1/k).
  models::MatchTable table;
  std::vector<Line> lines;
  models::Rows rows;
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform;
  for (std::uint32_t i = 0; i < 30'000; ++i) {
    const double favourite = 0.3 + 0.6 * uniform(random);
    const std::array<double, 3> truth = {favourite, 0.6 * (1 - favourite), 0.4 * (1 - favourite)};
    Line line;
    for (std::size_t k = 0; k < 3; ++k) {
      line[k] = static_cast<float>(1.0 / std::pow(truth[k], 1.0 / 1.3));
    }
    lines.push_back(line);
    const double u = uniform(random);
    table.results.push_back(u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2);
    table.days.push_back(Day(std::chrono::days(18'000 + static_cast<int>(i) / 20)));
    table.seasons.push_back(2019);
    table.competitions.push_back(1);
    rows.push_back(i);
  }
  lines.back() = {2.5F, 3.8F, 4.0F};  // under 100 %
  const auto board = CompareDevigMethods("made up", table, lines, rows, 1);
  REQUIRE(board.ok());
  CHECK(board->matches == 30'000);
  CHECK(board->underround == 1);
  REQUIRE(board->entries.size() == 5);
  CHECK(board->entries[0].method == "power");
  CHECK(board->entries[0].slope == Approx(1.0).margin(0.03));
  for (std::size_t i = 1; i < 5; ++i) {
    INFO(board->entries[i].method);
    CHECK(board->entries[i].against_power.value > 0.0);
  }
  CHECK(board->entries[4].against_power.lower > 0.0);  // multiplicative, the farthest away
}

}  // namespace
}  // namespace fairline::evaluate
