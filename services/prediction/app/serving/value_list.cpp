#include "services/prediction/app/serving/value_list.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "services/prediction/app/forecast/match_markets.hpp"

namespace fairline::prediction {
namespace {

constexpr int kPageSize = 100;

using domain::Market;
using domain::Outcome;

// Edge (as bits), match, market, line, outcome, quote.
using ValueKey = std::array<std::int64_t, 6>;

// All prices of one match, and the book of each.
struct MatchQuotes {
  std::vector<domain::PriceQuote> quotes;
  std::vector<const BookPrices*> books;
};

struct PriceRules {
  Instant now;
  double max_age_minutes;
  double exchange_commission;
};

void AddQuotes(std::span<const BookPrices> books, Market market, int line, const PriceRules& rules,
               MatchQuotes& out) {
  const std::span<const Outcome> outcomes = domain::OutcomesOf(market);
  for (const BookPrices& book : books) {
    if (book.kind == BookKind::kAggregate) continue;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const auto odds = domain::PrintedOdds(book.prices[i]);
      if (!odds.ok()) continue;
      domain::PriceQuote quote{.bookmaker = book.code,
                               .market = market,
                               .line_quarters = line,
                               .outcome = outcomes[i],
                               .odds = *odds};
      if (book.kind == BookKind::kExchange) quote.commission = rules.exchange_commission;
      quote.age_minutes = AgeMinutes(book, rules.now);
      if (std::isfinite(rules.max_age_minutes)) {
        quote.max_age_minutes = rules.max_age_minutes;
      }
      out.quotes.push_back(std::move(quote));
      out.books.push_back(&book);
    }
  }
}

MatchQuotes QuotesOf(const ComingMatch& match, Market winner, const PriceRules& rules) {
  MatchQuotes quotes;
  AddQuotes(match.books, winner, 0, rules, quotes);
  for (const GoalMarket& quoted : match.goal_markets) {
    AddQuotes(quoted.books, quoted.market, quoted.line_quarters, rules, quotes);
  }
  return quotes;
}

// What the forecast says of every bet that is quoted; nothing of goals without expected goals.
struct Chances {
  std::vector<domain::BetChance> bets;
  bool goals_meet_total = false;
};

absl::StatusOr<Chances> ChancesOf(const MatchView& view, Market winner) {
  Chances chances;
  const std::span<const Outcome> outcomes = domain::OutcomesOf(winner);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const double p = view.forecast().probabilities[i];
    chances.bets.push_back({winner, 0, outcomes[i], {.win = p, .loss = 1.0 - p}});
  }
  if (winner != Market::kMatchResult || view.match->goal_markets.empty()) return chances;
  const absl::StatusOr<MarketGrid> based =
      GridOf(view.forecast(), view.match, *view.model->goal_rates);
  if (absl::IsFailedPrecondition(based.status())) return chances;
  RETURN_IF_ERROR(based.status());
  chances.goals_meet_total = based->meets_total;
  for (const GoalMarket& quoted : view.match->goal_markets) {
    ASSIGN_OR_RETURN(const std::vector<domain::PricedBet> bets,
                     domain::PriceMarket(based->grid, quoted.market, quoted.line_quarters));
    for (const domain::PricedBet& bet : bets) {
      chances.bets.push_back({quoted.market, quoted.line_quarters, bet.outcome, bet.settlement});
    }
  }
  return chances;
}

bool SameBet(const domain::PriceQuote& quote, const auto& bet) {
  return quote.market == bet.market && quote.line_quarters == bet.line_quarters &&
         quote.outcome == bet.outcome;
}

template <typename Bets>
auto Find(const Bets& bets, const domain::PriceQuote& quote) {
  return std::find_if(bets.begin(), bets.end(),
                      [&](const auto& bet) { return SameBet(quote, bet); });
}

struct Row {
  ValuePrice price;
  ValueKey key;
};

// Whether a comes before b: the larger edge, then the order of matches and markets.
bool Before(const ValueKey& a, const ValueKey& b) {
  const double edge_a = std::bit_cast<double>(a[0]), edge_b = std::bit_cast<double>(b[0]);
  if (edge_a != edge_b) return edge_a > edge_b;
  return std::lexicographical_compare(a.begin() + 1, a.end(), b.begin() + 1, b.end());
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kHome:
      return "home";
    case Outcome::kDraw:
      return "draw";
    case Outcome::kAway:
      return "away";
    case Outcome::kOver:
      return "over";
    case Outcome::kUnder:
      return "under";
    case Outcome::kYes:
      return "yes";
    case Outcome::kNo:
      return "no";
    default:
      return "other";
  }
}

std::string Explain(const MatchArbitrage& arbitrage) {
  std::string text = "Arbitrage: of the money staked put";
  std::string_view lead = " ";
  for (const LockingStake& leg : arbitrage.legs) {
    text += fmt::format("{}{:.2f} % on {} at {:.2f} with {}", lead, 100.0 * leg.stake_share,
                        OutcomeName(leg.quote.outcome), leg.quote.odds.value(), leg.bookmaker_name);
    lead = ", ";
  }
  text += fmt::format(": {:.2f} % profit however it ends", 100.0 * arbitrage.profit);
  if (arbitrage.least_profit < arbitrage.profit) {
    text += fmt::format(", {:.2f} % when it ends on the line", 100.0 * arbitrage.least_profit);
  }
  text += arbitrage.suspicious
              ? ". It rests on a price that is probably a mistake and may be voided."
              : ". Prices move: check both before staking either.";
  return text;
}

