#include "tools/demo_league/league.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tools/demo_league/clubs.hpp"

namespace fairline::demo {
namespace {

constexpr double kSpread = 0.28;
constexpr double kReversion = 0.004;
constexpr double kWeeklyStep = 0.025;
constexpr double kBaseLogGoals = 0.15;
constexpr double kHomeAdvantage = 0.25;
constexpr double kPreMatchNoise = 0.09;
constexpr double kClosingNoise = 0.04;
constexpr double kBookmakerNoise = 0.025;
constexpr std::array<double, kBookmakers> kResultOverround = {1.055, 1.06, 1.065, 1.025, 1.05};
constexpr std::array<double, kBookmakers> kTotalOverround = {1.05, 1.055, 1.06, 1.025, 1.05};
constexpr int kSeasonWeeks = 50;
constexpr int kMovingClubs = 3;
constexpr int kMaxGoals = 14;

struct Club {
  std::string name;
  double attack = 0.0;
  double defence = 0.0;
  double mean = 0.0;  // of each of the two
};

struct Pairing {
  std::size_t home;
  std::size_t away;
};

// Rounds of a double round robin by the circle method; sides swap in the second half.
std::vector<std::vector<Pairing>> DoubleRoundRobin(std::size_t clubs) {
  std::vector<std::vector<Pairing>> rounds;
  for (std::size_t round = 0; round + 1 < clubs; ++round) {
    std::vector<Pairing> pairings;
    for (std::size_t k = 0; k < clubs / 2; ++k) {
      const std::size_t turning = clubs - 1;
      const std::size_t first = k == 0 ? turning : (round + k) % turning;
      const std::size_t second = (round + turning - k) % turning;
      const bool swap = (round + k) % 2 == 1;
      pairings.push_back(swap ? Pairing{second, first} : Pairing{first, second});
    }
    rounds.push_back(std::move(pairings));
  }
  const std::size_t half = rounds.size();
  for (std::size_t round = 0; round < half; ++round) {
    std::vector<Pairing> back;
    for (const Pairing& pairing : rounds[round]) back.push_back({pairing.away, pairing.home});
    rounds.push_back(std::move(back));
  }
  return rounds;
}

struct TrueProbabilities {
  std::array<double, 3> result{};
  std::array<double, 2> total{};  // over, under 2.5
};

TrueProbabilities Probabilities(double home_mean, double away_mean) {
  const auto mass = [](double mean) {
    std::array<double, kMaxGoals + 1> p{};
    p[0] = std::exp(-mean);
    for (std::size_t k = 1; k < p.size(); ++k) p[k] = p[k - 1] * mean / static_cast<double>(k);
    return p;
  };
  const auto home = mass(home_mean);
  const auto away = mass(away_mean);
  TrueProbabilities out;
  for (std::size_t h = 0; h < home.size(); ++h) {
    for (std::size_t a = 0; a < away.size(); ++a) {
      const double p = home[h] * away[a];
      out.result[h > a ? 0 : h == a ? 1 : 2] += p;
      out.total[h + a > 2 ? 0 : 1] += p;
    }
  }
  return out;
}

template <std::size_t N>
std::array<double, N> Noisy(std::array<double, N> p, double deviation, Random& random) {
  double sum = 0.0;
  for (double& x : p) sum += x *= std::exp(deviation * random.Normal());
  for (double& x : p) x /= sum;
  return p;
}

// Rounded down to bookmakers' ticks: 0.01 to 2, 0.02 to 3, 0.05 to 6, then 0.25, at least 1.01.
double Tick(double odds) {
  const double tick = odds < 2 ? 0.01 : odds < 3 ? 0.02 : odds < 6 ? 0.05 : 0.25;
  return std::max(1.01, std::floor(odds / tick + 1e-9) * tick);
}

template <std::size_t N>
std::array<double, N> Offer(const std::array<double, N>& belief, double overround, Random& random) {
  std::array<double, N> odds = Noisy(belief, kBookmakerNoise, random);
  for (double& x : odds) x = Tick(std::min(500.0, 1.0 / (x * overround)));
  return odds;
}

Prices MakePrices(const TrueProbabilities& truth, double market_noise, Random& random) {
  const auto result = Noisy(truth.result, market_noise, random);
  const auto total = Noisy(truth.total, market_noise, random);
  Prices prices;
  for (std::size_t book = 0; book < kBookmakers; ++book) {
    prices.result[book] = Offer(result, kResultOverround[book], random);
    prices.total[book] = Offer(total, kTotalOverround[book], random);
  }
  return prices;
}

Side PlaySide(const std::string& club, double mean, Random& random) {
  Side side;
  side.club = club;
  side.goals = random.Poisson(mean);
  side.half_time_goals = random.Binomial(side.goals, 0.45);
  side.shots_on_target = side.goals + random.Poisson(2.2 * mean);
  side.shots = side.shots_on_target + random.Poisson(4.0 + 2.5 * mean);
  side.corners = random.Poisson(3.0 + 1.5 * mean);
  side.fouls = random.Poisson(11.5);
  side.yellow_cards = random.Poisson(1.8);
  side.red_cards = random.Poisson(0.05);
  return side;
}

struct Slot {
  int days_after_saturday;
  int minutes;
};

// Kick-offs of a round, taken in turn.
constexpr std::array<Slot, 6> kSlots = {{{0, 15 * 60},
                                         {0, 12 * 60 + 30},
                                         {1, 14 * 60},
                                         {0, 17 * 60 + 30},
                                         {1, 16 * 60 + 30},
                                         {2, 20 * 60}}};

class Division {
 public:
  Division(const DivisionPlan& plan, Random& random) : code_(plan.code) {
    for (const std::string_view name : plan.clubs) {
      Club club{std::string(name), 0.0, 0.0, plan.strength / 2.0};
      club.attack = club.mean + kSpread * random.Normal();
      club.defence = club.mean + kSpread * random.Normal();
      clubs_.push_back(std::move(club));
    }
  }

