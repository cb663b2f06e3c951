#pragma once
// Generators of portfolios, and a slow solver of its own that the fast one is judged by.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <ostream>
#include <string_view>
#include <vector>

#include "libs/staking/portfolio.hpp"
#include "libs/testing/odds.hpp"

namespace fairline::staking {

// A match whose first outcomes can be backed at `odds`.
inline MatchBets BackedMatch(std::initializer_list<double> probabilities,
                             std::initializer_list<double> odds) {
  MatchBets match;
  match.probabilities = testing::Probabilities(probabilities);
  for (const domain::DecimalOdds price : testing::Prices(odds)) {
    match.candidates.push_back(
        {.payoff = BackPayoff(match.candidates.size(), probabilities.size(), price)});
  }
  return match;
}

// Prices around fair ones, some generous, some not; every kind of cap; now and then open bets.
inline rc::Gen<MatchBets> AnyMatchBets(bool with_open) {
  return rc::gen::exec([with_open] {
    MatchBets match;
    const int outcomes = *rc::gen::inRange(2, 4);
    match.probabilities = *testing::AnyForecast(outcomes);
    const auto states = static_cast<std::size_t>(outcomes);
    for (std::size_t i = 0; i < states; ++i) {
      if (*rc::gen::inRange(0, 4) == 0) continue;
      const double generosity = *rc::gen::inRange(850, 1150) / 1000.0;
      const double fair = 1.0 / std::max(1e-3, match.probabilities[i].value());
      const auto odds = domain::DecimalOdds::Make(std::max(1.001, fair * generosity)).value();
      CandidateBet bet;
      bet.payoff = *rc::gen::inRange(0, 6) == 0 ? LayPayoff(i, states, odds, 0.02).value()
                                                : BackPayoff(i, states, odds);
      if (*rc::gen::arbitrary<bool>()) bet.max_fraction = *rc::gen::inRange(0, 200) / 1000.0;
      match.candidates.push_back(bet);
    }
    if (*rc::gen::arbitrary<bool>()) match.max_fraction = *rc::gen::inRange(0, 300) / 1000.0;
    match.day = *rc::gen::inRange(0, 2);
    if (with_open && *rc::gen::inRange(0, 4) == 0) {
      match.open.push_back(
          {BackPayoff(0, states, *testing::AnyOdds()), *rc::gen::inRange(0, 50) / 1000.0});
    }
    return match;
  });
}

inline rc::Gen<Portfolio> AnyPortfolio(int most_matches) {
  return rc::gen::exec([most_matches] {
    Portfolio portfolio;
    const int matches = *rc::gen::inRange(1, most_matches + 1);
    for (int m = 0; m < matches; ++m) portfolio.matches.push_back(*AnyMatchBets(true));
    if (*rc::gen::arbitrary<bool>()) portfolio.max_per_day = *rc::gen::inRange(0, 600) / 1000.0;
    if (*rc::gen::arbitrary<bool>()) portfolio.max_total = *rc::gen::inRange(0, 1000) / 1000.0;
    return portfolio;
  });
}

// What no bookmaker offers: certain and impossible outcomes, odds from 1.0001 to 1000 whatever the
// chance, the same price at several books, caps next to nothing.
inline rc::Gen<MatchBets> AnyWildMatchBets() {
  return rc::gen::exec([] {
    MatchBets match;
    const int outcomes = *rc::gen::inRange(2, 6);
    const auto states = static_cast<std::size_t>(outcomes);
    const bool certain = *rc::gen::inRange(0, 5) == 0;
    match.probabilities = *testing::AnyForecast(outcomes);
    if (certain) {
      match.probabilities.assign(states, domain::Probability::Make(0.0).value());
      match.probabilities[0] = domain::Probability::Make(1.0).value();
    }
    for (std::size_t i = 0; i < states; ++i) {
      const auto odds =
          domain::DecimalOdds::Make(1.0 + std::exp(*rc::gen::inRange(-9200, 6907) / 1000.0))
              .value();
      CandidateBet bet;
      bet.payoff = *rc::gen::inRange(0, 5) == 0 ? LayPayoff(i, states, odds, 0.02).value()
                                                : BackPayoff(i, states, odds);
      if (*rc::gen::inRange(0, 4) == 0) {
        bet.max_fraction = *rc::gen::element(0.0, 1e-9, 1e-7, 0.03, 1.0);
      }
      const int books = *rc::gen::inRange(0, 4);
      for (int k = 0; k < books; ++k) match.candidates.push_back(bet);
    }
    if (*rc::gen::inRange(0, 4) == 0) match.max_fraction = *rc::gen::element(0.0, 1e-8, 0.05);
    match.day = *rc::gen::inRange(0, 2);
    if (*rc::gen::inRange(0, 5) == 0) {
      match.open.push_back(
          {BackPayoff(0, states, *testing::AnyOdds()), *rc::gen::element(0.0, 0.01, 0.1)});
    }
    return match;
  });
}

inline rc::Gen<Portfolio> AnyWildPortfolio(int most_matches) {
  return rc::gen::exec([most_matches] {
    Portfolio portfolio;
    const int matches = *rc::gen::inRange(1, most_matches + 1);
    for (int m = 0; m < matches; ++m) portfolio.matches.push_back(*AnyWildMatchBets());
    if (*rc::gen::arbitrary<bool>()) portfolio.max_per_day = *rc::gen::element(0.0, 0.3, 0.9);
    if (*rc::gen::arbitrary<bool>()) portfolio.max_total = *rc::gen::element(0.0, 0.5, 1.0);
    return portfolio;
  });
}

// Every joint state spelt out.
class ListedPortfolio {
 public:
  explicit ListedPortfolio(const Portfolio& portfolio) : portfolio_(portfolio) {
    State first;
    first.profits.reserve(portfolio.CountCandidates());
    states_.push_back(first);
    for (const MatchBets& match : portfolio.matches) {
      std::vector<State> longer;
      for (const State& state : states_) {
        for (std::size_t s = 0; s < match.probabilities.size(); ++s) {
          State next = state;
          next.probability *= match.probabilities[s].value();
          if (next.probability <= 0.0) continue;
          for (const OpenBet& bet : match.open) next.open_profit += bet.fraction * bet.payoff[s];
          for (const CandidateBet& bet : match.candidates) next.profits.push_back(bet.payoff[s]);
          longer.push_back(std::move(next));
        }
      }
      states_ = std::move(longer);
    }
  }

