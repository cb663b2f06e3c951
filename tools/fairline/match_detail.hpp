#pragma once
// Commands on one match: why its forecast, and all its markets.

#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

// Which match: its id, or "Home - Away". With a competition (code or full name) any pairing of two
// of its teams will do, else one of the coming matches.
struct MatchChoice {
  std::string match;
  std::string competition;
};

// "Home - Away" as its two names, without outer blanks; NotFound naming `text` for anything else.
[[nodiscard]] absl::StatusOr<std::pair<std::string, std::string>> SplitPairing(
    const std::string& text);

// `match` itself when it is an id, else that of the coming match "Home - Away"; NotFound.
[[nodiscard]] absl::StatusOr<std::string> ComingMatchId(Context& context, const std::string& match);

// Prints what moved the forecast from the base rate, how sure it is and what it is pooled from.
[[nodiscard]] absl::Status ExplainMatch(Context& context, const MatchChoice& choice);
// Prints probabilities and fair odds: of the lines that are quoted, near to even or at half goals,
// or of `all`.
[[nodiscard]] absl::Status ShowMarkets(Context& context, const MatchChoice& choice, bool all);

}  // namespace fairline::cli
