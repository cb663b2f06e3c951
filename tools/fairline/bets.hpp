#pragma once
// Commands on the account's bets.

#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct BetOptions {
  std::string match;  // its id, or "Home - Away" of a coming one
  std::string market = "match_result";
  std::string outcome;
  double line = 0.0;   // of a total, or what a handicap gives to the home side
  std::string odds;    // in any notation of domain::ParseOdds
  double stake = 0.0;  // major units
  bool lay = false;
  double commission_percent = 0.0;
  std::string bookmaker;
  std::string note;
  std::string placed_time;  // RFC 3339; for a match that has begun
  std::string key;          // the same key makes one bet; empty: a new one
};

// How a bet ended, by its owner's word.
struct ByHandOptions {
  std::string bet_id;
  std::string result;  // "win", "half_win", ...; empty with a score
  std::string score;   // "2-1"; empty with a result
  std::string reason;
  std::string key;  // the same key settles once; empty: a new one
};

// Each prints what it finds or did.
[[nodiscard]] absl::Status PlaceBet(Context& context, const BetOptions& options);
// `state`: "", "open" or "settled".
[[nodiscard]] absl::Status ListBets(Context& context, const std::string& state, std::size_t limit);
// One bet with everything that was ever settled about it.
[[nodiscard]] absl::Status ShowBet(Context& context, const std::string& bet_id);
// For the first time or otherwise than before.
[[nodiscard]] absl::Status SettleByHand(Context& context, const ByHandOptions& options);
[[nodiscard]] absl::Status CancelBet(Context& context, const std::string& bet_id);
[[nodiscard]] absl::Status ShowBetStatistics(Context& context);
// CSV to `file`, or to standard output when it is empty or "-".
[[nodiscard]] absl::Status ExportBets(Context& context, const std::string& file);
[[nodiscard]] absl::Status ImportBets(Context& context, const std::string& file);
// Whether all accounts' books balance; an error when they do not. For admins.
[[nodiscard]] absl::Status CheckLedger(Context& context);

}  // namespace fairline::cli
