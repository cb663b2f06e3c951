#include "libs/features/football/dixon_coles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace fairline::features::football {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kActiveDays = 400;  // a club unseen for longer does not form its division's mean
constexpr double kStartHome = 1.45;
constexpr double kStartAway = 1.15;
constexpr double kGreatestRho = 0.3;
constexpr double kMinRate = 0.05;
constexpr double kGreatestRate = 8.0;
constexpr std::int64_t kNeverFitted = std::numeric_limits<std::int64_t>::min();

// From Tuesday to Monday, since a round may end on a Monday.
std::int64_t FitWeekOf(Day day) {
  constexpr Day kTuesday = Day(std::chrono::days(5));  // 6 January 1970
  return std::chrono::floor<std::chrono::weeks>(day - kTuesday).count();
}

std::int32_t DaysOf(Day day) { return static_cast<std::int32_t>(day.time_since_epoch().count()); }

PerVariant Filled(double value) {
  PerVariant all;
  all.fill(value);
  return all;
}

void AddProduct(PerVariant& sum, const PerVariant& a, const PerVariant& b) {
  for (std::size_t v = 0; v < kGoalVariants; ++v) sum[v] += a[v] * b[v];
}

void AddProduct(PerVariant& sum, const PerVariant& a, const PerVariant& b, const PerVariant& c) {
  for (std::size_t v = 0; v < kGoalVariants; ++v) sum[v] += a[v] * b[v] * c[v];
}

// How the two sides' rates enter one score's correction, 1 + slope * rho.
double RhoSlope(int home_goals, int away_goals, double home_rate, double away_rate) {
  if (home_goals > 0) return away_goals > 0 ? -1.0 : away_rate;
  return away_goals > 0 ? home_rate : -home_rate * away_rate;
}

}  // namespace

void DixonColes::Update(Day day, std::span<const PlayedScore> matches) {
  for (const PlayedScore& match : matches) Learn(day, match);
  PerVariant scale;
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    scale[v] = std::exp2(DaysOf(day) / parameters_.half_life_days[v]);
  }
  for (const PlayedScore& match : matches) {
    Country& country = CountryOf(match.division);
    if (country.week != FitWeekOf(day)) {
      Refit(country, day, scale);
      country.week = FitWeekOf(day);
      country.refitted = DaysOf(day);
    } else if (country.refitted != DaysOf(day)) {
      for (const std::uint32_t club : {match.home, match.away}) {
        MoveAttack(clubs_[club], scale);
        MoveConcede(clubs_[club], scale);
      }
    }
  }
}

ScoreRates DixonColes::Rates(GoalVariant variant, std::uint32_t division_number,
                             std::uint32_t home_number, std::uint32_t away_number,
                             bool neutral) const {
  constexpr ScoreRates kUnknown = {kNan, kNan, kNan};
  if (division_number >= divisions_.size()) return kUnknown;
  const Division& division = divisions_[division_number];
  if (division.country == kUnseen || countries_[division.country].converged[variant] == 0) {
    return kUnknown;
  }
  struct Strengths {
    double attack;
    double concede;
  };
  const auto strengths = [&](std::uint32_t number) -> Strengths {
    if (number >= clubs_.size() || clubs_[number].division == kUnseen) {
      return {division.mean_attack[variant], division.mean_concede[variant]};
    }
    return {clubs_[number].attack[variant], clubs_[number].concede[variant]};
  };
  const Strengths home = strengths(home_number);
  const Strengths away = strengths(away_number);
  const double level = std::sqrt(division.home[variant] * division.away[variant]);
  const auto rate = [](double goals) { return std::clamp(goals, kMinRate, kGreatestRate); };
  return {.home = rate((neutral ? level : division.home[variant]) * home.attack * away.concede),
          .away = rate((neutral ? level : division.away[variant]) * away.attack * home.concede),
          .rho = countries_[division.country].rho[variant]};
}

void DixonColes::AddDivision(std::uint32_t number) {
  if (number >= divisions_.size()) divisions_.resize(number + 1);
  Division& division = divisions_[number];
  if (division.country != kUnseen) return;
  division.home = Filled(kStartHome);
  division.away = Filled(kStartAway);
  division.mean_attack = Filled(1.0);
  division.mean_concede = Filled(1.0);
  division.country = static_cast<std::uint32_t>(countries_.size());
  countries_.push_back({.divisions = {number}, .clubs = {}, .week = kNeverFitted});
}

