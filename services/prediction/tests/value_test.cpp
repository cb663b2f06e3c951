// The list of prices against the forecasts.
#include <cmath>
#include <set>
#include <tuple>

#include <catch2/catch.hpp>

#include "services/prediction/app/forecast/match_markets.hpp"
#include "services/prediction/app/serving/predictor.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

using domain::Market;
using domain::Outcome;
using domain::QuoteFlag;

// SmallWorld with totals and a handicap on Arsenal - Chelsea.
SeasonDataRows WorldWithGoals() {
  SeasonDataRows rows = SmallWorld();
  const float none = features::kMissing;
  rows.coming[1].goal_markets = {
      {Market::kTotal,
       10,
       {Book("bet365", BookKind::kBookmaker, {2.20F, 1.70F, none}),
        Book("pinnacle", BookKind::kBookmaker, {2.00F, 1.95F, none}),
        Book("average", BookKind::kAggregate, {2.00F, 1.80F, none})}},
      {Market::kAsianHandicap, -1, {Book("pinnacle", BookKind::kBookmaker, {2.0F, 1.9F, none})}}};
  return rows;
}

struct Serving : SmallInstallation {
  explicit Serving(SeasonDataRows rows = WorldWithGoals()) : SmallInstallation(std::move(rows)) {
    REQUIRE(keeper.Refresh().ok());
  }
  ValuePage List(ValueFilter filter = {}, PageRequest page = {}) {
    return predictor.ListValue("", filter, page).value();
  }
  Predictor predictor{keeper};
};

const ValuePrice* Find(const ValuePage& page, Market market, Outcome outcome,
                       const std::string& book) {
  for (const ValuePrice& price : page.prices) {
    if (price.quote.market == market && price.quote.outcome == outcome &&
        price.quote.bookmaker == book && price.view.match->id.value == 100) {
      return &price;
    }
  }
  return nullptr;
}

// At which the exchange of SmallWorld is nowhere the best; at the usual one it makes an arbitrage.
constexpr double kDear = 0.2;

TEST_CASE("every market's best price is set against the forecast, the largest edge first",
          "[prediction][value]") {
  Serving world;
  const ValuePage page = world.List({.min_edge = -1.0});
  for (std::size_t i = 1; i < page.prices.size(); ++i) {
    CHECK(page.prices[i - 1].edge >= page.prices[i].edge);
  }
  std::set<Market> markets;
  for (const ValuePrice& price : page.prices) markets.insert(price.quote.market);
  CHECK(markets == std::set<Market>{Market::kMatchResult, Market::kTotal, Market::kAsianHandicap});
  // Three outcomes of two matches, over and under, and both sides of a handicap.
  CHECK(page.prices.size() == 3 + 3 + 2 + 2);

  const MatchView view = world.predictor.FindMatch({100}).value();
  const double home = view.forecast().probabilities[0];
  // The exchange's 2.40 pays less than bet365's 2.20 only at a commission of more than a seventh.
  const ValuePrice* exchange = Find(page, Market::kMatchResult, Outcome::kHome, "exchange");
  REQUIRE(exchange != nullptr);
  CHECK(exchange->edge == Approx(home * (1.0 + 1.4 * 0.95) - 1.0));
  CHECK(exchange->quote.age_minutes == Approx(60.0));
  CHECK(exchange->bookmakers == 3);
  CHECK(*exchange->median_odds == Approx(2.20));
  CHECK(exchange->anchored);
  const ValuePage dear = world.List({.exchange_commission = kDear});
  const ValuePrice* book = Find(dear, Market::kMatchResult, Outcome::kHome, "bet365");
  REQUIRE(book != nullptr);
  CHECK(book->edge == Approx(home * 2.2 - 1.0));
  CHECK(page.arbitrages.size() == dear.arbitrages.size() + 1);
  CHECK(Find(dear, Market::kMatchResult, Outcome::kHome, "best") == nullptr);

  const ValuePrice* over = Find(page, Market::kTotal, Outcome::kOver, "bet365");
  REQUIRE(over != nullptr);
  CHECK(over->anchored);
  const MarketGrid grid = GridOf(view.forecast(), view.match, *view.model->goal_rates).value();
  CHECK(over->edge == Approx(grid.grid.Over(2.5)->win * 2.2 - 1.0));
  CHECK(over->edge == Approx(AverageTotal(view.match)->over * 2.2 - 1.0));
}

TEST_CASE("prices against ratings alone are listed only when asked for", "[prediction][value]") {
  SeasonDataRows rows = WorldWithGoals();
  rows.coming[1].goal_markets[0].books.pop_back();
  Serving world(std::move(rows));
  const ValuePage page = world.List({.min_edge = -1.0});
  // A quarter-goal handicap follows from the winner, the total does not.
  CHECK(page.prices.size() == 3 + 3 + 2);
  for (const ValuePrice& price : page.prices) CHECK(price.anchored);
  const ValuePage all = world.List({.min_edge = -1.0, .include_unanchored = true});
  CHECK(all.prices.size() == 3 + 3 + 2 + 2);
  CHECK_FALSE(Find(all, Market::kTotal, Outcome::kOver, "bet365")->anchored);
}

