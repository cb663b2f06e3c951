// Markets on goals: the table in markets.golden, and what is done with prices and lines.
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "libs/testing/data.hpp"
#include "services/prediction/app/forecast/match_markets.hpp"
#include "services/prediction/tests/fakes.hpp"

namespace fairline::prediction {
namespace {

using domain::Market;
using domain::Outcome;

features::FeatureCatalogue RatesCatalogue() {
  std::vector<features::Feature> columns;
  for (const char* name :
       {"dixon_coles_home_goals", "dixon_coles_away_goals", "dixon_coles_rho",
        "dixon_coles_shots_home_goals", "dixon_coles_shots_away_goals", "dixon_coles_shots_rho",
        "goals_rating_home_rate", "goals_rating_away_rate"}) {
    columns.push_back({name, "", "", "", features::Block::kRating});
  }
  return {"football", "test", std::move(columns)};
}
constexpr float kUnknown = features::kMissing;

MatchForecast Forecast(std::vector<double> result, bool anchored = true) {
  MatchForecast forecast;
  forecast.probabilities = std::move(result);
  forecast.anchored = anchored;
  forecast.features = {1.5F, 1.1F, -0.05F, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
  return forecast;
}

const MarketSheet& SheetOf(const MatchMarkets& markets, Market market, int line) {
  for (const MarketSheet& sheet : markets.sheets) {
    if (sheet.market == market && sheet.line_quarters == line) return sheet;
  }
  FAIL("no such market");
  return markets.sheets.front();
}

bool Has(const MatchMarkets& markets, Market market, int line) {
  return std::any_of(markets.sheets.begin(), markets.sheets.end(), [&](const MarketSheet& sheet) {
    return sheet.market == market && sheet.line_quarters == line;
  });
}

const std::map<std::string, Market> kMarkets = {{"match_result", Market::kMatchResult},
                                                {"double_chance", Market::kDoubleChance},
                                                {"draw_no_bet", Market::kDrawNoBet},
                                                {"both_to_score", Market::kBothToScore},
                                                {"total", Market::kTotal},
                                                {"asian_handicap", Market::kAsianHandicap},
                                                {"home_total", Market::kHomeTotal},
                                                {"away_total", Market::kAwayTotal}};
const std::map<std::string, Outcome> kOutcomes = {{"home", Outcome::kHome},
                                                  {"draw", Outcome::kDraw},
                                                  {"away", Outcome::kAway},
                                                  {"over", Outcome::kOver},
                                                  {"under", Outcome::kUnder},
                                                  {"yes", Outcome::kYes},
                                                  {"no", Outcome::kNo},
                                                  {"home_or_draw", Outcome::kHomeOrDraw},
                                                  {"home_or_away", Outcome::kHomeOrAway},
                                                  {"draw_or_away", Outcome::kDrawOrAway}};

// Checks one line of the table against `markets`.
void CheckBet(const MatchMarkets& markets, const std::string& market, std::istringstream& words) {
  int line = 0;
  std::string outcome;
  domain::SettlementProbabilities expected;
  double fair_odds = 0.0;
  words >> line >> outcome >> expected.win >> expected.half_win >> expected.push >>
      expected.half_loss >> expected.loss >> fair_odds;
  REQUIRE(words);
  const MarketSheet& sheet = SheetOf(markets, kMarkets.at(market), line);
  const auto bet = std::find_if(sheet.bets.begin(), sheet.bets.end(), [&](const QuotedBet& quoted) {
    return quoted.bet.outcome == kOutcomes.at(outcome);
  });
  REQUIRE(bet != sheet.bets.end());
  const domain::SettlementProbabilities& settlement = bet->bet.settlement;
  CHECK(settlement.win == Approx(expected.win).margin(1e-8));
  CHECK(settlement.half_win == Approx(expected.half_win).margin(1e-8));
  CHECK(settlement.push == Approx(expected.push).margin(1e-8));
  CHECK(settlement.half_loss == Approx(expected.half_loss).margin(1e-8));
  CHECK(settlement.loss == Approx(expected.loss).margin(1e-8));
  CHECK(settlement.FairOdds()->value() == Approx(fair_odds).margin(1e-5));
}

}  // namespace

TEST_CASE("the table of rates and markets holds", "[prediction][golden]") {
  std::ifstream file(testing::SourceDir() / "services/prediction/tests/markets.golden");
  REQUIRE(file.good());
  const GoalRates rates(RatesCatalogue());
  MatchForecast forecast = Forecast({});
  std::optional<MatchMarkets> markets;
  std::size_t score = 0;
  int checked = 0;
  for (std::string text; std::getline(file, text);) {
    std::istringstream words(text);
    std::string first;
    if (text.starts_with('#') || !(words >> first) || first == "case") continue;
    INFO(text);
    if (first == "rates") {
      words >> forecast.features[0] >> forecast.features[1] >> forecast.features[2];
    } else if (first == "result") {
      forecast.probabilities.resize(3);
      for (double& probability : forecast.probabilities) words >> probability;
      markets = PriceMarkets(forecast, nullptr, rates, {}).value();
      score = 0;
    } else if (first == "score") {
      int home = 0;
      int away = 0;
      double probability = 0.0;
      words >> home >> away >> probability;
      CHECK(markets->likeliest[score].home_goals == home);
      CHECK(markets->likeliest[score].away_goals == away);
      CHECK(markets->likeliest[score].probability == Approx(probability).margin(1e-8));
      ++score;
    } else {
      CheckBet(*markets, first, words);
      ++checked;
    }
  }
  CHECK(checked == 3 * 42);
}

TEST_CASE("lines are those asked for or the default, and those quoted", "[prediction][markets]") {
  const GoalRates rates(RatesCatalogue());
  const MatchForecast forecast = Forecast({0.45, 0.28, 0.27});
  const MatchMarkets plain = PriceMarkets(forecast, nullptr, rates, {}).value();
  CHECK(Has(plain, Market::kTotal, 2));
  CHECK(Has(plain, Market::kTotal, 22));
  CHECK(Has(plain, Market::kAsianHandicap, -10));
  CHECK_FALSE(Has(plain, Market::kTotal, 23));
  CHECK(plain.likeliest.size() == 10);

  ComingMatch match;
  match.goal_markets.push_back({Market::kAsianHandicap, -13, {}});
  const MatchMarkets chosen =
      PriceMarkets(
          forecast, &match, rates,
          {.total_lines = {10}, .handicap_lines = {0}, .team_lines = {4}, .correct_scores = 3})
          .value();
  CHECK(Has(chosen, Market::kTotal, 10));
  CHECK_FALSE(Has(chosen, Market::kTotal, 9));
  CHECK(Has(chosen, Market::kAsianHandicap, -13));
  CHECK(Has(chosen, Market::kHomeTotal, 4));
  CHECK_FALSE(Has(chosen, Market::kAwayTotal, 2));
  CHECK(chosen.likeliest.size() == 3);
}

TEST_CASE("the best price of a quoted line is information with its edge, not a stake",
          "[prediction][markets]") {
  const GoalRates rates(RatesCatalogue());
  ComingMatch match;
  match.books = {Book("bet365", BookKind::kBookmaker, {2.2F, 3.3F, 3.7F})};
  match.goal_markets.push_back(
      {Market::kAsianHandicap,
       -3,
       {Book("average", BookKind::kAggregate, {1.95F, 1.93F, kUnknown}),
        Book("exchange", BookKind::kExchange, {2.20F, 2.20F, kUnknown}),
        Book("bet365", BookKind::kBookmaker, {2.00F, 1.90F, kUnknown}),
        Book("pinnacle", BookKind::kBookmaker, {1.98F, 1.96F, kUnknown})}});
  const MatchMarkets markets =
      PriceMarkets(Forecast({0.45, 0.28, 0.27}), &match, rates, {}).value();
  const MarketSheet& handicap = SheetOf(markets, Market::kAsianHandicap, -3);
  CHECK(handicap.bets[0].best.bookmaker_code == "bet365");
  CHECK(handicap.bets[1].best.bookmaker_code == "pinnacle");
  CHECK(handicap.bets[1].best.offer.average->value() == Approx(1.93));
  const domain::SettlementProbabilities& home = handicap.bets[0].bet.settlement;
  CHECK(*handicap.bets[0].edge ==
        Approx(home.win + 0.5 * home.half_win - home.loss - 0.5 * home.half_loss));
  CHECK_FALSE(handicap.anchored);
  CHECK(handicap.no_stake.starts_with("No stake, because this probability comes from"));

  CHECK(SheetOf(markets, Market::kAsianHandicap, 0).anchored);
  CHECK(SheetOf(markets, Market::kDrawNoBet, 0).no_stake.starts_with("No stake here"));
  const MarketSheet& winner = SheetOf(markets, Market::kMatchResult, 0);
  CHECK(winner.no_stake.empty());
  CHECK(*winner.bets[0].edge == Approx(0.45 * 2.2 - 1.0).margin(1e-6));

  const MatchMarkets unanchored =
      PriceMarkets(Forecast({0.45, 0.28, 0.27}, false), &match, rates, {}).value();
  CHECK_FALSE(SheetOf(unanchored, Market::kDrawNoBet, 0).anchored);
  CHECK(SheetOf(unanchored, Market::kDrawNoBet, 0).no_stake.starts_with("No stake, because the"));
}

TEST_CASE("markets on goals start from the average price of the total", "[prediction][markets]") {
  const GoalRates rates(RatesCatalogue());
  const MatchForecast forecast = Forecast({0.45, 0.28, 0.27});
  ComingMatch match;
  const auto quote = [&](std::int16_t line, float over, float under) {
    match.goal_markets.push_back(
        {Market::kTotal, line, {Book("average", BookKind::kAggregate, {over, under, kUnknown})}});
  };
  CHECK_FALSE(AverageTotal(nullptr).has_value());
  CHECK_FALSE(AverageTotal(&match).has_value());
  quote(14, 3.4F, 1.3F);
  quote(10, 1.9F, 1.9F);
  quote(9, 1.7F, 2.1F);
  const auto total = AverageTotal(&match);
  REQUIRE(total.has_value());
  CHECK(total->line == 2.5);
  CHECK(total->over == Approx(0.5));

  const MatchMarkets markets = PriceMarkets(forecast, &match, rates, {}).value();
  CHECK(markets.based.meets_total);
  CHECK(markets.based.basis.find("average price of over 2.5 goals") != std::string::npos);
  CHECK(SheetOf(markets, Market::kTotal, 10).bets[0].bet.settlement.win == Approx(0.5));
  CHECK(SheetOf(markets, Market::kMatchResult, 0).bets[0].bet.settlement.win == Approx(0.45));
  for (const auto& [market, line] : {std::pair{Market::kTotal, 10}, {Market::kBothToScore, 0}}) {
    CHECK(SheetOf(markets, market, line).anchored);
    CHECK(SheetOf(markets, market, line).no_stake.find("one price against the others") !=
          std::string::npos);
  }
  const MatchMarkets without = PriceMarkets(forecast, nullptr, rates, {}).value();
  CHECK_FALSE(without.based.meets_total);
  CHECK_FALSE(SheetOf(without, Market::kTotal, 10).anchored);

  // A book that no grid can agree with (over 0.5 of a match that is seldom drawn) is left aside.
  match.goal_markets.clear();
  quote(2, 2.0F, 1.8F);
  CHECK_FALSE(PriceMarkets(forecast, &match, rates, {})->based.meets_total);
}

TEST_CASE("the grid takes the best rates that are known", "[prediction][markets]") {
  const GoalRates rates(RatesCatalogue());
  const auto expected_goals = [&](std::vector<float> row) {
    const BasedGrid based = rates.Grid(row).value();
    return std::pair(based.grid.ExpectedGoals(domain::Side::kHome), std::string(based.basis));
  };
  const auto [pooled, pooled_basis] = expected_goals({1.6F, 1.0F, 0, 0.9F, 1.0F, 0, 3, 3});
  CHECK(pooled == Approx(std::sqrt(1.6 * 0.9)).margin(1e-6));
  CHECK(pooled_basis.find("pooled") != std::string::npos);
  const auto [shots, shots_basis] = expected_goals({kUnknown, 1.0F, 0, 0.9F, 1.0F, 0, 3, 3});
  CHECK(shots == Approx(0.9).margin(1e-6));
  const auto [online, online_basis] =
      expected_goals({kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, 2.5F, 1.0F});
  CHECK(online == Approx(2.5).margin(1e-5));
  CHECK(online_basis.find("online") == 0);
  CHECK(rates.Grid(std::vector<float>(8, kUnknown)).status().code() ==
        absl::StatusCode::kFailedPrecondition);
  // A rate no goals can come from is no rate.
  CHECK(expected_goals({0.0F, 1.0F, 0, 0.9F, 1.0F, 0, 3, 3}).first == Approx(0.9).margin(1e-6));
}

TEST_CASE("the football catalogue holds rates for a grid, also of newcomers",
          "[prediction][markets]") {
  const auto replay = features::MakeReplay("football").value();
  std::vector<float> row(replay->catalogue().size());
  replay->Emit(features::Fixture{}, row);
  CHECK(GoalRates(replay->catalogue()).Grid(row).ok());
}

TEST_CASE("an impossible selection is refused by field", "[prediction][markets]") {
  const GoalRates rates(RatesCatalogue());
  const MatchForecast forecast = Forecast({0.45, 0.28, 0.27});
  const auto message = [&](const MarketSelection& selection) {
    const absl::Status status = PriceMarkets(forecast, nullptr, rates, selection).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    return MessageOf(status);
  };
  CHECK(message({{1000}, {}, {}, 0}).starts_with("total_line_quarters: "));
  CHECK(message({{}, {-1000}, {}, 0}).starts_with("handicap_line_quarters: "));
  CHECK(message({{}, {}, std::vector<int>(101, 2), 0}).starts_with("team_total_line_quarters"));
  CHECK(message({{}, {}, {}, 101}).starts_with("correct_scores: "));
  CHECK(message({{}, {}, {}, -1}).starts_with("correct_scores: "));
  MatchForecast two = Forecast({0.6, 0.4});
  CHECK(PriceMarkets(two, nullptr, rates, {}).status().code() ==
        absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("an interval holds the probability and stays within 0 and 1", "[prediction]") {
  const ProbabilityInterval usual = IntervalOf(0.5, 0.02);
  CHECK(usual.low == Approx(0.5 - 1.2816 * 0.02).margin(1e-4));
  CHECK(usual.high == Approx(0.5 + 1.2816 * 0.02).margin(1e-4));
  const ProbabilityInterval longshot = IntervalOf(0.02, 0.02);
  CHECK(longshot.low > 0.0);
  CHECK(longshot.high > 0.02);
  CHECK(longshot.high < 0.1);
  CHECK(IntervalOf(1.0, 0.02).high == 1.0);
  CHECK(IntervalOf(0.3, 0.0).low == Approx(0.3));
}

}  // namespace fairline::prediction
