#pragma once
// Checking of the public record by its hashes alone.

#include <string>

#include "tools/fairline/context.hpp"

namespace fairline::cli {

// Recomputes the whole chain of seals, and of each sealed day the hashes of its lines and of every
// line that is public by now. `known_seal`: a seal kept from an earlier look, which must be part of
// the chain; empty for none. DataLoss names the first day that does not hold.
[[nodiscard]] absl::Status VerifyRecord(Context& context, const std::string& known_seal);
// The track record.
[[nodiscard]] absl::Status ShowRecord(Context& context, const std::string& competition);

}  // namespace fairline::cli
