#pragma once
// What becomes of a bet once the score is known, and the money that comes back. All exact integers:
// nothing here passes through a double.

#include <cstdint>
#include <string_view>

#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::domain {

// Stored and sent as these numbers; never renumber.
enum class BetSide : std::int16_t {
  kBack = 1,  // wins when the outcome happens
  kLay = 2,   // on an exchange: wins when it does not, and pays the backer when it does
};

// How it ended for who placed the bet.
enum class BetResult : std::int16_t {
  kWin = 1,
  kHalfWin = 2,   // half of the stake won, half came back: quarter lines only
  kVoid = 3,      // all came back
  kHalfLoss = 4,  // half of the stake lost, half came back: quarter lines only
  kLoss = 5,
  kCancelled = 6,  // taken back by who placed it, before the match began
};

// One side of one line. `line_quarters` is in quarters of a goal or point: of a total, the line; of
// an Asian handicap, what is given to the home side, whichever side the bet is on; otherwise 0.
struct Selection {
  Market market = Market::kMatchResult;
  Outcome outcome = Outcome::kHome;
  int line_quarters = 0;

  friend bool operator==(const Selection&, const Selection&) = default;
};

// InvalidArgument naming `market`, `outcome` or `line_quarters` when the market has no such bet. A
// line is within +-kMaxLineQuarters, and that of a total above 0.
inline constexpr int kMaxLineQuarters = 4 * 300;
[[nodiscard]] absl::Status CheckSelection(const Selection& selection);

// For a backer of a selection that CheckSelection takes. On a quarter line half the stake goes on
// each neighbouring line. A draw voids a bet on the moneyline, on draw no bet and on the handicap
// 0.
[[nodiscard]] BetResult ResultOf(const Selection& selection, int home_score, int away_score);
// The same for who took the other side.
[[nodiscard]] BetResult Opposite(BetResult result);

inline constexpr int kCommissionUnit = 10'000;  // commission_basis_points of everything

struct BetTerms {
  BetSide side = BetSide::kBack;
  // Decimal odds in millionths: 1,952,000 is 1.952.
  std::int64_t odds_millionths = 0;
  // The backer's stake, of a lay too.
  Money stake;
  // What an exchange keeps of the winnings, in hundredths of a percent: 200 is 2 %.
  int commission_basis_points = 0;

  friend bool operator==(const BetTerms&, const BetTerms&) = default;
};

// Odds above 1 and up to 1000, a stake of 1 to 10^12 minor units, a commission of less than all,
// and a liability within the same bounds as the stake: so nothing that comes back is above 10^15,
// and no sum of bets that anybody could make leaves 64 bits. Errors name the field.
[[nodiscard]] absl::Status CheckTerms(const BetTerms& terms);

// What placing the bet takes from the bankroll and the most that it can lose: the stake of a back,
// the liability stake * (odds - 1) of a lay, rounded to the minor unit (halves up).
[[nodiscard]] Money Exposure(const BetTerms& terms);

// What comes back, the exposure included: 0 for a loss. Commission is taken from winnings alone.
// The exact amount is rounded once, to the nearest minor unit, halves up.
[[nodiscard]] Money Returned(const BetTerms& terms, BetResult result);

// "win", "half_win", "void", "half_loss", "loss", "cancelled".
[[nodiscard]] std::string_view BetResultName(BetResult result);

}  // namespace fairline::domain
