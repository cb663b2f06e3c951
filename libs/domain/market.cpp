#include "libs/domain/market.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace fairline::domain {
namespace {

constexpr std::array kThreeWay = {Outcome::kHome, Outcome::kDraw, Outcome::kAway};
constexpr std::array kTwoWay = {Outcome::kHome, Outcome::kAway};
constexpr std::array kOverUnder = {Outcome::kOver, Outcome::kUnder};
constexpr std::array kYesNo = {Outcome::kYes, Outcome::kNo};
constexpr std::array kPairs = {Outcome::kHomeOrDraw, Outcome::kHomeOrAway, Outcome::kDrawOrAway};

constexpr auto kMarkets = std::to_array<MarketRow>({
    {.market = Market::kMatchResult,
     .name = "match_result",
     .label = "Result (1X2)",
     .outcomes = kThreeWay,
     .on_winner = true},
    {.market = Market::kMoneyline,
     .name = "moneyline",
     .label = "Winner, no draw",
     .outcomes = kTwoWay,
     .on_winner = true},
    {.market = Market::kTotal,
     .name = "total",
     .label = "Total goals",
     .outcomes = kOverUnder,
     .line = LineKind::kTotal},
    {.market = Market::kAsianHandicap,
     .name = "asian_handicap",
     .label = "Asian handicap",
     .outcomes = kTwoWay,
     .line = LineKind::kHandicap},
    {.market = Market::kBothToScore,
     .name = "both_to_score",
     .label = "Both teams to score",
     .outcomes = kYesNo},
    // Two of its three outcomes happen.
    {.market = Market::kDoubleChance,
     .name = "double_chance",
     .label = "Double chance",
     .outcomes = kPairs,
     .exclusive = false,
     .on_winner = true},
    {.market = Market::kDrawNoBet,
     .name = "draw_no_bet",
     .label = "Draw no bet",
     .outcomes = kTwoWay,
     .on_winner = true},
    {.market = Market::kHomeTotal,
     .name = "home_total",
     .label = "Home goals",
     .outcomes = kOverUnder,
     .line = LineKind::kTotal},
    {.market = Market::kAwayTotal,
     .name = "away_total",
     .label = "Away goals",
     .outcomes = kOverUnder,
     .line = LineKind::kTotal},
});

constexpr auto kOutcomes = std::to_array<OutcomeRow>({
    {Outcome::kHome, "home", "Home"},
    {Outcome::kDraw, "draw", "Draw"},
    {Outcome::kAway, "away", "Away"},
    {Outcome::kOver, "over", "Over"},
    {Outcome::kUnder, "under", "Under"},
    {Outcome::kYes, "yes", "Yes"},
    {Outcome::kNo, "no", "No"},
    {Outcome::kHomeOrDraw, "home_or_draw", "Home or draw"},
    {Outcome::kHomeOrAway, "home_or_away", "Home or away"},
    {Outcome::kDrawOrAway, "draw_or_away", "Draw or away"},
});

// Half a goal: up to there the margin of a win makes no difference.
constexpr int kWinnerQuarters = 2;

}  // namespace

std::span<const MarketRow> Markets() { return kMarkets; }

const MarketRow* FindMarket(Market market) {
  const auto* found = std::find_if(kMarkets.begin(), kMarkets.end(),
                                   [&](const MarketRow& row) { return row.market == market; });
  return found == kMarkets.end() ? nullptr : found;
}

const MarketRow* FindMarket(std::string_view name) {
  const auto* found = std::find_if(kMarkets.begin(), kMarkets.end(),
                                   [&](const MarketRow& row) { return row.name == name; });
  return found == kMarkets.end() ? nullptr : found;
}

std::span<const Outcome> OutcomesOf(Market market) {
  const MarketRow* row = FindMarket(market);
  return row == nullptr ? std::span<const Outcome>() : row->outcomes;
}

bool HasLine(Market market) {
  const MarketRow* row = FindMarket(market);
  return row != nullptr && row->line != LineKind::kNone;
}

std::optional<std::size_t> PositionOf(Market market, Outcome outcome) {
  const std::span<const Outcome> outcomes = OutcomesOf(market);
  const auto found = std::find(outcomes.begin(), outcomes.end(), outcome);
  if (found == outcomes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - outcomes.begin());
}

bool DecidedByWinner(Market market, int line_quarters) {
  const MarketRow* row = FindMarket(market);
  if (row == nullptr) return false;
  return row->on_winner ||
         (row->line == LineKind::kHandicap && std::abs(line_quarters) <= kWinnerQuarters);
}

Market WinnerMarket(std::size_t outcomes) {
  return outcomes == kTwoWay.size() ? Market::kMoneyline : Market::kMatchResult;
}

std::span<const OutcomeRow> Outcomes() { return kOutcomes; }

std::string_view NameOf(Market market) {
  const MarketRow* row = FindMarket(market);
  return row == nullptr ? "unknown" : row->name;
}

std::string_view NameOf(Outcome outcome) {
  const auto* found = std::find_if(kOutcomes.begin(), kOutcomes.end(),
                                   [&](const OutcomeRow& row) { return row.outcome == outcome; });
  return found == kOutcomes.end() ? "unknown" : found->name;
}

}  // namespace fairline::domain