void DixonColes::AddClub(std::uint32_t number, std::uint32_t division_number) {
  if (number >= clubs_.size()) clubs_.resize(number + 1);
  Club& club = clubs_[number];
  if (club.division != kUnseen) {
    Link(club.division, division_number);
  } else {
    club.attack = divisions_[division_number].mean_attack;
    club.concede = divisions_[division_number].mean_concede;
    CountryOf(division_number).clubs.push_back(number);
  }
  club.division = division_number;
}

// Makes one country of the two divisions'.
void DixonColes::Link(std::uint32_t division, std::uint32_t other) {
  if (divisions_[division].country == divisions_[other].country) return;
  Country& into = CountryOf(division);
  Country& from = CountryOf(other);
  into.week = kNeverFitted;
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    into.rho_slope[v] += from.rho_slope[v];
    into.rho_curvature[v] += from.rho_curvature[v];
  }
  into.clubs.insert(into.clubs.end(), from.clubs.begin(), from.clubs.end());
  into.divisions.insert(into.divisions.end(), from.divisions.begin(), from.divisions.end());
  const std::uint32_t number = divisions_[division].country;
  for (const std::uint32_t moved : from.divisions) divisions_[moved].country = number;
  from = {};
}

DixonColes::Pairing& DixonColes::PairingOf(const PlayedScore& match) {
  std::vector<Side>& sides = divisions_[match.division].sides;
  const auto place_of = [&](std::uint32_t club) {
    const auto side =
        std::find_if(sides.begin(), sides.end(), [&](const Side& s) { return s.club == club; });
    if (side != sides.end()) return static_cast<std::uint32_t>(side - sides.begin());
    sides.push_back({.club = club, .at_home = {}});
    return static_cast<std::uint32_t>(sides.size() - 1);
  };
  const std::uint32_t home = place_of(match.home);
  const std::uint32_t away = place_of(match.away);
  std::vector<Pairing>& pairings = sides[home].at_home;
  const auto pairing = std::find_if(pairings.begin(), pairings.end(),
                                    [&](const Pairing& p) { return p.away == away; });
  return pairing != pairings.end() ? *pairing : pairings.emplace_back(Pairing{.away = away});
}

void DixonColes::Learn(Day day, const PlayedScore& match) {
  AddDivision(match.division);
  AddClub(match.home, match.division);
  AddClub(match.away, match.division);
  Division& division = divisions_[match.division];
  Club& home = clubs_[match.home];
  Club& away = clubs_[match.away];
  home.last_seen = away.last_seen = DaysOf(day);

  const auto learned = [&](int goals, double shots_worth) -> PerVariant {
    const double share = std::isnan(shots_worth) ? 0.0 : parameters_.shots_share;
    return {static_cast<double>(goals),
            share == 0.0 ? goals : share * shots_worth + (1.0 - share) * goals};
  };
  const PerVariant home_goals = learned(match.home_goals, match.home_shots_worth);
  const PerVariant away_goals = learned(match.away_goals, match.away_shots_worth);
  PerVariant weight;
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    weight[v] = std::exp2(DaysOf(day) / parameters_.half_life_days[v]);
  }
  LearnRho(weight, match);

  Pairing& pairing = PairingOf(match);
  for (std::size_t v = 0; v < kGoalVariants; ++v) pairing.weight[v] += weight[v];
  for (PerVariant* sum :
       {&pairing.home_goals, &division.home_goals, &home.scored, &away.conceded}) {
    AddProduct(*sum, weight, home_goals);
  }
  for (PerVariant* sum :
       {&pairing.away_goals, &division.away_goals, &away.scored, &home.conceded}) {
    AddProduct(*sum, weight, away_goals);
  }
  AddProduct(home.expected_scored, weight, division.home, away.concede);
  AddProduct(away.expected_scored, weight, division.away, home.concede);
  AddProduct(home.expected_conceded, weight, division.away, away.attack);
  AddProduct(away.expected_conceded, weight, division.home, home.attack);
}

