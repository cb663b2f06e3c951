#include "libs/models/dixon_coles.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace fairline::models {
namespace {

constexpr int kActiveDays = 400;  // a club unseen for longer does not form its division's mean
constexpr double kStartHome = 1.45;
constexpr double kStartAway = 1.15;
constexpr double kGreatestRho = 0.3;
constexpr double kLeastRate = 0.05;
constexpr double kGreatestRate = 8.0;

}  // namespace

absl::Status DixonColesParameters::Validate() const {
  if (!(half_life_days >= 1.0)) return InvalidField("half_life_days", "must be at least 1");
  if (window_days < 1) return InvalidField("window_days", "must be positive");
  if (!(prior_goals > 0.0)) return InvalidField("prior_goals", "must be positive");
  if (!(std::abs(rho_prior) < kGreatestRho)) return InvalidField("rho_prior", "must be near 0");
  if (!(prior_matches > 0.0)) return InvalidField("prior_matches", "must be positive");
  if (!(rho_prior_sd > 0.0)) return InvalidField("rho_prior_sd", "must be positive");
  if (!(tolerance > 0.0)) return InvalidField("tolerance", "must be positive");
  if (max_sweeps < 1) return InvalidField("max_sweeps", "must be positive");
  return absl::OkStatus();
}

void DixonColes::Add(const GoalMatch& match) {
  const auto division_index = [&] {
    const auto next = static_cast<std::uint32_t>(divisions_.size());
    const auto [at, is_new] = division_index_.try_emplace(match.competition, next);
    if (is_new) divisions_.push_back({.home = kStartHome, .away = kStartAway});
    return at->second;
  }();
  const auto team_index = [&](TeamId id) {
    const auto next = static_cast<std::uint32_t>(teams_.size());
    const auto [at, is_new] = team_index_.try_emplace(id, next);
    if (is_new) teams_.emplace_back();
    Team& team = teams_[at->second];
    team.division = division_index;
    team.last_seen = match.day;
    return at->second;
  };
  Seen seen{.home = team_index(match.home),
            .away = team_index(match.away),
            .division = division_index,
            .home_credit = std::isnan(match.home_credit) ? match.home_goals : match.home_credit,
            .away_credit = std::isnan(match.away_credit) ? match.away_goals : match.away_credit,
            .low_score = match.home_goals <= 1 && match.away_goals <= 1,
            .home_scored = match.home_goals > 0,
            .away_scored = match.away_goals > 0,
            .weight = 1.0,
            .day = match.day};
  if (!matches_.empty()) {
    seen.weight =
        std::exp2((match.day - matches_.front().day).count() / parameters_.half_life_days);
  }
  matches_.push_back(seen);
  Count(seen, 1.0);
}

void DixonColes::Count(const Seen& seen, double sign) {
  const double home = sign * seen.weight * seen.home_credit;
  const double away = sign * seen.weight * seen.away_credit;
  teams_[seen.home].scored += home;
  teams_[seen.away].conceded += home;
  teams_[seen.away].scored += away;
  teams_[seen.home].conceded += away;
  divisions_[seen.division].home_goals += home;
  divisions_[seen.division].away_goals += away;
}

DixonColes::Refitted DixonColes::Refit(Day day) {
  Refitted refitted{.sweeps = 0, .last_change = 0.0, .converged = true};
  if (matches_.empty()) return refitted;
  const Day window_start = day - std::chrono::days(parameters_.window_days);
  while (window_begin_ < matches_.size() && matches_[window_begin_].day < window_start) {
    Count(matches_[window_begin_++], -1.0);
  }
  scale_ = std::exp2((day - matches_.front().day).count() / parameters_.half_life_days);
  AverageDivisions(day);
  std::vector<double> before;
  AgainstAverage(before);
  std::vector<double> after;
  do {
    UpdateDivisions();
    UpdateAttacks();
    AverageDivisions(day);
    UpdateConcedes();
    AverageDivisions(day);
    AgainstAverage(after);
    refitted.last_change = 0.0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      refitted.last_change = std::max(refitted.last_change, std::abs(after[i] / before[i] - 1.0));
    }
    std::swap(before, after);
    ++refitted.sweeps;
    refitted.converged = refitted.last_change <= parameters_.tolerance;
  } while (!refitted.converged && refitted.sweeps < parameters_.max_sweeps);
  UpdateRho();
  return refitted;
}

