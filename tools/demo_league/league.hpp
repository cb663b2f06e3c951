#pragma once
// Fictional leagues for machines without network. Nothing here is measured on real football, and
// no club exists. The random process:
//
//  - Every club has an attack and a defence, in logs of goals. Both start normal (standard
//    deviation 0.28, second tier 0.25 lower in sum) and each week move 0.4 % back to the mean plus
//    a normal step of 0.025.
//  - A side's mean goals are exp(0.15 + own attack - the other's defence), at home with 0.25 more
//    in the exponent, and the goals are independent Poisson counts. Shots on target are the goals
//    plus a Poisson count of 2.2 times the mean goals, shots add another of 4 plus 2.5 times it;
//    corners, fouls and cards are Poisson.
//  - A season is a double round robin from July to June, so that there is always a coming match;
//    the two English divisions swap three clubs by points.
//  - The market's belief is the true outcome probabilities with normal noise in logs (0.09 days
//    before, 0.04 at the close), each bookmaker adds its own (0.025), divides by its overround and
//    rounds down to its ticks. Average and maximum are over the bookmakers.
//
// The same seed and season range give the same matches, whatever `now` is.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "tools/demo_league/random.hpp"

namespace fairline::demo {

inline constexpr std::size_t kBookmakers = 5;
// Column prefixes of football-data: Bet365's, bwin's, William Hill's, Pinnacle's, BetVictor's.
inline constexpr std::array<std::string_view, kBookmakers> kBookmakerPrefixes = {"B365", "BW", "WH",
                                                                                 "PS", "BV"};

struct Prices {
  std::array<std::array<double, 3>, kBookmakers> result;  // home, draw, away
  std::array<std::array<double, 2>, kBookmakers> total;   // over, under 2.5 goals
};

struct Side {
  std::string club;
  int goals = 0;
  int half_time_goals = 0;
  int shots = 0;
  int shots_on_target = 0;
  int corners = 0;
  int fouls = 0;
  int yellow_cards = 0;
  int red_cards = 0;
};

struct DemoMatch {
  Day date;
  std::chrono::minutes london_time{0};
  Side home;
  Side away;
  Prices pre_match;
  Prices closing;
};

struct DivisionSeason {
  std::string division;  // code of football-data: E0, E1, SP1, D1
  int season_start = 0;
  std::vector<DemoMatch> matches;  // by date and time, the whole season
};

// All divisions of all seasons from `first_season` to `last_season`, in that order.
[[nodiscard]] std::vector<DivisionSeason> PlayLeagues(std::uint64_t seed, int first_season,
                                                      int last_season);

}  // namespace fairline::demo
