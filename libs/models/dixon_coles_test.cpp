#include "libs/models/dixon_coles.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/domain/score_grid.hpp"

namespace fairline::models {
namespace {

constexpr Day kStart = Day(std::chrono::days(18'000));

// Clubs 1..n of division 1 in double round robins, one season a year, goals drawn from strengths
// that grow with the club's number.
class MadeUpDivision {
 public:
  explicit MadeUpDivision(unsigned seed) : random_(seed) {}

  [[nodiscard]] static double Attack(std::int64_t club) { return std::exp(0.08 * (club - 5.5)); }
  [[nodiscard]] static double Concede(std::int64_t club) { return std::exp(-0.06 * (club - 5.5)); }

  [[nodiscard]] std::vector<GoalMatch> Seasons(int count) {
    std::vector<GoalMatch> matches;
    for (int season = 0; season < count; ++season) {
      int round = 0;
      for (std::int64_t home = 1; home <= 10; ++home) {
        for (std::int64_t away = 1; away <= 10; ++away) {
          if (home == away) continue;
          const double home_rate = 1.5 * Attack(home) * Concede(away);
          const double away_rate = 1.1 * Attack(away) * Concede(home);
          matches.push_back({.day = kStart + std::chrono::days(season * 100 + round++),
                             .competition = {1},
                             .home = {home},
                             .away = {away},
                             .home_goals = std::poisson_distribution<int>(home_rate)(random_),
                             .away_goals = std::poisson_distribution<int>(away_rate)(random_)});
        }
      }
    }
    return matches;
  }

 private:
  std::mt19937_64 random_;
};

DixonColes Fitted(const std::vector<GoalMatch>& matches, DixonColesParameters parameters) {
  DixonColes model(parameters);
  for (const GoalMatch& match : matches) model.Add(match);
  REQUIRE(model.Refit(matches.back().day + std::chrono::days(1)).converged);
  return model;
}

}  // namespace

TEST_CASE("strengths that made the goals are found again", "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(1).Seasons(60);
  const DixonColes model =
      Fitted(matches, {.half_life_days = 1e5, .window_days = 100'000, .tolerance = 1e-9});
  for (const std::int64_t home : {1, 5, 10}) {
    for (const std::int64_t away : {2, 9}) {
      const GoalRates rates = model.Rates({home}, {away}, {1});
      CHECK(
          rates.home ==
          Approx(1.5 * MadeUpDivision::Attack(home) * MadeUpDivision::Concede(away)).epsilon(0.1));
      CHECK(
          rates.away ==
          Approx(1.1 * MadeUpDivision::Attack(away) * MadeUpDivision::Concede(home)).epsilon(0.1));
    }
  }
  CHECK(model.Rates({1}, {2}, {1}).rho == Approx(0.0).margin(0.03));
}

TEST_CASE("at the optimum every club's expected goals are those it scored",
          "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(2).Seasons(3);
  const DixonColes model = Fitted(
      matches,
      {.half_life_days = 1e9, .prior_goals = 1e-9, .prior_matches = 1e-9, .tolerance = 1e-12});
  for (const std::int64_t club : {1, 4, 10}) {
    double scored = 0.0;
    double expected = 0.0;
    for (const GoalMatch& match : matches) {
      const GoalRates rates = model.Rates(match.home, match.away, match.competition);
      if (match.home.value == club) scored += match.home_goals, expected += rates.home;
      if (match.away.value == club) scored += match.away_goals, expected += rates.away;
    }
    CHECK(expected == Approx(scored).epsilon(1e-6));
  }
}

TEST_CASE("old matches count less, and none from before the window", "[models][dixon_coles]") {
  auto matches = MadeUpDivision(3).Seasons(4);
  auto changed = matches;
  for (std::size_t i = 0; i < 90; ++i) std::swap(changed[i].home_goals, changed[i].away_goals);
  const auto difference = [&](const DixonColesParameters& parameters) {
    return std::abs(Fitted(matches, parameters).Rates({10}, {1}, {1}).home -
                    Fitted(changed, parameters).Rates({10}, {1}, {1}).home);
  };
  const double slow = difference({.half_life_days = 1000.0, .tolerance = 1e-9});
  const double fast = difference({.half_life_days = 50.0, .tolerance = 1e-9});
  CHECK(slow > 10.0 * fast);
  CHECK(fast > 0.0);
  CHECK(difference({.half_life_days = 1000.0, .window_days = 300, .tolerance = 1e-9}) < 1e-7);
}

TEST_CASE("strengths learn from what the shots were worth and rho from the score",
          "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(10).Seasons(3);
  auto credited = matches;
  auto doubled = matches;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    credited[i].home_credit = matches[i].home_goals;
    credited[i].away_credit = matches[i].away_goals;
    doubled[i].home_credit = 2.0 * matches[i].home_goals;
    doubled[i].away_credit = matches[i].away_goals;
  }
  const GoalRates plain = Fitted(matches, {}).Rates({3}, {4}, {1});
  const GoalRates same = Fitted(credited, {}).Rates({3}, {4}, {1});
  CHECK(same.home == plain.home);
  CHECK(same.rho == plain.rho);
  CHECK(Fitted(doubled, {}).Rates({3}, {4}, {1}).home > 1.5 * plain.home);
}

TEST_CASE("a strong prior makes all clubs of a division alike", "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(4).Seasons(2);
  const DixonColes model = Fitted(matches, {.prior_goals = 1e7});
  CHECK(model.Rates({10}, {1}, {1}).home == Approx(model.Rates({1}, {10}, {1}).home).epsilon(1e-3));
}

TEST_CASE("draws of low scores move rho below zero", "[models][dixon_coles]") {
  auto matches = MadeUpDivision(5).Seasons(10);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].home_goals + matches[i].away_goals == 1 && i % 3 == 0) {
      matches[i].home_goals = matches[i].away_goals = 1;
    }
  }
  CHECK(Fitted(matches, {.half_life_days = 1e5, .rho_prior = 0.0}).Rates({1}, {2}, {1}).rho <
        -0.05);
}

TEST_CASE("clubs and divisions never seen are average ones", "[models][dixon_coles]") {
  const DixonColes empty{DixonColesParameters{}};
  CHECK(empty.Rates({1}, {2}, {1}).home > empty.Rates({1}, {2}, {1}).away);
  const DixonColes model = Fitted(MadeUpDivision(6).Seasons(3), {});
  const GoalRates rates = model.Rates({77}, {78}, {1});
  CHECK(rates.home > model.Rates({1}, {10}, {1}).home);
  CHECK(rates.home < model.Rates({10}, {1}, {1}).home);
}

TEST_CASE("weekly rates do not know their own week or later", "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(7).Seasons(4);
  auto changed = matches;
  const std::size_t from = 200;
  for (std::size_t i = from; i < changed.size(); ++i) {
    std::swap(changed[i].home_goals, changed[i].away_goals);
  }
  const std::vector<std::int32_t> countries(matches.size(), 1);
  const auto a = WeeklyDixonColes(matches, countries, {}).value();
  const auto b = WeeklyDixonColes(changed, countries, {}).value();
  for (std::size_t i = 0; i <= from; ++i) {
    REQUIRE(a[i].home == b[i].home);
    REQUIRE(a[i].away == b[i].away);
    REQUIRE(a[i].rho == b[i].rho);
  }
  CHECK(a.back().home != b.back().home);
}

TEST_CASE("countries do not teach each other", "[models][dixon_coles]") {
  auto matches = MadeUpDivision(8).Seasons(2);
  std::vector<std::int32_t> countries;
  std::vector<GoalMatch> one_country;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    countries.push_back(static_cast<std::int32_t>(i % 2));
    if (i % 2 == 1) one_country.push_back(matches[i]);
  }
  const auto both = WeeklyDixonColes(matches, countries, {}).value();
  const auto alone =
      WeeklyDixonColes(one_country, std::vector<std::int32_t>(one_country.size(), 1), {}).value();
  for (std::size_t i = 0; i < alone.size(); ++i) REQUIRE(both[2 * i + 1].home == alone[i].home);
}

TEST_CASE("a fit that does not converge says so", "[models][dixon_coles]") {
  const auto matches = MadeUpDivision(9).Seasons(1);
  const std::vector<std::int32_t> countries(matches.size(), 1);
  CHECK(
      WeeklyDixonColes(matches, countries, {.tolerance = 1e-12, .max_sweeps = 1}).status().code() ==
      absl::StatusCode::kDeadlineExceeded);
  CHECK(WeeklyDixonColes(matches, countries, {.half_life_days = 0.0}).status().code() ==
        absl::StatusCode::kInvalidArgument);
  std::vector<GoalMatch> unordered(matches.rbegin(), matches.rend());
  CHECK(WeeklyDixonColes(unordered, countries, {}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

}  // namespace fairline::models
