#include "libs/domain/value.hpp"

#include "libs/testing/odds.hpp"

namespace fairline::domain {
namespace {

using testing::Prices;

PriceQuote Quote(std::string bookmaker, Outcome outcome, double odds) {
  return {.bookmaker = std::move(bookmaker), .outcome = outcome, .odds = Prices({odds})[0]};
}

const std::vector<BetChance> kChances = {
    {.outcome = Outcome::kHome, .settlement = {.win = .5, .loss = .5}}};

TEST_CASE("the best price over the bookmakers is weighed against the forecast", "[domain][value]") {
  const std::vector<PriceQuote> quotes = {Quote("a", Outcome::kHome, 2.0),
                                          Quote("b", Outcome::kHome, 2.1),
                                          Quote("c", Outcome::kHome, 2.1)};
  const auto report = FindValue(quotes, kChances).value();
  REQUIRE(report.best.size() == 1);
  CHECK(report.best[0].quote == 1);
  CHECK(report.best[0].bookmakers == 3);
  CHECK(report.best[0].edge.value() == Approx(.05));
  CHECK(report.arbitrages.empty());
}

TEST_CASE("an exchange's price counts after commission", "[domain][value]") {
  std::vector<PriceQuote> quotes = {Quote("book", Outcome::kHome, 2.08),
                                    Quote("exchange", Outcome::kHome, 2.1)};
  quotes[1].commission = .05;
  const auto report = FindValue(quotes, kChances).value();
  CHECK(report.best[0].quote == 0);
  quotes[1].commission = 1.0;
  CHECK_FALSE(FindValue(quotes, kChances).ok());
}

TEST_CASE("a price far off the others is suspicious and one past its limit is stale",
          "[domain][value]") {
  std::vector<PriceQuote> quotes = {
      Quote("a", Outcome::kHome, 2.0), Quote("b", Outcome::kHome, 2.05),
      Quote("gift", Outcome::kHome, 2.9), Quote("old", Outcome::kHome, 2.2)};
  quotes[3].age_minutes = 61;
  quotes[3].max_age_minutes = 60;
  const auto report = FindValue(quotes, kChances).value();
  CHECK(report.flags == std::vector{QuoteFlag::kUsable, QuoteFlag::kUsable, QuoteFlag::kSuspicious,
                                    QuoteFlag::kStale});
  CHECK(report.best[0].quote == 1);
}

TEST_CASE("books that contradict each other are an arbitrage, with the stakes that lock it",
          "[domain][value]") {
  const std::vector<PriceQuote> quotes = {
      Quote("a", Outcome::kHome, 2.5), Quote("b", Outcome::kDraw, 3.8),
      Quote("a", Outcome::kAway, 3.0), Quote("b", Outcome::kAway, 3.4)};
  const auto report = FindValue(quotes, {}).value();
  REQUIRE(report.arbitrages.size() == 1);
  const Arbitrage& found = report.arbitrages[0];
  const double cost = 1 / 2.5 + 1 / 3.8 + 1 / 3.4;
  CHECK(found.profit == Approx(1 / cost - 1));
  CHECK(found.least_profit == found.profit);
  CHECK_FALSE(found.suspicious);
  REQUIRE(found.legs.size() == 3);
  for (const ArbitrageLeg& leg : found.legs) {
    CHECK(leg.stake_share * quotes[leg.quote].odds.value() == Approx(1 + found.profit));
  }
}

TEST_CASE("an arbitrage that rests on a suspicious price says so", "[domain][value]") {
  const std::vector<PriceQuote> quotes = {
      Quote("a", Outcome::kHome, 2.0), Quote("b", Outcome::kHome, 2.0),
      Quote("gift", Outcome::kHome, 3.5), Quote("a", Outcome::kDraw, 3.6),
      Quote("a", Outcome::kAway, 3.6)};
  const auto report = FindValue(quotes, {}).value();
  REQUIRE(report.arbitrages.size() == 1);
  CHECK(report.arbitrages[0].suspicious);
}

TEST_CASE("on a whole line the stakes come back, on a quarter line half the profit is sure",
          "[domain][value]") {
  const auto at_line = [](int quarters) {
    std::vector<PriceQuote> quotes = {Quote("a", Outcome::kOver, 2.1),
                                      Quote("b", Outcome::kUnder, 2.1)};
    for (PriceQuote& quote : quotes) {
      quote.market = Market::kTotal;
      quote.line_quarters = quarters;
    }
    return FindValue(quotes, {}).value().arbitrages.at(0);
  };
  CHECK(at_line(10).profit == Approx(.05));
  CHECK(at_line(10).least_profit == Approx(.05));
  CHECK(at_line(8).least_profit == 0.0);
  CHECK(at_line(9).least_profit == Approx(.025));
  CHECK(at_line(-3).least_profit == Approx(.025));
}

}  // namespace
}  // namespace fairline::domain