MatchArbitrage AsArbitrage(const MatchView& view, const MatchQuotes& quotes,
                           const domain::Arbitrage& found) {
  MatchArbitrage arbitrage{.view = view,
                           .market = found.market,
                           .line_quarters = found.line_quarters,
                           .legs = {},
                           .profit = found.profit,
                           .least_profit = found.least_profit,
                           .suspicious = found.suspicious,
                           .explanation = {}};
  for (const domain::ArbitrageLeg& leg : found.legs) {
    arbitrage.legs.push_back(
        {quotes.quotes[leg.quote], quotes.books[leg.quote]->name, leg.stake_share});
  }
  arbitrage.explanation = Explain(arbitrage);
  return arbitrage;
}

absl::Status AddMatch(const MatchView& view, const PriceRules& rules, const ValueFilter& filter,
                      std::vector<Row>& rows, std::vector<MatchArbitrage>& arbitrages) {
  const Market winner = domain::WinnerMarket(view.forecast().probabilities.size());
  const MatchQuotes quotes = QuotesOf(*view.match, winner, rules);
  if (quotes.quotes.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Chances chances, ChancesOf(view, winner));
  ASSIGN_OR_RETURN(
      const domain::ValueReport report,
      domain::FindValue(quotes.quotes, chances.bets,
                        {.max_to_median = view.snapshot->policy().max_best_to_average}));
  std::vector<bool> locks(quotes.quotes.size(), false);
  for (const domain::Arbitrage& found : report.arbitrages) {
    for (const domain::ArbitrageLeg& leg : found.legs) locks[leg.quote] = true;
    if (filter.only_usable && found.suspicious) continue;
    arbitrages.push_back(AsArbitrage(view, quotes, found));
  }
  for (std::size_t q = 0; q < quotes.quotes.size(); ++q) {
    const domain::PriceQuote& quote = quotes.quotes[q];
    const auto best = Find(report.best, quote);
    const bool usable = report.flags[q] == domain::QuoteFlag::kUsable;
    if (usable ? best == report.best.end() || best->quote != q : filter.only_usable) continue;
    const auto chance = Find(chances.bets, quote);
    if (chance == chances.bets.end()) continue;
    const bool follows =
        quote.market == winner || domain::DecidedByWinner(quote.market, quote.line_quarters);
    const bool anchored = view.forecast().anchored && (follows || chances.goals_meet_total);
    if (!anchored && !filter.include_unanchored) continue;
    ASSIGN_OR_RETURN(const domain::DecimalOdds net, domain::NetOdds(quote.odds, quote.commission));
    const double edge = chance->settlement.Edge(net);
    if (!(edge >= filter.min_edge)) continue;
    ValuePrice price{.view = view,
                     .quote = quote,
                     .bookmaker_name = quotes.books[q]->name,
                     .seen_at = quotes.books[q]->seen_at,
                     .flag = report.flags[q],
                     .settlement = chance->settlement,
                     .edge = edge,
                     .bookmakers = 0,
                     .median_odds = std::nullopt,
                     .anchored = anchored,
                     .in_arbitrage = locks[q]};
    if (best != report.best.end()) {
      price.bookmakers = best->bookmakers;
      price.median_odds = best->median_odds;
    }
    const ValueKey key = {std::bit_cast<std::int64_t>(edge),        view.match->id.value,
                          static_cast<std::int64_t>(quote.market),  quote.line_quarters,
                          static_cast<std::int64_t>(quote.outcome), static_cast<std::int64_t>(q)};
    rows.push_back({std::move(price), key});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ValuePage> ListValue(const std::shared_ptr<const Snapshot>& snapshot, Instant now,
                                    const ValueFilter& filter, const PageRequest& page) {
  if (!std::isfinite(filter.min_edge)) return InvalidField("min_edge", "must be a number");
  if (!(filter.exchange_commission >= 0.0 && filter.exchange_commission < 1.0)) {
    return InvalidField("exchange_commission", "must be from 0 to below 1");
  }
  ASSIGN_OR_RETURN(const int size, PageSize(page.size, kPageSize));
  ASSIGN_OR_RETURN(const auto after, ParsePageToken<std::tuple_size_v<ValueKey>>(page.token));
  const PriceRules rules{now, snapshot->policy().max_price_age_minutes, filter.exchange_commission};
  ValuePage out;
  std::vector<Row> rows;
  const std::vector<ComingMatch>& matches = snapshot->season_data().coming();
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (!snapshot->coming()[i] || !matches[i].ComingAt(now)) continue;
    const MatchView view = ViewOf(snapshot, i);
    if (filter.competition != nullptr && view.competition != filter.competition) continue;
    RETURN_IF_ERROR(WithContext(AddMatch(view, rules, filter, rows, out.arbitrages),
                                fmt::format("match {}", view.match->id.value)));
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return Before(a.key, b.key); });
  std::stable_sort(out.arbitrages.begin(), out.arbitrages.end(),
                   [](const auto& a, const auto& b) { return a.profit > b.profit; });
  const ValueKey* last = nullptr;
  for (Row& row : rows) {
    if (after && !Before(*after, row.key)) continue;
    if (static_cast<int>(out.prices.size()) == size) {
      out.next_token = PageToken(*last);
      break;
    }
    out.prices.push_back(std::move(row.price));
    last = &row.key;
  }
  return out;
}

}  // namespace fairline::prediction
