#include "tests/months/tally.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fairline::testing {
namespace {

// +1, 0 or -1: what one half of the stake does when `ahead` quarters of a goal decide.
int Sign(int ahead) { return (ahead > 0) - (ahead < 0); }

// Of a backer: the sum over both halves of the stake, from -2 to 2.
int Halves(const Wager& wager, int home, int away) {
  const std::string& outcome = wager.outcome;
  if (wager.market == "MATCH_RESULT") {
    const std::size_t result = ResultOf(home, away);
    const std::size_t wanted = outcome == "HOME" ? 0 : outcome == "DRAW" ? 1 : 2;
    return result == wanted ? 2 : -2;
  }
  if (wager.market == "BOTH_TO_SCORE") {
    return (home > 0 && away > 0) == (outcome == "YES") ? 2 : -2;
  }
  if (wager.market == "DOUBLE_CHANCE") {
    const std::size_t result = ResultOf(home, away);
    const std::size_t lost = outcome == "HOME_OR_DRAW" ? 2 : outcome == "HOME_OR_AWAY" ? 1 : 0;
    return result == lost ? -2 : 2;
  }
  if (wager.market == "DRAW_NO_BET") {
    return 2 * Sign(outcome == "HOME" ? home - away : away - home);
  }
  int goals = 0;
  if (wager.market == "TOTAL") goals = home + away;
  if (wager.market == "HOME_TOTAL") goals = home;
  if (wager.market == "AWAY_TOTAL") goals = away;
  if (wager.market == "ASIAN_HANDICAP") goals = home - away;
  const bool handicap = wager.market == "ASIAN_HANDICAP";
  int halves = 0;
  // A quarter line is half a stake on each of its neighbours, an even one twice the same.
  const int step = wager.line_quarters % 2 == 0 ? 0 : 1;
  for (const int line : {wager.line_quarters - step, wager.line_quarters + step}) {
    halves += Sign(handicap ? 4 * goals + line : 4 * goals - line);
  }
  return outcome == "UNDER" || outcome == "AWAY" ? -halves : halves;
}

__extension__ using Exact = __int128;
constexpr std::int64_t kMillion = 1'000'000;

// Halves up.
std::int64_t Rounded(Exact amount, Exact unit) {
  return static_cast<std::int64_t>((2 * amount + unit) / (2 * unit));
}

// What a unit wins, in millionths.
std::int64_t ProfitMillionths(const Wager& wager) {
  return std::llround(wager.odds * kMillion) - kMillion;
}

std::string NameOf(int halves) {
  static const char* const kNames[] = {"LOSS", "HALF_LOSS", "VOID", "HALF_WIN", "WIN"};
  return kNames[halves + 2];
}

}  // namespace

std::vector<double> FairByPower(const std::vector<double>& prices) {
  const auto sum_at = [&](double power) {
    double sum = 0;
    for (const double price : prices) sum += std::pow(1 / price, power);
    return sum;
  };
  double low = 0.2, high = 5;
  for (int step = 0; step < 200; ++step) {
    const double middle = (low + high) / 2;
    (sum_at(middle) > 1 ? low : high) = middle;
  }
  std::vector<double> fair;
  for (const double price : prices) fair.push_back(std::pow(1 / price, low));
  return fair;
}

Scores ScoresOf(const std::vector<double>& probabilities, std::size_t result) {
  Scores scores;
  scores.log_loss = -std::log(probabilities[result]);
  double cumulated = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double happened = k == result ? 1 : 0;
    scores.brier += (probabilities[k] - happened) * (probabilities[k] - happened);
    cumulated += probabilities[k] - happened;
    scores.rps += cumulated * cumulated;
  }
  scores.rps /= static_cast<double>(probabilities.size() - 1);
  const auto likeliest = std::max_element(probabilities.begin(), probabilities.end());
  scores.right = likeliest - probabilities.begin() == static_cast<std::ptrdiff_t>(result) ? 1 : 0;
  return scores;
}

std::size_t ResultOf(int home_goals, int away_goals) {
  return home_goals > away_goals ? 0 : home_goals == away_goals ? 1 : 2;
}

std::int64_t Exposure(const Wager& wager) {
  return wager.side == "LAY" ? Rounded(Exact{wager.stake} * ProfitMillionths(wager), kMillion)
                             : wager.stake;
}

Ending Settle(const Wager& wager, int home_goals, int away_goals) {
  constexpr int kWhole = 10'000;  // basis points
  const int halves = Halves(wager, home_goals, away_goals) * (wager.side == "LAY" ? -1 : 1);
  const Exact exposure = Exact{Exposure(wager)} * kMillion * kWhole;
  const Exact winnings = Exact{wager.stake} *
                         (wager.side == "LAY" ? kMillion : ProfitMillionths(wager)) *
                         (kWhole - wager.commission_basis_points);
  const Exact change = (halves > 0 ? winnings : exposure) * halves;
  return {NameOf(halves), Rounded(2 * exposure + change, Exact{2} * kMillion * kWhole)};
}

Ending Void(const Wager& wager) { return {"VOID", Exposure(wager)}; }

std::vector<double> FairClosing(const PastMatch& match, const std::string& market,
                                int line_quarters) {
  for (const std::string book : {"P", "Avg"}) {
    std::vector<std::string> columns;
    if (market == "MATCH_RESULT") {
      const std::string prefix = book == "P" ? "PSC" : "AvgC";
      columns = {prefix + "H", prefix + "D", prefix + "A"};
    } else if (market == "TOTAL" && line_quarters == 10) {
      columns = {book + "C>2.5", book + "C<2.5"};
    } else if (market == "ASIAN_HANDICAP") {
      const auto line = match.Number("AHCh");
      if (line && *line * 4 == line_quarters) columns = {book + "CAHH", book + "CAHA"};
    }
    std::vector<double> prices;
    for (const std::string& column : columns) {
      if (const auto price = match.Number(column); price && *price > 1) prices.push_back(*price);
    }
    double book_sum = 0;
    for (const double price : prices) book_sum += 1 / price;
    const bool whole = !columns.empty() && prices.size() == columns.size();
    if (whole && book_sum > 0.99) return FairByPower(prices);
  }
  return {};
}

}  // namespace fairline::testing
