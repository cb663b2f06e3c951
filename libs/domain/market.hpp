#pragma once
// What can be bet on, in both sports: the one table of markets. A new one is a number here and in
// protos/fairline/sports/v1/sports.proto, a row in market.cpp, a case of ResultOf (settlement.cpp)
// and, when it can be priced from goals, of PriceMarket (goal_markets.cpp).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fairline::domain {

// Stored in the database and sent over gRPC as these numbers: never renumber.
enum class Market : std::int16_t {
  kMatchResult = 1,    // 1x2: home, draw, away
  kMoneyline = 2,      // two outcomes: home, away
  kTotal = 3,          // over, under a line of goals or points
  kAsianHandicap = 4,  // home, away with a handicap given to the home side
  kBothToScore = 5,    // yes, no
  kDoubleChance = 6,   // home or draw, home or away, draw or away
  kDrawNoBet = 7,      // home, away; the stake is returned on a draw
  kHomeTotal = 8,      // over, under a line of the home side's goals
  kAwayTotal = 9,      // over, under a line of the away side's goals
};

enum class Outcome : std::int16_t {
  kHome = 1,
  kDraw = 2,
  kAway = 3,
  kOver = 4,
  kUnder = 5,
  kYes = 6,
  kNo = 7,
  kHomeOrDraw = 8,
  kHomeOrAway = 9,
  kDrawOrAway = 10,
};

// How far apart the sides of a market are set.
enum class LineKind {
  kNone,
  kTotal,     // of goals or points, above 0: "over 2.5"
  kHandicap,  // given to the home side, whichever side the bet is on
};

struct MarketRow {
  Market market;
  std::string_view name;   // in files, on the command line: "asian_handicap"
  std::string_view label;  // for people: "Asian handicap"
  // In the order in which their prices are kept.
  std::span<const Outcome> outcomes;
  LineKind line = LineKind::kNone;
  // Just one outcome wins, or the stakes come back; so the prices of all make a book, which can be
  // de-vigged, and in which an arbitrage can be.
  bool exclusive = true;
  // All its bets follow from the winner alone, whatever the score.
  bool on_winner = false;
};

// In the order of their numbers.
[[nodiscard]] std::span<const MarketRow> Markets();
// Null when there is no such market.
[[nodiscard]] const MarketRow* FindMarket(Market market);
[[nodiscard]] const MarketRow* FindMarket(std::string_view name);

// Of a market of the table.
[[nodiscard]] std::span<const Outcome> OutcomesOf(Market market);
[[nodiscard]] bool HasLine(Market market);
// Its place among the market's outcomes; nothing when it is not one of them.
[[nodiscard]] std::optional<std::size_t> PositionOf(Market market, Outcome outcome);
// Whether the winner alone decides: by the table, or for a handicap within half a goal.
[[nodiscard]] bool DecidedByWinner(Market market, int line_quarters);

// The market of a match's winner, by how many ways a match of the sport can end: two or three.
[[nodiscard]] Market WinnerMarket(std::size_t outcomes);

struct OutcomeRow {
  Outcome outcome;
  std::string_view name;   // "home_or_draw"
  std::string_view label;  // "Home or draw"
};
[[nodiscard]] std::span<const OutcomeRow> Outcomes();
// "unknown" for what is none.
[[nodiscard]] std::string_view NameOf(Market market);
[[nodiscard]] std::string_view NameOf(Outcome outcome);

}  // namespace fairline::domain
