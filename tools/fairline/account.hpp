#pragma once
// The signed-in account: what stakes are reckoned from.

#include <optional>
#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

// Prints the account, after setting what is given: a bankroll in major units ("1000.50") and a risk
// level (low, medium, high).
[[nodiscard]] absl::Status ShowAccount(Context& context, std::optional<double> bankroll,
                                       const std::string& risk);

// A line that says how to set a bankroll when the account has none: no stake can be advised then.
[[nodiscard]] absl::Status HintAtEmptyBankroll(Context& context);

}  // namespace fairline::cli
