#include "libs/features/football/dixon_coles.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/features/archive.hpp"

namespace fairline::features::football {
namespace {

struct Dated {
  Day day;
  PlayedScore score;
};

constexpr Day kStart = Day(std::chrono::days(18'000));

// Ten clubs of one division in double round robins, one season in 100 days, goals drawn from
// strengths that grow with the club's number.
class MadeUpDivision {
 public:
  explicit MadeUpDivision(unsigned seed, std::uint32_t division = 0, std::uint32_t first_club = 0)
      : random_(seed), division_(division), first_club_(first_club) {}

  [[nodiscard]] static double Attack(std::uint32_t club) { return std::exp(0.08 * (club - 4.5)); }
  [[nodiscard]] static double Concede(std::uint32_t club) { return std::exp(-0.06 * (club - 4.5)); }

  [[nodiscard]] std::vector<Dated> Seasons(int count) {
    std::vector<Dated> matches;
    for (int season = 0; season < count; ++season) {
      int round = 0;
      for (std::uint32_t home = 0; home < 10; ++home) {
        for (std::uint32_t away = 0; away < 10; ++away) {
          if (home == away) continue;
          const auto goals = [&](double rate) {
            return std::poisson_distribution<int>(rate)(random_);
          };
          matches.push_back({kStart + std::chrono::days(season * 100 + round++),
                             {.division = division_,
                              .home = first_club_ + home,
                              .away = first_club_ + away,
                              .home_goals = goals(1.5 * Attack(home) * Concede(away)),
                              .away_goals = goals(1.1 * Attack(away) * Concede(home)),
                              .home_shots_worth = std::nan(""),
                              .away_shots_worth = std::nan("")}});
        }
      }
    }
    return matches;
  }

 private:
  std::mt19937_64 random_;
  std::uint32_t division_;
  std::uint32_t first_club_;
};

// Slow enough that nothing decays, and without a prior that matters.
DixonColesParameters Undecayed() {
  return {.half_life_days = {1e9, 1e9},
          .prior_goals = {1e-9, 1e-9},
          .prior_matches = 1e-9,
          .least_weight = 0.0,
          .tolerance = 1e-12,
          .max_sweeps = 1000};
}

void Play(DixonColes& model, std::span<const Dated> matches) {
  for (const Dated& match : matches) model.Update(match.day, {&match.score, 1});
}

DixonColes Fitted(std::span<const Dated> matches, const DixonColesParameters& parameters = {}) {
  DixonColes model(parameters);
  Play(model, matches);
  return model;
}

ScoreRates Rates(const DixonColes& model, std::uint32_t home, std::uint32_t away,
                 GoalVariant variant = kFromGoals) {
  return model.Rates(variant, 0, home, away, false);
}

bool SameRates(const ScoreRates& a, const ScoreRates& b) {
  return a.home == b.home && a.away == b.away && a.rho == b.rho;
}

}  // namespace

TEST_CASE("strengths that made the goals are found again", "[features][dixon_coles]") {
  const DixonColes model = Fitted(MadeUpDivision(1).Seasons(60), Undecayed());
  for (const std::uint32_t home : {0U, 4U, 9U}) {
    for (const std::uint32_t away : {1U, 8U}) {
      const ScoreRates rates = Rates(model, home, away);
      CHECK(
          rates.home ==
          Approx(1.5 * MadeUpDivision::Attack(home) * MadeUpDivision::Concede(away)).epsilon(0.1));
      CHECK(
          rates.away ==
          Approx(1.1 * MadeUpDivision::Attack(away) * MadeUpDivision::Concede(home)).epsilon(0.1));
    }
  }
  CHECK(Rates(model, 0, 1).rho == Approx(0.0).margin(0.03));
}

TEST_CASE("after a refit every club's expected goals are those it scored",
          "[features][dixon_coles]") {
  auto matches = MadeUpDivision(2).Seasons(3);
  matches.back().day += std::chrono::days(14);  // its week begins with it
  const DixonColes model = Fitted(matches, Undecayed());
  for (const std::uint32_t club : {0U, 3U, 9U}) {
    double scored = 0.0;
    double expected = 0.0;
    for (const auto& [day, match] : matches) {
      const ScoreRates rates = Rates(model, match.home, match.away);
      if (match.home == club) scored += match.home_goals, expected += rates.home;
      if (match.away == club) scored += match.away_goals, expected += rates.away;
    }
    CHECK(expected == Approx(scored).epsilon(1e-6));
  }
}

TEST_CASE("between refits the clubs that played move and the others stay",
          "[features][dixon_coles]") {
  auto matches = MadeUpDivision(3).Seasons(2);
  DixonColes model = Fitted(matches);
  const Day tuesday = Day(std::chrono::days(5 + 7 * 2600));
  PlayedScore match = matches.back().score;
  match.home_goals = match.away_goals = 1;
  model.Update(tuesday, {&match, 1});
  const std::int64_t refits = model.refits();
  const ScoreRates others = Rates(model, 0, 1);
  const double before = Rates(model, match.home, 0).home;
  match.home_goals = 7;
  model.Update(tuesday + std::chrono::days(1), {&match, 1});
  CHECK(model.refits() == refits);
  CHECK(SameRates(Rates(model, 0, 1), others));
  CHECK(Rates(model, match.home, 0).home > 1.05 * before);
  match.home_goals = 0;
  model.Update(tuesday + std::chrono::days(7), {&match, 1});
  CHECK(model.refits() == refits + 1);
  CHECK_FALSE(SameRates(Rates(model, 0, 1), others));
}

TEST_CASE("old matches count less, and forgotten ones nothing", "[features][dixon_coles]") {
  const auto matches = MadeUpDivision(4).Seasons(4);
  auto changed = matches;
  for (std::size_t i = 0; i < 90; ++i) {
    std::swap(changed[i].score.home_goals, changed[i].score.away_goals);
  }
  const auto difference = [&](DixonColesParameters parameters) {
    parameters.tolerance = 1e-9;
    return std::abs(Rates(Fitted(matches, parameters), 9, 0).home -
                    Rates(Fitted(changed, parameters), 9, 0).home);
  };
  const double slow = difference({.half_life_days = {1000.0, 1000.0}});
  const double fast = difference({.half_life_days = {50.0, 50.0}});
  CHECK(slow > 5.0 * fast);
  CHECK(fast > 0.0);

  // Each pairing once; then only two of the clubs meet, until the rest is forgotten.
  const auto one_season = MadeUpDivision(4).Seasons(1);
  DixonColes model = Fitted(one_season, {.half_life_days = {50.0, 50.0}});
  PlayedScore match = one_season.front().score;
  for (int week = 0; week < 100; ++week) {
    model.Update(kStart + std::chrono::days(100 + 7 * week), {&match, 1});
  }
  StateWriter written;
  model.Serialise(written);
  CHECK(written.Take().size() < 4'000);
}

TEST_CASE("the second variant learns from what the shots were worth", "[features][dixon_coles]") {
  const auto matches = MadeUpDivision(5).Seasons(3);
  auto doubled = matches;
  for (Dated& match : doubled) {
    match.score.home_shots_worth = 2.0 * match.score.home_goals;
    match.score.away_shots_worth = match.score.away_goals;
  }
  const DixonColes plain = Fitted(matches);
  const DixonColes from_shots = Fitted(doubled);
  CHECK(Rates(from_shots, 3, 4).home == Approx(Rates(plain, 3, 4).home).epsilon(2e-3));
  CHECK(Rates(from_shots, 3, 4, kFromShots).home > 1.3 * Rates(plain, 3, 4, kFromShots).home);
}

TEST_CASE("a strong prior makes all clubs of a division alike", "[features][dixon_coles]") {
  const DixonColes model = Fitted(MadeUpDivision(6).Seasons(2), {.prior_goals = {1e7, 1e7}});
  CHECK(Rates(model, 9, 0).home == Approx(Rates(model, 0, 9).home).epsilon(1e-3));
}

TEST_CASE("draws of low scores move rho below zero", "[features][dixon_coles]") {
  auto matches = MadeUpDivision(7).Seasons(10);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    PlayedScore& score = matches[i].score;
    if (score.home_goals + score.away_goals == 1 && i % 3 == 0) {
      score.home_goals = score.away_goals = 1;
    }
  }
  CHECK(Rates(Fitted(matches, {.half_life_days = {1e5, 1e5}, .rho_prior = 0.0}), 0, 1).rho < -0.05);
}

TEST_CASE("a division never seen has no rates and a club never seen is an average one",
          "[features][dixon_coles]") {
  CHECK(std::isnan(Rates(DixonColes(), 0, 1).home));
  const DixonColes model = Fitted(MadeUpDivision(8).Seasons(3));
  const ScoreRates rates = Rates(model, DixonColes::kUnseen, 77);
  CHECK(rates.home > Rates(model, 0, 9).home);
  CHECK(rates.home < Rates(model, 9, 0).home);
  CHECK(std::isnan(model.Rates(kFromGoals, 1, 0, 1, false).home));
  const ScoreRates neutral = model.Rates(kFromGoals, 0, DixonColes::kUnseen, 77, true);
  CHECK(neutral.home == neutral.away);
  CHECK(neutral.home < rates.home);
  CHECK(neutral.home > rates.away);
}

TEST_CASE("divisions teach each other only once a club has played in both",
          "[features][dixon_coles]") {
  const auto first = MadeUpDivision(9, 0, 0).Seasons(2);
  const auto second = MadeUpDivision(10, 1, 10).Seasons(2);
  DixonColes alone = Fitted(first);
  DixonColes both(DixonColesParameters{});
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::array day = {first[i].score, second[i].score};
    both.Update(first[i].day, day);
  }
  CHECK(SameRates(Rates(both, 3, 4), Rates(alone, 3, 4)));
  CHECK(both.refits() == 2 * alone.refits());

  // A club of the second division comes up and wins everything.
  for (std::uint32_t other = 0; other < 9; ++other) {
    const PlayedScore match{.division = 0,
                            .home = 15,
                            .away = other,
                            .home_goals = 5,
                            .away_goals = 0,
                            .home_shots_worth = std::nan(""),
                            .away_shots_worth = std::nan("")};
    both.Update(first.back().day + std::chrono::days(7 * (other + 1)), {&match, 1});
  }
  const auto level = [&](std::uint32_t division, std::uint32_t home, std::uint32_t away) {
    return both.Rates(kFromGoals, division, home, away, false).home;
  };
  CHECK(level(0, 12, 3) > level(0, 3, 12));
  CHECK(both.refits_not_converged() == 0);
}

TEST_CASE("a variant that did not converge has no rates and is counted",
          "[features][dixon_coles]") {
  const auto matches = MadeUpDivision(11).Seasons(1);
  const DixonColes model = Fitted(matches, {.tolerance = 1e-12, .max_sweeps = 1});
  CHECK(model.refits() > 0);
  CHECK(model.refits_not_converged() > 0);
  CHECK(std::isnan(Rates(model, 1, 2).home));
  CHECK(std::isnan(Rates(model, 1, 2, kFromShots).rho));
}

TEST_CASE("saved models go on to the same bits, and damaged ones are found out",
          "[features][dixon_coles][state]") {
  const auto matches = MadeUpDivision(12).Seasons(2);
  DixonColes whole = Fitted(std::span(matches).first(100));
  StateWriter written;
  whole.Serialise(written);
  const std::string state = written.Take();
  DixonColes resumed;
  StateReader reader(state);
  resumed.Serialise(reader);
  REQUIRE(reader.complete());
  CHECK(resumed.IsConsistent(10, 1));
  CHECK_FALSE(resumed.IsConsistent(9, 1));
  CHECK_FALSE(resumed.IsConsistent(10, 0));
  Play(whole, std::span(matches).subspan(100));
  Play(resumed, std::span(matches).subspan(100));
  for (const GoalVariant variant : {kFromGoals, kFromShots}) {
    for (std::uint32_t away = 1; away < 10; ++away) {
      CHECK(SameRates(Rates(whole, 0, away, variant), Rates(resumed, 0, away, variant)));
    }
  }
}

}  // namespace fairline::features::football