  [[nodiscard]] std::string_view code() const { return code_; }
  [[nodiscard]] DivisionSeason PlaySeason(int season_start, Random& random);

  // The clubs of `upper` with fewest points change places with those of `lower` with most.
  static void SwapClubs(Division& upper, Division& lower);

 private:
  void PassWeek(Random& random);
  [[nodiscard]] DemoMatch Play(const Club& home, const Club& away, Random& random);
  [[nodiscard]] std::vector<std::size_t> ByPoints() const;

  std::string code_;
  std::vector<Club> clubs_;
  std::map<std::string, int> points_;
};

void Division::PassWeek(Random& random) {
  for (Club& club : clubs_) {
    for (double* strength : {&club.attack, &club.defence}) {
      *strength += kReversion * (club.mean - *strength) + kWeeklyStep * random.Normal();
    }
  }
}

DemoMatch Division::Play(const Club& home, const Club& away, Random& random) {
  const double home_mean = std::exp(kBaseLogGoals + kHomeAdvantage + home.attack - away.defence);
  const double away_mean = std::exp(kBaseLogGoals + away.attack - home.defence);
  const TrueProbabilities truth = Probabilities(home_mean, away_mean);
  DemoMatch match;
  match.pre_match = MakePrices(truth, kPreMatchNoise, random);
  match.closing = MakePrices(truth, kClosingNoise, random);
  match.home = PlaySide(home.name, home_mean, random);
  match.away = PlaySide(away.name, away_mean, random);
  const int difference = match.home.goals - match.away.goals;
  points_[home.name] += difference > 0 ? 3 : difference == 0 ? 1 : 0;
  points_[away.name] += difference < 0 ? 3 : difference == 0 ? 1 : 0;
  return match;
}

DivisionSeason Division::PlaySeason(int season_start, Random& random) {
  using namespace std::chrono;
  points_.clear();
  for (const Club& club : clubs_) points_[club.name] = 0;
  // The order decides who meets whom when.
  for (std::size_t k = clubs_.size() - 1; k > 0; --k) {
    std::swap(clubs_[k], clubs_[static_cast<std::size_t>(random.Below(static_cast<int>(k) + 1))]);
  }
  const Day first_saturday{year{season_start} / July / Saturday[1]};
  const auto rounds = DoubleRoundRobin(clubs_.size());
  DivisionSeason season{code_, season_start, {}};
  int week = 0;
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    const int due = static_cast<int>(round * kSeasonWeeks / rounds.size());
    for (; week < due; ++week) PassWeek(random);
    for (std::size_t k = 0; k < rounds[round].size(); ++k) {
      const auto [home, away] = rounds[round][k];
      DemoMatch match = Play(clubs_[home], clubs_[away], random);
      const Slot& slot = kSlots[k % kSlots.size()];
      match.date = first_saturday + weeks{week} + days{slot.days_after_saturday};
      match.london_time = minutes{slot.minutes};
      season.matches.push_back(std::move(match));
    }
  }
  std::stable_sort(season.matches.begin(), season.matches.end(),
                   [](const DemoMatch& a, const DemoMatch& b) {
                     return std::tie(a.date, a.london_time) < std::tie(b.date, b.london_time);
                   });
  return season;
}

std::vector<std::size_t> Division::ByPoints() const {
  std::vector<std::size_t> order(clubs_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return points_.at(clubs_[a].name) > points_.at(clubs_[b].name);
  });
  return order;
}

void Division::SwapClubs(Division& upper, Division& lower) {
  const std::vector<std::size_t> upper_order = upper.ByPoints();
  const std::vector<std::size_t> lower_order = lower.ByPoints();
  for (std::size_t k = 0; k < kMovingClubs; ++k) {
    Club& down = upper.clubs_[upper_order[upper_order.size() - 1 - k]];
    Club& up = lower.clubs_[lower_order[k]];
    std::swap(down, up);
  }
}

}  // namespace

std::vector<DivisionSeason> PlayLeagues(std::uint64_t seed, int first_season, int last_season) {
  Random random(seed);
  std::vector<Division> divisions;
  for (const DivisionPlan& plan : Divisions()) divisions.emplace_back(plan, random);
  std::vector<DivisionSeason> seasons;
  for (int season = first_season; season <= last_season; ++season) {
    for (Division& division : divisions) seasons.push_back(division.PlaySeason(season, random));
    for (std::size_t k = 0; k + 1 < divisions.size(); ++k) {
      if (divisions[k].code() == "E0" && divisions[k + 1].code() == "E1") {
        Division::SwapClubs(divisions[k], divisions[k + 1]);
      }
    }
  }
  return seasons;
}

}  // namespace fairline::demo