// Sets the means of divisions, and the overall ones to 1: strengths and goal levels can be scaled
// against each other without changing a rate. A new club begins at its division's mean.
void DixonColes::AverageDivisions(Day day) {
  struct Sum {
    double attack = 0.0;
    double concede = 0.0;
    double teams = 0.0;
  };
  std::vector<Sum> sums(divisions_.size());
  Sum all;
  for (const Team& team : teams_) {
    if (team.is_new || day - team.last_seen > std::chrono::days(kActiveDays)) continue;
    for (Sum* sum : {&sums[team.division], &all}) {
      sum->attack += team.attack;
      sum->concede += team.concede;
      ++sum->teams;
    }
  }
  const double attack_scale = all.teams > 0.0 ? all.teams / all.attack : 1.0;
  const double concede_scale = all.teams > 0.0 ? all.teams / all.concede : 1.0;
  for (std::size_t d = 0; d < divisions_.size(); ++d) {
    Division& division = divisions_[d];
    const Sum& sum = sums[d];
    division.mean_attack = sum.teams > 0.0 ? attack_scale * sum.attack / sum.teams : 1.0;
    division.mean_concede = sum.teams > 0.0 ? concede_scale * sum.concede / sum.teams : 1.0;
    division.home /= attack_scale * concede_scale;
    division.away /= attack_scale * concede_scale;
  }
  for (Team& team : teams_) {
    if (team.is_new) {
      team.attack = divisions_[team.division].mean_attack;
      team.concede = divisions_[team.division].mean_concede;
      team.is_new = false;
    } else {
      team.attack *= attack_scale;
      team.concede *= concede_scale;
    }
  }
}

void DixonColes::AgainstAverage(std::vector<double>& goals) const {
  goals.clear();
  for (const Team& team : teams_) {
    const Division& division = divisions_[team.division];
    goals.push_back(division.home * team.attack * division.mean_concede);
    goals.push_back(division.home * team.concede * division.mean_attack);
  }
}

void DixonColes::UpdateDivisions() {
  std::vector<double> expected(2 * divisions_.size(), 0.0);
  for (const Seen& seen : window()) {
    const Team& home = teams_[seen.home];
    const Team& away = teams_[seen.away];
    expected[2 * seen.division] += seen.weight * home.attack * away.concede;
    expected[2 * seen.division + 1] += seen.weight * away.attack * home.concede;
  }
  const double prior = parameters_.prior_matches * scale_;
  for (std::size_t d = 0; d < divisions_.size(); ++d) {
    Division& division = divisions_[d];
    division.home = (division.home_goals + prior * kStartHome) / (expected[2 * d] + prior);
    division.away = (division.away_goals + prior * kStartAway) / (expected[2 * d + 1] + prior);
  }
}

void DixonColes::UpdateAttacks() {
  expected_.assign(teams_.size(), 0.0);
  for (const Seen& seen : window()) {
    const Division& division = divisions_[seen.division];
    expected_[seen.home] += seen.weight * division.home * teams_[seen.away].concede;
    expected_[seen.away] += seen.weight * division.away * teams_[seen.home].concede;
  }
  const double prior = parameters_.prior_goals * scale_;
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    Team& team = teams_[i];
    const double mean = divisions_[team.division].mean_attack;
    team.attack = (std::max(team.scored, 0.0) + prior) / (expected_[i] + prior / mean);
  }
}

void DixonColes::UpdateConcedes() {
  expected_.assign(teams_.size(), 0.0);
  for (const Seen& seen : window()) {
    const Division& division = divisions_[seen.division];
    expected_[seen.away] += seen.weight * division.home * teams_[seen.home].attack;
    expected_[seen.home] += seen.weight * division.away * teams_[seen.away].attack;
  }
  const double prior = parameters_.prior_goals * scale_;
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    Team& team = teams_[i];
    const double mean = divisions_[team.division].mean_concede;
    team.concede = (std::max(team.conceded, 0.0) + prior) / (expected_[i] + prior / mean);
  }
}

