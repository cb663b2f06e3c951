#pragma once
// Time-weighted Dixon-Coles model (Dixon and Coles 1997, sections 4 and 5) of the divisions of one
// country, which clubs link by promotion and relegation:
//
//   home goals ~ Poisson(home_d * attack_i * concede_j)
//   away goals ~ Poisson(away_d * attack_j * concede_i)
//
// for home side i against j in division d, with the low scores corrected by rho. A match counts
// half after each half-life. Each strength is held toward the mean of its division as by
// `prior_goals` goals seen at that mean.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"

namespace fairline::models {

struct GoalMatch {
  Day day;
  CompetitionId competition;
  TeamId home;
  TeamId away;
  int home_goals = 0;
  int away_goals = 0;
  // What the strengths learn from instead of the goals, where known: a mix of them with the goals
  // that the shots were worth. The score itself still teaches rho.
  double home_credit = std::numeric_limits<double>::quiet_NaN();
  double away_credit = std::numeric_limits<double>::quiet_NaN();
};

struct DixonColesParameters {
  double half_life_days = 300.0;
  int window_days = 2190;  // older matches are left out
  double prior_goals = 3.0;
  double prior_matches = 5.0;  // of a division at the usual goal level
  double rho_prior = -0.05;
  double rho_prior_sd = 0.03;
  // A refit sweeps until no club's expected goals, scored or conceded at home against an average
  // club of its division, move by more than this share, or says that it did not get there.
  double tolerance = 1e-3;
  int max_sweeps = 200;

  // InvalidArgument naming the parameter that is out of range.
  [[nodiscard]] absl::Status Validate() const;
};

struct GoalRates {
  double home = 0.0;  // expected goals
  double away = 0.0;
  double rho = 0.0;
};

class DixonColes {
 public:
  // `parameters` must be valid.
  explicit DixonColes(const DixonColesParameters& parameters) : parameters_(parameters) {}

  // Takes in a match, not earlier than those before. Nothing is learned until Refit.
  void Add(const GoalMatch& match);

  struct Refitted {
    int sweeps = 0;
    double last_change = 0.0;  // the largest, as a share
    bool converged = false;
  };
  // Alternating maximisation from the last fit, exact in each block: with the others fixed the
  // best attack is goals scored over goals expected of an average one. Weights are as of `day`.
  // A sweep over 10,000 matches takes about 60 us.
  Refitted Refit(Day day);

  // By the last fit. A club never seen is an average one of the division, a division never seen an
  // average one of the country.
  [[nodiscard]] GoalRates Rates(TeamId home, TeamId away, CompetitionId competition) const;

 private:
  struct Seen {
    std::uint32_t home;
    std::uint32_t away;
    std::uint32_t division;
    double home_credit;
    double away_credit;
    bool low_score;  // at most one goal a side: those that rho corrects
    bool home_scored;
    bool away_scored;
    double weight;  // as of the first day
    Day day;
  };
  struct Team {
    double attack = 1.0;
    double concede = 1.0;
    std::uint32_t division = 0;  // of its latest match
    bool is_new = true;          // not in a fit yet
    double scored = 0.0;         // weighted, in the window
    double conceded = 0.0;
    Day last_seen;
  };
  struct Division {
    double home = 1.45;
    double away = 1.15;
    double mean_attack = 1.0;
    double mean_concede = 1.0;
    double home_goals = 0.0;  // weighted, in the window
    double away_goals = 0.0;
    bool is_new = true;
  };

  void Count(const Seen& seen, double sign);
  void AverageDivisions(Day day);
  // Of every club, goals scored and conceded at home against an average club of its division. The
  // level of a division against others is left open while no club has changed between them, and
  // moves nothing in here.
  void AgainstAverage(std::vector<double>& goals) const;
  void UpdateDivisions();
  void UpdateAttacks();
  void UpdateConcedes();
  void UpdateRho();
  [[nodiscard]] std::span<const Seen> window() const {
    return std::span(matches_).subspan(window_begin_);
  }

  DixonColesParameters parameters_;
  std::vector<Seen> matches_;
  std::size_t window_begin_ = 0;
  std::vector<Team> teams_;
  std::vector<Division> divisions_;
  std::unordered_map<TeamId, std::uint32_t> team_index_;
  std::unordered_map<CompetitionId, std::uint32_t> division_index_;
  std::vector<double> expected_;  // scratch of a sweep
  double scale_ = 1.0;            // weight of a match on the day of the fit
  double rho_ = 0.0;
};

// For every match the rates by a model that was refitted at the first match day of that week
// (Tuesday to Monday) on all matches of the country before it. `matches` in order of days,
// `countries` their country, in the same order. Errors: InvalidArgument for parameters or order;
// DeadlineExceeded naming the week when a fit did not converge.
[[nodiscard]] absl::StatusOr<std::vector<GoalRates>> WeeklyDixonColes(
    std::span<const GoalMatch> matches, std::span<const std::int32_t> countries,
    const DixonColesParameters& parameters);

}  // namespace fairline::models
