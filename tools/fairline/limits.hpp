#pragma once
// Commands on the limits that an account sets itself.

#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

// "deposit", "stake" or "loss"; "day", "week" or "month"; an amount in major units, or "none".
struct LimitOptions {
  std::string kind;
  std::string period;
  std::string amount;
};

[[nodiscard]] absl::Status ListLimits(Context& context);
// A lower limit holds at once, a higher one is asked for.
[[nodiscard]] absl::Status SetLimit(Context& context, const LimitOptions& options);
// A day after it was asked for.
[[nodiscard]] absl::Status ConfirmLimit(Context& context, const LimitOptions& options);

}  // namespace fairline::cli
