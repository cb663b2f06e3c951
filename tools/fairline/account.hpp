#pragma once
// The signed-in account: what stakes are computed from.

#include <optional>
#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

struct AccountChanges {
  // In units of the account's currency: 1000.50.
  std::optional<double> bankroll;
  std::optional<double> deposit;
  std::optional<double> withdrawal;
  std::string risk;      // low, medium, high; empty: as it is
  std::string currency;  // ISO 4217; empty: as it is
};

// Prints the account, after changing what is given.
[[nodiscard]] absl::Status ShowAccount(Context& context, const AccountChanges& changes);

// A line that says how to set a bankroll when the account has none: no stake can be advised then.
[[nodiscard]] absl::Status HintAtEmptyBankroll(Context& context);

}  // namespace fairline::cli