// The rates are those before the match: a refit would have to go through all low scores again.
void DixonColes::LearnRho(const PerVariant& weight, const PlayedScore& match) {
  if (match.home_goals > 1 || match.away_goals > 1) return;
  const Division& division = divisions_[match.division];
  const Club& home = clubs_[match.home];
  const Club& away = clubs_[match.away];
  Country& country = countries_[division.country];
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    const double slope = RhoSlope(match.home_goals, match.away_goals,
                                  division.home[v] * home.attack[v] * away.concede[v],
                                  division.away[v] * away.attack[v] * home.concede[v]);
    country.rho_slope[v] += weight[v] * slope;
    country.rho_curvature[v] += weight[v] * slope * slope;
  }
}

void DixonColes::Refit(Country& country, Day day, const PerVariant& scale) {
  Forget(country, scale);
  Normalise(country, day);
  std::vector<PerVariant> before;
  std::vector<PerVariant> after;
  AgainstAverage(country, day, before);
  PerVariant change;
  bool converged = false;
  for (int sweep = 0; sweep < parameters_.max_sweeps && !converged; ++sweep) {
    UpdateLevelsAndAttacks(country, scale);
    Normalise(country, day);
    UpdateConcedes(country, scale);
    Normalise(country, day);
    AgainstAverage(country, day, after);
    change = Filled(0.0);
    for (std::size_t i = 0; i < after.size(); ++i) {
      for (std::size_t v = 0; v < kGoalVariants; ++v) {
        change[v] = std::max(change[v], std::abs(after[i][v] / before[i][v] - 1.0));
      }
    }
    std::swap(before, after);
    ++sweeps_;
    converged = std::all_of(change.begin(), change.end(),
                            [&](double moved) { return moved <= parameters_.tolerance; });
  }
  ++refits_;
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    country.converged[v] = change[v] <= parameters_.tolerance ? 1 : 0;
  }
  not_converged_ += converged ? 0 : 1;
  UpdateRho(country, scale);
}

void DixonColes::Forget(Country& country, const PerVariant& scale) {
  const double least = parameters_.least_weight * scale[0];
  for (const std::uint32_t number : country.divisions) {
    Division& division = divisions_[number];
    for (Side& side : division.sides) {
      Club& home = clubs_[side.club];
      std::erase_if(side.at_home, [&](const Pairing& pairing) {
        if (pairing.weight[0] >= least) return false;
        Club& away = clubs_[division.sides[pairing.away].club];
        for (std::size_t v = 0; v < kGoalVariants; ++v) {
          for (PerVariant* sum : {&division.home_goals, &home.scored, &away.conceded}) {
            (*sum)[v] = std::max(0.0, (*sum)[v] - pairing.home_goals[v]);
          }
          for (PerVariant* sum : {&division.away_goals, &away.scored, &home.conceded}) {
            (*sum)[v] = std::max(0.0, (*sum)[v] - pairing.away_goals[v]);
          }
        }
        return true;
      });
    }
  }
}

// Sets the means of divisions, and the overall ones to 1: strengths and goal levels can be scaled
// against each other without changing a rate.
void DixonColes::Normalise(Country& country, Day day) {
  struct Sum {
    PerVariant attack{};
    PerVariant concede{};
    double clubs = 0.0;
  };
  std::vector<Sum> sums(divisions_.size());
  Sum all;
  for (const std::uint32_t number : country.clubs) {
    const Club& club = clubs_[number];
    if (DaysOf(day) - club.last_seen > kActiveDays) continue;
    for (Sum* sum : {&sums[club.division], &all}) {
      for (std::size_t v = 0; v < kGoalVariants; ++v) {
        sum->attack[v] += club.attack[v];
        sum->concede[v] += club.concede[v];
      }
      ++sum->clubs;
    }
  }
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    const double attack_scale = all.clubs / all.attack[v];
    const double concede_scale = all.clubs / all.concede[v];
    for (const std::uint32_t number : country.divisions) {
      Division& division = divisions_[number];
      const Sum& sum = sums[number];
      const bool active = sum.clubs > 0.0;
      division.mean_attack[v] = active ? attack_scale * sum.attack[v] / sum.clubs : 1.0;
      division.mean_concede[v] = active ? concede_scale * sum.concede[v] / sum.clubs : 1.0;
      division.home[v] /= attack_scale * concede_scale;
      division.away[v] /= attack_scale * concede_scale;
    }
    for (const std::uint32_t number : country.clubs) {
      Club& club = clubs_[number];
      club.attack[v] *= attack_scale;
      club.concede[v] *= concede_scale;
      club.expected_scored[v] /= attack_scale;
      club.expected_conceded[v] /= concede_scale;
    }
  }
}