TEST_CASE("only prices of the edge asked for are listed, of one competition when asked",
          "[prediction][value]") {
  Serving world;
  for (const ValuePrice& price : world.List().prices) CHECK(price.edge >= 0.0);
  for (const ValuePrice& price : world.List({.min_edge = 0.05}).prices) {
    CHECK(price.edge >= 0.05);
  }
  CHECK(world.List({.min_edge = 0.05}).prices.size() < world.List().prices.size());
  const ValuePage german = world.predictor.ListValue("D1", {.min_edge = -1.0}, {}).value();
  CHECK(german.prices.size() == 3);
  for (const ValuePrice& price : german.prices) {
    CHECK(price.view.match->id.value == 102);
  }
  world.as_of.Set(At("2026-01-30T20:00:00Z"));
  CHECK(Find(world.List({.min_edge = -1.0}), Market::kMatchResult, Outcome::kHome, "exchange") ==
        nullptr);
}

TEST_CASE("books that contradict each other are an arbitrage with its locking stakes",
          "[prediction][value]") {
  Serving world;
  const ValuePage page = world.List({.exchange_commission = kDear});
  REQUIRE(page.arbitrages.size() == 1);
  const MatchArbitrage& found = page.arbitrages[0];
  CHECK(found.market == Market::kTotal);
  CHECK(found.line_quarters == 10);
  const double cost = 1 / 2.2 + 1 / 1.95;
  CHECK(found.profit == Approx(1 / cost - 1));
  CHECK(found.least_profit == found.profit);
  REQUIRE(found.legs.size() == 2);
  for (const LockingStake& leg : found.legs) {
    CHECK(leg.stake_share * leg.quote.odds.value() == Approx(1.0 + found.profit));
  }
  CHECK(found.legs[0].bookmaker_name == "Book bet365");
  CHECK(found.explanation.find("on over at 2.20 with Book bet365") != std::string::npos);
  const ValuePage all = world.List({.min_edge = -1.0, .exchange_commission = kDear});
  CHECK(Find(all, Market::kTotal, Outcome::kOver, "bet365")->in_arbitrage);
  CHECK_FALSE(Find(all, Market::kAsianHandicap, Outcome::kHome, "pinnacle")->in_arbitrage);
}

TEST_CASE("a price far above the others is flagged and left out of the usable",
          "[prediction][value]") {
  SeasonDataRows rows = WorldWithGoals();
  rows.coming[1].books.push_back(Book("wild", BookKind::kBookmaker, {9.0F, 3.3F, 3.7F}));
  Serving world(rows);
  const ValuePage page = world.List({.exchange_commission = kDear});
  const ValuePrice& first = page.prices.front();
  CHECK(first.quote.bookmaker == "wild");
  CHECK(first.flag == QuoteFlag::kSuspicious);
  // The best of the others is listed all the same.
  const ValuePrice* best = Find(page, Market::kMatchResult, Outcome::kHome, "bet365");
  REQUIRE(best != nullptr);
  CHECK(best->flag == QuoteFlag::kUsable);
  CHECK(page.arbitrages.size() == 2);
  CHECK(page.arbitrages[0].suspicious);

  const ValuePage usable = world.List({.only_usable = true, .exchange_commission = kDear});
  CHECK(Find(usable, Market::kMatchResult, Outcome::kHome, "wild") == nullptr);
  CHECK(usable.arbitrages.size() == 1);
}

TEST_CASE("a price older than the policy allows is stale", "[prediction][value]") {
  Serving world;
  staking::StakingPolicy policy;
  policy.max_price_age_minutes = 90;
  REQUIRE(
      world.policies
          .Change({.policy = policy, .actor_id = 1, .actor = "admin", .reason = "a test"}, Soon())
          .ok());
  REQUIRE(world.keeper.Refresh().ok());
  CHECK(world.List().prices.front().flag == QuoteFlag::kUsable);
  world.as_of.Set(kNow + std::chrono::minutes(31));
  for (const ValuePrice& price : world.List().prices) CHECK(price.flag == QuoteFlag::kStale);
  CHECK(world.List({.only_usable = true}).prices.empty());
  CHECK(world.List().arbitrages.empty());
}

TEST_CASE("pages of value join without gap or repetition", "[prediction][value]") {
  Serving world;
  const auto key = [](const ValuePrice& price) {
    return std::tuple(price.view.match->id.value, price.quote.market, price.quote.outcome,
                      price.quote.bookmaker);
  };
  const ValuePage all = world.List({.min_edge = -1.0});
  std::vector<decltype(key(all.prices[0]))> expected, joined;
  for (const ValuePrice& price : all.prices) expected.push_back(key(price));
  PageRequest request{3, ""};
  do {
    const ValuePage page = world.List({.min_edge = -1.0}, request);
    CHECK(page.prices.size() <= 3);
    CHECK(page.arbitrages.size() == all.arbitrages.size());
    for (const ValuePrice& price : page.prices) joined.push_back(key(price));
    request.token = page.next_token;
  } while (!request.token.empty());
  CHECK(joined == expected);
}

TEST_CASE("bad requests for value name the field", "[prediction][value]") {
  Serving world;
  const auto refused = [&](std::string_view competition, const ValueFilter& filter,
                           const PageRequest& page) {
    const absl::Status status = world.predictor.ListValue(competition, filter, page).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    return MessageOf(status).substr(0, MessageOf(status).find(':'));
  };
  CHECK(refused("E9", {}, {}) == "competition");
  CHECK(refused("", {.min_edge = std::nan("")}, {}) == "min_edge");
  CHECK(refused("", {.exchange_commission = 1.0}, {}) == "exchange_commission");
  CHECK(refused("", {}, {-1, ""}) == "page_size");
  CHECK(refused("", {}, {3, "1.2.3"}) == "page_token");
}

}  // namespace
}  // namespace fairline::prediction