// One Newton step from the last fit's rho toward the most likely one under its normal prior.
void DixonColes::UpdateRho() {
  const double precision = 1.0 / (parameters_.rho_prior_sd * parameters_.rho_prior_sd);
  double gradient = -precision * (rho_ - parameters_.rho_prior) * scale_;
  double information = precision * scale_;
  for (const Seen& seen : window()) {
    if (!seen.low_score) continue;
    const Division& division = divisions_[seen.division];
    const double home = division.home * teams_[seen.home].attack * teams_[seen.away].concede;
    const double away = division.away * teams_[seen.away].attack * teams_[seen.home].concede;
    // The correction of this score is 1 + slope * rho.
    const double slope = seen.home_scored ? (seen.away_scored ? -1.0 : away)
                                          : (seen.away_scored ? home : -home * away);
    const double ratio = slope / std::max(1.0 + slope * rho_, 0.1);
    gradient += seen.weight * ratio;
    information += seen.weight * ratio * ratio;
  }
  rho_ = std::clamp(rho_ + gradient / information, -kGreatestRho, kGreatestRho);
}

GoalRates DixonColes::Rates(TeamId home, TeamId away, CompetitionId competition) const {
  const Division average{.home = kStartHome, .away = kStartAway};
  const auto found_division = division_index_.find(competition);
  const Division& division =
      found_division == division_index_.end() ? average : divisions_[found_division->second];
  Team newcomer;
  newcomer.attack = division.mean_attack;
  newcomer.concede = division.mean_concede;
  const auto find = [&](TeamId id) -> const Team& {
    const auto found = team_index_.find(id);
    return found == team_index_.end() || teams_[found->second].is_new ? newcomer
                                                                      : teams_[found->second];
  };
  const Team& i = find(home);
  const Team& j = find(away);
  return {.home = std::clamp(division.home * i.attack * j.concede, kLeastRate, kGreatestRate),
          .away = std::clamp(division.away * j.attack * i.concede, kLeastRate, kGreatestRate),
          .rho = rho_};
}

absl::StatusOr<std::vector<GoalRates>> WeeklyDixonColes(std::span<const GoalMatch> matches,
                                                        std::span<const std::int32_t> countries,
                                                        const DixonColesParameters& parameters) {
  RETURN_IF_ERROR(parameters.Validate());
  if (countries.size() != matches.size()) {
    return InvalidField("countries", "one is needed for each match");
  }
  if (!std::is_sorted(matches.begin(), matches.end(),
                      [](const GoalMatch& a, const GoalMatch& b) { return a.day < b.day; })) {
    return InvalidField("matches", "must come in ascending order of days");
  }
  struct Country {
    DixonColes model;
    std::int64_t week;
    std::vector<std::size_t> of_this_week;
  };
  constexpr Day kTuesday = Day(std::chrono::days(5));  // 6 January 1970
  std::map<std::int32_t, Country> models;
  std::vector<GoalRates> rates;
  rates.reserve(matches.size());
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const GoalMatch& match = matches[i];
    const auto week = std::chrono::floor<std::chrono::weeks>(match.day - kTuesday).count();
    Country& country =
        models.try_emplace(countries[i], Country{DixonColes(parameters), week, {}}).first->second;
    if (country.week != week) {
      country.week = week;
      for (const std::size_t past : country.of_this_week) country.model.Add(matches[past]);
      country.of_this_week.clear();
      const auto refitted = country.model.Refit(match.day);
      if (!refitted.converged) {
        return absl::DeadlineExceededError(
            fmt::format("country {} on {}: a strength still moved by {:.1g} after {} sweeps",
                        countries[i], FormatDay(match.day), refitted.last_change, refitted.sweeps));
      }
    }
    rates.push_back(country.model.Rates(match.home, match.away, match.competition));
    country.of_this_week.push_back(i);
  }
  return rates;
}

}  // namespace fairline::models