// Of every active club, goals scored and conceded at home against an average club of its division.
// The level of a division against others is hardly known while few clubs have changed between them,
// and moves nothing in here.
void DixonColes::AgainstAverage(const Country& country, Day day,
                                std::vector<PerVariant>& goals) const {
  goals.clear();
  for (const std::uint32_t number : country.clubs) {
    const Club& club = clubs_[number];
    if (DaysOf(day) - club.last_seen > kActiveDays) continue;
    const Division& division = divisions_[club.division];
    PerVariant scored{};
    PerVariant conceded{};
    AddProduct(scored, division.home, club.attack, division.mean_concede);
    AddProduct(conceded, division.home, club.concede, division.mean_attack);
    goals.push_back(scored);
    goals.push_back(conceded);
  }
}

// For every side of the division, the sum over its home matches and the one over its away matches
// of the weighted strengths of the other side.
void DixonColes::SumOpponents(const Division& division, PerVariant Club::*strength,
                              OpponentSums& sums) const {
  const std::size_t count = division.sides.size();
  sums.strengths.resize(count);
  sums.at_home.assign(count, {});
  sums.away.assign(count, {});
  for (std::size_t i = 0; i < count; ++i) {
    sums.strengths[i] = clubs_[division.sides[i].club].*strength;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const PerVariant own = sums.strengths[i];
    PerVariant total{};
    for (const Pairing& pairing : division.sides[i].at_home) {
      AddProduct(total, pairing.weight, sums.strengths[pairing.away]);
      AddProduct(sums.away[pairing.away], pairing.weight, own);
    }
    sums.at_home[i] = total;
  }
}

// With everything else fixed, the best attack is goals scored over goals expected of an attack of
// 1; likewise the levels and the defences.
void DixonColes::UpdateLevelsAndAttacks(Country& country, const PerVariant& scale) {
  for (const std::uint32_t number : country.clubs) clubs_[number].expected_scored = {};
  OpponentSums sums;
  for (const std::uint32_t number : country.divisions) {
    Division& division = divisions_[number];
    SumOpponents(division, &Club::concede, sums);
    PerVariant home{};
    PerVariant away{};
    for (std::size_t i = 0; i < division.sides.size(); ++i) {
      const Club& club = clubs_[division.sides[i].club];
      AddProduct(home, club.attack, sums.at_home[i]);
      AddProduct(away, club.attack, sums.away[i]);
    }
    for (std::size_t v = 0; v < kGoalVariants; ++v) {
      const double prior = parameters_.prior_matches * scale[v];
      division.home[v] = (division.home_goals[v] + prior * kStartHome) / (home[v] + prior);
      division.away[v] = (division.away_goals[v] + prior * kStartAway) / (away[v] + prior);
    }
    for (std::size_t i = 0; i < division.sides.size(); ++i) {
      Club& club = clubs_[division.sides[i].club];
      AddProduct(club.expected_scored, division.home, sums.at_home[i]);
      AddProduct(club.expected_scored, division.away, sums.away[i]);
    }
  }
  for (const std::uint32_t number : country.clubs) MoveAttack(clubs_[number], scale);
}

void DixonColes::UpdateConcedes(Country& country, const PerVariant& scale) {
  for (const std::uint32_t number : country.clubs) clubs_[number].expected_conceded = {};
  OpponentSums sums;
  for (const std::uint32_t number : country.divisions) {
    const Division& division = divisions_[number];
    SumOpponents(division, &Club::attack, sums);
    for (std::size_t i = 0; i < division.sides.size(); ++i) {
      Club& club = clubs_[division.sides[i].club];
      AddProduct(club.expected_conceded, division.away, sums.at_home[i]);
      AddProduct(club.expected_conceded, division.home, sums.away[i]);
    }
  }
  for (const std::uint32_t number : country.clubs) MoveConcede(clubs_[number], scale);
}

