#include "libs/domain/value.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace fairline::domain {
namespace {

constexpr std::size_t kBooksToJudgeBy = 2;

using MarketKey = std::pair<Market, int>;  // and its line
using BetKey = std::tuple<Market, int, Outcome>;

BetKey KeyOf(const PriceQuote& quote) { return {quote.market, quote.line_quarters, quote.outcome}; }

// What part of an arbitrage's profit is left when the result falls on the line: none on whole
// lines, half on quarter lines. Draw no bet is a handicap of 0.
double LeftOnTheLine(const MarketKey& key) {
  if (key.first == Market::kDrawNoBet) return 0.0;
  if (!HasLine(key.first)) return 1.0;
  const int within = ((key.second % 4) + 4) % 4;
  if (within == 0) return 0.0;
  return within == 2 ? 1.0 : 0.5;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

bool IsStale(const PriceQuote& quote) {
  return quote.age_minutes && quote.max_age_minutes && *quote.age_minutes > *quote.max_age_minutes;
}

using QuotesByBet = std::map<BetKey, std::vector<std::size_t>>;

std::vector<QuoteFlag> Flags(std::span<const PriceQuote> quotes, const QuotesByBet& by_bet,
                             const ValueLimits& limits) {
  std::vector<QuoteFlag> flags(quotes.size(), QuoteFlag::kUsable);
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    if (IsStale(quotes[i])) flags[i] = QuoteFlag::kStale;
  }
  for (const auto& [bet, indexes] : by_bet) {
    for (const std::size_t i : indexes) {
      if (flags[i] == QuoteFlag::kStale) continue;
      std::vector<double> others;
      for (const std::size_t other : indexes) {
        if (other != i && flags[other] != QuoteFlag::kStale) {
          others.push_back(quotes[other].odds.value());
        }
      }
      if (others.size() < kBooksToJudgeBy) continue;
      if (quotes[i].odds.value() > limits.max_to_median * Median(std::move(others))) {
        flags[i] = QuoteFlag::kSuspicious;
      }
    }
  }
  return flags;
}

}  // namespace

absl::StatusOr<ValueReport> FindValue(std::span<const PriceQuote> quotes,
                                      std::span<const BetChance> chances,
                                      const ValueLimits& limits) {
  std::vector<DecimalOdds> net;
  QuotesByBet by_bet;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    auto after_commission = NetOdds(quotes[i].odds, quotes[i].commission);
    RETURN_IF_ERROR(Within(fmt::format("quotes[{}]", i), after_commission.status()));
    net.push_back(*after_commission);
    by_bet[KeyOf(quotes[i])].push_back(i);
  }

  ValueReport report;
  report.flags = Flags(quotes, by_bet, limits);
  // The best of each bet, and the best when suspicious prices are believed.
  std::map<BetKey, std::size_t> usable, believed;
  for (const auto& [bet, indexes] : by_bet) {
    std::vector<double> prices;
    for (const std::size_t i : indexes) {
      if (report.flags[i] == QuoteFlag::kStale) continue;
      const auto at = believed.try_emplace(bet, i).first;
      if (net[i] > net[at->second]) at->second = i;
      if (report.flags[i] == QuoteFlag::kSuspicious) continue;
      const auto best = usable.try_emplace(bet, i).first;
      if (net[i] > net[best->second]) best->second = i;
      prices.push_back(quotes[i].odds.value());
    }
    if (prices.empty()) continue;
    const std::size_t best = usable.at(bet);
    BestPrice price;
    std::tie(price.market, price.line_quarters, price.outcome) = bet;
    price.quote = best;
    price.bookmakers = static_cast<int>(prices.size());
    price.net_odds = net[best].value();
    price.median_odds = Median(std::move(prices));
    for (const BetChance& chance : chances) {
      if (BetKey{chance.market, chance.line_quarters, chance.outcome} == bet) {
        price.edge = chance.settlement.Edge(net[best]);
      }
    }
    report.best.push_back(price);
  }

  std::map<MarketKey, bool> markets;
  for (const auto& [bet, indexes] : by_bet) markets[{std::get<0>(bet), std::get<1>(bet)}] = true;
  for (const auto& [key, offered] : markets) {
    const MarketRow* market = FindMarket(key.first);
    if (market == nullptr || !market->exclusive) continue;
    for (const auto* best : {&usable, &believed}) {
      Arbitrage found{.market = key.first, .line_quarters = key.second, .legs = {}};
      double cost = 0.0;
      for (const Outcome outcome : market->outcomes) {
        const auto at = best->find({key.first, key.second, outcome});
        if (at == best->end()) break;
        cost += net[at->second].Implied();
        found.legs.push_back({at->second, net[at->second].Implied()});
        found.suspicious |= report.flags[at->second] == QuoteFlag::kSuspicious;
      }
      if (found.legs.empty() || found.legs.size() != market->outcomes.size()) continue;
      if (!(cost < 1.0)) continue;
      for (ArbitrageLeg& leg : found.legs) leg.stake_share /= cost;
      found.profit = 1.0 / cost - 1.0;
      found.least_profit = found.profit * LeftOnTheLine(key);
      report.arbitrages.push_back(std::move(found));
      break;
    }
  }
  std::stable_sort(report.arbitrages.begin(), report.arbitrages.end(),
                   [](const Arbitrage& a, const Arbitrage& b) { return a.profit > b.profit; });
  return report;
}

}  // namespace fairline::domain
