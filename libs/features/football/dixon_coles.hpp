#pragma once
// Time-weighted Dixon-Coles models (Dixon and Coles 1997, sections 4 and 5) of the divisions of
// each country, which clubs link by promotion and relegation:
//
//   home goals ~ Poisson(home_d * attack_i * concede_j)
//   away goals ~ Poisson(away_d * attack_j * concede_i)
//
// for home side i against j in division d, with the low scores corrected by rho. A match counts
// half after each half-life. Each strength is held toward the mean of its division as by
// `prior_goals` goals seen at that mean. Two variants are fitted side by side: one learns from
// goals, one from goals mixed with what shots were worth.
//
// Divisions are linked from the first match of a club that has played in another of them. The
// linked divisions are refitted together after their first match day of each week (Tuesday to
// Monday), by alternating maximisation from the last fit; between refits only the clubs that played
// move, each to its best strengths against the others as they stand.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/features/catalogue.hpp"

namespace fairline::features::football {

inline constexpr std::size_t kGoalVariants = 2;
enum GoalVariant : std::size_t { kFromGoals, kFromShots };
using PerVariant = std::array<double, kGoalVariants>;

struct DixonColesParameters {
  PerVariant half_life_days = {330.0, 240.0};
  PerVariant prior_goals = {4.0, 2.0};
  double shots_share = 0.4;  // of what the second variant learns from a match where shots are known
  double prior_matches = 20.0;  // of a division at the usual goal level
  double rho_prior = -0.05;
  double rho_prior_sd = 0.03;
  // Pairings (a home and an away side of a division) that have come to count less than this part of
  // a match by the first half-life are forgotten: nearly seven years after a single match.
  double least_weight = 0.006;
  // A refit sweeps until no active club's expected goals, scored or conceded at home against an
  // average club of its division, move by more than this share.
  double tolerance = 1e-3;
  int max_sweeps = 200;
};

// Clubs and divisions are numbered by the caller from 0 in the order they are first seen.
struct PlayedScore {
  std::uint32_t division;
  std::uint32_t home;
  std::uint32_t away;
  int home_goals = 0;
  int away_goals = 0;
  // Goals that the shots were worth; NaN where unknown.
  double home_shots_worth = 0.0;
  double away_shots_worth = 0.0;
};

struct ScoreRates {  // NaN where the model has nothing to say
  double home;       // expected goals
  double away;
  double rho;
};

class DixonColes {
 public:
  static constexpr std::uint32_t kUnseen = ~0U;  // a club or division that has no number

  explicit DixonColes(const DixonColesParameters& parameters = {}) : parameters_(parameters) {}

  // Takes in the matches of one day, later than every day before. A refit of one country with
  // both variants takes about 50 us.
  void Update(Day day, std::span<const PlayedScore> matches);

  // What a match would be like after the days given to Update. A club never seen is an average one
  // of the division. NaN for a division never seen, and for a variant whose last refit did not
  // converge.
  [[nodiscard]] ScoreRates Rates(GoalVariant variant, std::uint32_t division, std::uint32_t home,
                                 std::uint32_t away, bool neutral) const;

  // Over all countries, since the beginning; a refit counts once, whatever its variants.
  [[nodiscard]] std::int64_t refits() const { return refits_; }
  [[nodiscard]] std::int64_t sweeps() const { return sweeps_; }
  [[nodiscard]] std::int64_t refits_not_converged() const { return not_converged_; }

  // Whether loaded numbers refer to what there is, with so many clubs and divisions known.
  [[nodiscard]] bool IsConsistent(std::size_t clubs, std::size_t divisions) const;
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(clubs_);
    archive(divisions_);
    archive(countries_);
    archive(refits_);
    archive(sweeps_);
    archive(not_converged_);
  }

 private:
  struct Club {
    PerVariant attack{};
    PerVariant concede{};
    // Decayed sums, as of day 0: a match's weight grows with its day instead.
    PerVariant scored{};
    PerVariant conceded{};
    PerVariant expected_scored{};  // with an attack of 1 against the others as of the last refit
    PerVariant expected_conceded{};
    std::uint32_t division = kUnseen;  // of its latest match
    std::int32_t last_seen = 0;        // days since 1970