  [[nodiscard]] std::size_t size() const { return states_.size(); }

  [[nodiscard]] double LogGrowth(const std::vector<double>& stakes) const {
    double growth = 0.0;
    for (const State& state : states_) {
      const double wealth = 1.0 + state.Profit(stakes);
      if (wealth <= 0.0) return -std::numeric_limits<double>::infinity();
      growth += state.probability * std::log(wealth);
    }
    return growth;
  }

  [[nodiscard]] std::vector<double> Gradient(const std::vector<double>& stakes) const {
    std::vector<double> gradient(stakes.size(), 0.0);
    for (const State& state : states_) {
      const double weight = state.probability / (1.0 + state.Profit(stakes));
      for (std::size_t i = 0; i < stakes.size(); ++i) gradient[i] += weight * state.profits[i];
    }
    return gradient;
  }

  template <typename Value>
  [[nodiscard]] double Expect(const std::vector<double>& stakes, Value&& value) const {
    double sum = 0.0;
    for (const State& state : states_) sum += state.probability * value(1.0 + state.Profit(stakes));
    return sum;
  }

  // Stakes within every cap, nearly the nearest, by Dykstra's alternating projections (1983).
  [[nodiscard]] std::vector<double> Project(std::vector<double> stakes) const {
    const std::vector<Set> sets = Sets();
    std::vector<std::vector<double>> corrections(sets.size() + 1,
                                                 std::vector<double>(stakes.size(), 0.0));
    for (int round = 0; round < 200; ++round) {
      double moved = 0.0;
      for (std::size_t c = 0; c <= sets.size(); ++c) {
        std::vector<double> from = stakes;
        for (std::size_t i = 0; i < from.size(); ++i) from[i] += corrections[c][i];
        std::vector<double> to = c < sets.size() ? OntoSum(from, sets[c]) : OntoBox(from);
        for (std::size_t i = 0; i < to.size(); ++i) {
          corrections[c][i] = from[i] - to[i];
          moved = std::max(moved, std::abs(to[i] - stakes[i]));
        }
        stakes = std::move(to);
      }
      if (moved < 1e-13) break;
    }
    // What is left of violations after so many rounds is scaled away.
    stakes = OntoBox(std::move(stakes));
    for (const Set& set : sets) {
      double sum = 0.0;
      for (const std::size_t bet : set.bets) sum += stakes[bet];
      if (sum <= set.limit) continue;
      for (const std::size_t bet : set.bets) stakes[bet] *= set.limit / sum;
    }
    return stakes;
  }

