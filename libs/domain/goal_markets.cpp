#include "libs/domain/goal_markets.hpp"

#include <algorithm>
#include <cmath>

namespace fairline::domain {
namespace {

constexpr double kQuartersPerGoal = 4.0;

// A bet that is won with probability `win` and lost otherwise.
SettlementProbabilities Plain(double win) { return {.win = win, .loss = 1.0 - win}; }

std::vector<PricedBet> OverAndUnder(const SettlementProbabilities& over) {
  return {{Outcome::kOver, over}, {Outcome::kUnder, Opposite(over)}};
}

}  // namespace

absl::StatusOr<std::vector<PricedBet>> PriceMarket(const ScoreGrid& grid, Market market,
                                                   int line_quarters) {
  if (!HasLine(market) && line_quarters != 0) {
    return InvalidField("line", "this market has none");
  }
  const double line = line_quarters / kQuartersPerGoal;
  switch (market) {
    case Market::kMatchResult: {
      const auto [home, draw, away] = grid.Result();
      return std::vector<PricedBet>{{Outcome::kHome, Plain(home)},
                                    {Outcome::kDraw, Plain(draw)},
                                    {Outcome::kAway, Plain(away)}};
    }
    case Market::kDoubleChance: {
      const auto [home_draw, home_away, draw_away] = grid.DoubleChance();
      return std::vector<PricedBet>{{Outcome::kHomeOrDraw, Plain(home_draw)},
                                    {Outcome::kHomeOrAway, Plain(home_away)},
                                    {Outcome::kDrawOrAway, Plain(draw_away)}};
    }
    case Market::kDrawNoBet:
      return std::vector<PricedBet>{{Outcome::kHome, grid.DrawNoBet(Side::kHome)},
                                    {Outcome::kAway, grid.DrawNoBet(Side::kAway)}};
    case Market::kAsianHandicap: {
      ASSIGN_OR_RETURN(const SettlementProbabilities home, grid.AsianHandicap(Side::kHome, line));
      return std::vector<PricedBet>{{Outcome::kHome, home}, {Outcome::kAway, Opposite(home)}};
    }
    case Market::kTotal: {
      ASSIGN_OR_RETURN(const SettlementProbabilities over, grid.Over(line));
      return OverAndUnder(over);
    }
    case Market::kHomeTotal: {
      ASSIGN_OR_RETURN(const SettlementProbabilities over, grid.TeamOver(Side::kHome, line));
      return OverAndUnder(over);
    }
    case Market::kAwayTotal: {
      ASSIGN_OR_RETURN(const SettlementProbabilities over, grid.TeamOver(Side::kAway, line));
      return OverAndUnder(over);
    }
    case Market::kBothToScore: {
      const double yes = grid.BothToScore();
      return std::vector<PricedBet>{{Outcome::kYes, Plain(yes)}, {Outcome::kNo, Plain(1.0 - yes)}};
    }
    case Market::kMoneyline:
      break;
  }
  return InvalidField("market", "has no bets on goals");
}

std::vector<ScoreChance> LikeliestScores(const ScoreGrid& grid, std::size_t count) {
  std::vector<ScoreChance> scores;
  for (int home = 0; home <= ScoreGrid::kMaxGoals; ++home) {
    for (int away = 0; away <= ScoreGrid::kMaxGoals; ++away) {
      scores.push_back({home, away, grid.Score(home, away)});
    }
  }
  count = std::min(count, scores.size());
  const auto likelier = [](const ScoreChance& a, const ScoreChance& b) {
    if (a.probability != b.probability) return a.probability > b.probability;
    return a.home_goals != b.home_goals ? a.home_goals < b.home_goals : a.away_goals < b.away_goals;
  };
  std::partial_sort(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(count),
                    scores.end(), likelier);
  scores.resize(count);
  return scores;
}

}  // namespace fairline::domain