    template <typename Archive>
    void Serialise(Archive& archive) {
      archive(attack);
      archive(concede);
      archive(scored);
      archive(conceded);
      archive(expected_scored);
      archive(expected_conceded);
      archive(division);
      archive(last_seen);
    }
  };
  // All matches of one home side against one away side in a division.
  struct Pairing {
    std::uint32_t away = 0;  // place among the division's sides
    PerVariant weight{};
    PerVariant home_goals{};
    PerVariant away_goals{};

    template <typename Archive>
    void Serialise(Archive& archive) {
      archive(away);
      archive(weight);
      archive(home_goals);
      archive(away_goals);
    }
  };
  struct Side {
    std::uint32_t club = kUnseen;
    std::vector<Pairing> at_home;

    template <typename Archive>
    void Serialise(Archive& archive) {
      archive(club);
      archive(at_home);
    }
  };
  struct Division {
    PerVariant home{};  // goals of the home side between average clubs
    PerVariant away{};
    PerVariant home_goals{};
    PerVariant away_goals{};
    PerVariant mean_attack{};
    PerVariant mean_concede{};
    std::uint32_t country = kUnseen;
    std::vector<Side> sides;  // every club that has played in it

    template <typename Archive>
    void Serialise(Archive& archive) {
      archive(home);
      archive(away);
      archive(home_goals);
      archive(away_goals);
      archive(mean_attack);
      archive(mean_concede);
      archive(country);
      archive(sides);
    }
  };
  struct Country {
    std::vector<std::uint32_t> divisions;  // none once merged into another
    std::vector<std::uint32_t> clubs;
    std::int64_t week = 0;      // of the last refit
    std::int32_t refitted = 0;  // its day, since 1970
    std::array<std::uint8_t, kGoalVariants> converged{};
    // Slope and curvature of the likelihood of rho at 0, decayed like everything else.
    PerVariant rho_slope{};
    PerVariant rho_curvature{};
    PerVariant rho{};

    template <typename Archive>
    void Serialise(Archive& archive) {
      archive(divisions);
      archive(clubs);
      archive(week);
      archive(refitted);
      archive(converged);
      archive(rho_slope);
      archive(rho_curvature);
      archive(rho);
    }
  };

  // Of the sides of a division, in their order.
  struct OpponentSums {
    std::vector<PerVariant> strengths;
    std::vector<PerVariant> at_home;
    std::vector<PerVariant> away;
  };

  Country& CountryOf(std::uint32_t division) { return countries_[divisions_[division].country]; }
  void AddDivision(std::uint32_t division);
  void AddClub(std::uint32_t club, std::uint32_t division);
  void Link(std::uint32_t division, std::uint32_t other);
  Pairing& PairingOf(const PlayedScore& match);
  void Learn(Day day, const PlayedScore& match);
  void LearnRho(const PerVariant& weight, const PlayedScore& match);

  void Refit(Country& country, Day day, const PerVariant& scale);
  void Forget(Country& country, const PerVariant& scale);
  void Normalise(Country& country, Day day);
  void AgainstAverage(const Country& country, Day day, std::vector<PerVariant>& goals) const;
  void SumOpponents(const Division& division, PerVariant Club::*strength, OpponentSums& sums) const;
  void UpdateLevelsAndAttacks(Country& country, const PerVariant& scale);
  void UpdateConcedes(Country& country, const PerVariant& scale);
  void MoveAttack(Club& club, const PerVariant& scale) const;
  void MoveConcede(Club& club, const PerVariant& scale) const;
  void UpdateRho(Country& country, const PerVariant& scale) const;

  DixonColesParameters parameters_;
  std::vector<Club> clubs_;
  std::vector<Division> divisions_;
  std::vector<Country> countries_;
  std::int64_t refits_ = 0;
  std::int64_t sweeps_ = 0;
  std::int64_t not_converged_ = 0;
};

void EmitDixonColes(FeatureSink& sink, const ScoreRates& from_goals, const ScoreRates& from_shots);

}  // namespace fairline::features::football