  // The best growth found by projected gradient ascent with backtracking.
  [[nodiscard]] double Maximise(int steps) const {
    std::vector<double> at(portfolio_.CountCandidates(), 0.0);
    double growth = LogGrowth(at);
    double length = 0.1;
    for (int k = 0; k < steps; ++k) {
      const std::vector<double> gradient = Gradient(at);
      bool rose = false;
      for (int tries = 0; tries < 40 && !rose; ++tries) {
        std::vector<double> next = at;
        for (std::size_t i = 0; i < next.size(); ++i) next[i] += length * gradient[i];
        next = Project(std::move(next));
        const double there = LogGrowth(next);
        rose = there > growth;
        if (rose) {
          at = std::move(next);
          growth = there;
          length *= 1.5;
        } else {
          length *= 0.5;
        }
      }
      if (!rose) break;
    }
    return growth;
  }

 private:
  struct State {
    double probability = 1.0;
    double open_profit = 0.0;
    std::vector<double> profits;
    [[nodiscard]] double Profit(const std::vector<double>& stakes) const {
      double profit = open_profit;
      for (std::size_t i = 0; i < stakes.size(); ++i) profit += profits[i] * stakes[i];
      return profit;
    }
  };
  struct Set {
    std::vector<std::size_t> bets;
    double limit = 0.0;
  };

  [[nodiscard]] std::vector<Set> Sets() const {
    std::vector<Set> sets(3);
    sets[0].limit = sets[1].limit = portfolio_.max_per_day;
    sets[2].limit = std::min(portfolio_.max_total, 1.0 - 1e-9);
    std::size_t bet = 0;
    for (const MatchBets& match : portfolio_.matches) {
      double open = 0.0;
      for (const OpenBet& placed : match.open) open += placed.fraction;
      Set of_match;
      of_match.limit = match.max_fraction - open;
      sets[static_cast<std::size_t>(match.day)].limit -= open;
      sets[2].limit -= open;
      for (std::size_t k = 0; k < match.candidates.size(); ++k, ++bet) {
        of_match.bets.push_back(bet);
        sets[static_cast<std::size_t>(match.day)].bets.push_back(bet);
        sets[2].bets.push_back(bet);
      }
      sets.push_back(std::move(of_match));
    }
    for (Set& set : sets) set.limit = std::max(set.limit, 0.0);
    return sets;
  }

  static std::vector<double> OntoSum(std::vector<double> stakes, const Set& set) {
    double sum = 0.0;
    for (const std::size_t bet : set.bets) sum += stakes[bet];
    if (sum <= set.limit) return stakes;
    for (const std::size_t bet : set.bets) {
      stakes[bet] -= (sum - set.limit) / static_cast<double>(set.bets.size());
    }
    return stakes;
  }

  [[nodiscard]] std::vector<double> OntoBox(std::vector<double> stakes) const {
    std::size_t bet = 0;
    for (const MatchBets& match : portfolio_.matches) {
      for (const CandidateBet& candidate : match.candidates) {
        stakes[bet] = std::clamp(stakes[bet], 0.0, candidate.max_fraction);
        ++bet;
      }
    }
    return stakes;
  }

  const Portfolio& portfolio_;
  std::vector<State> states_;
};

inline std::vector<double> Flat(const std::vector<std::vector<double>>& nested) {
  std::vector<double> flat;
  for (const auto& inner : nested) flat.insert(flat.end(), inner.begin(), inner.end());
  return flat;
}

}  // namespace fairline::staking

namespace fairline::staking {

// Said of a case that fails.
inline void showValue(const Portfolio& portfolio, std::ostream& os) {
  os << "max_per_day " << portfolio.max_per_day << " max_total " << portfolio.max_total << '\n';
  for (const MatchBets& match : portfolio.matches) {
    os << "day " << match.day << " max " << match.max_fraction << " p";
    for (const domain::Probability p : match.probabilities) os << ' ' << p.value();
    const auto show = [&](std::string_view name, const Payoff& payoff, double fraction) {
      os << "\n  " << name << ' ' << fraction << ':';
      for (const double profit : payoff) os << ' ' << profit;
    };
    for (const CandidateBet& bet : match.candidates) show("bet max", bet.payoff, bet.max_fraction);
    for (const OpenBet& bet : match.open) show("open", bet.payoff, bet.fraction);
    os << '\n';
  }
}

}  // namespace fairline::staking