void DixonColes::MoveAttack(Club& club, const PerVariant& scale) const {
  const Division& division = divisions_[club.division];
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    const double prior = parameters_.prior_goals[v] * scale[v];
    club.attack[v] =
        (club.scored[v] + prior) / (club.expected_scored[v] + prior / division.mean_attack[v]);
  }
}

void DixonColes::MoveConcede(Club& club, const PerVariant& scale) const {
  const Division& division = divisions_[club.division];
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    const double prior = parameters_.prior_goals[v] * scale[v];
    club.concede[v] =
        (club.conceded[v] + prior) / (club.expected_conceded[v] + prior / division.mean_concede[v]);
  }
}

// The most likely rho under its normal prior, the likelihood being taken as quadratic: |slope *
// rho| is small.
void DixonColes::UpdateRho(Country& country, const PerVariant& scale) const {
  const double precision = 1.0 / (parameters_.rho_prior_sd * parameters_.rho_prior_sd);
  for (std::size_t v = 0; v < kGoalVariants; ++v) {
    const double rho = (country.rho_slope[v] + precision * scale[v] * parameters_.rho_prior) /
                       (country.rho_curvature[v] + precision * scale[v]);
    country.rho[v] = std::clamp(rho, -kGreatestRho, kGreatestRho);
  }
}

bool DixonColes::IsConsistent(std::size_t clubs, std::size_t divisions) const {
  const auto division_is = [&](std::uint32_t number) {
    return number == kUnseen ||
           (number < divisions_.size() && divisions_[number].country < countries_.size());
  };
  const auto club_is = [&](std::uint32_t number) { return number < clubs_.size(); };
  if (clubs_.size() > clubs || divisions_.size() > divisions) return false;
  for (const Club& club : clubs_) {
    if (!division_is(club.division)) return false;
  }
  for (const Division& division : divisions_) {
    if (division.country != kUnseen && division.country >= countries_.size()) return false;
    for (const Side& side : division.sides) {
      if (!club_is(side.club)) return false;
      for (const Pairing& pairing : side.at_home) {
        if (pairing.away >= division.sides.size()) return false;
      }
    }
  }
  return std::all_of(countries_.begin(), countries_.end(), [&](const Country& country) {
    return std::all_of(country.clubs.begin(), country.clubs.end(),
                       [&](std::uint32_t c) {
                         return club_is(c) && clubs_[c].division < divisions_.size();
                       }) &&
           std::all_of(country.divisions.begin(), country.divisions.end(),
                       [&](std::uint32_t d) { return d < divisions_.size(); });
  });
}

void EmitDixonColes(FeatureSink& sink, const ScoreRates& from_goals, const ScoreRates& from_shots) {
  constexpr std::string_view kGoals = "goals, time-weighted Dixon-Coles model of the country";
  constexpr std::string_view kShots =
      "shots and goals, time-weighted Dixon-Coles model of the country";
  sink(
      {"dixon_coles_home_goals", "Expected goals of the home side", "goals", kGoals, Block::kGoals},
      from_goals.home);
  sink(
      {"dixon_coles_away_goals", "Expected goals of the away side", "goals", kGoals, Block::kGoals},
      from_goals.away);
  sink({"dixon_coles_rho", "Dependence of low scores, below 0 when draws are more frequent",
        "correlation", kGoals, Block::kGoals},
       from_goals.rho);
  sink({"dixon_coles_shots_home_goals", "Expected goals of the home side, learned from shots too",
        "goals", kShots, Block::kGoals},
       from_shots.home);
  sink({"dixon_coles_shots_away_goals", "Expected goals of the away side, learned from shots too",
        "goals", kShots, Block::kGoals},
       from_shots.away);
  sink({"dixon_coles_shots_rho", "Dependence of low scores given the rates learned from shots too",
        "correlation", kShots, Block::kGoals},
       from_shots.rho);
}

}  // namespace fairline::features::football
