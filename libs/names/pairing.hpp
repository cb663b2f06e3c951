#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fairline::names {

// Home and away of "Nott'm Forest – Crystal Palace" as people and pages write it: a hyphen between
// blanks, an en or em dash with blanks or without, "v", "vs" or "vs." between blanks. Nothing where
// there is none of them, or a side is empty.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> SplitPairing(
    std::string_view text);

}  // namespace fairline::names
