#pragma once
// PostgreSQL's real[] as text: "{1.5,NaN,NULL}".

#include <span>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::preprocessing {

// Replaces `text` by the literal of `values`, each in the fewest digits that read back to the same
// bits (a NaN is written NaN).
void PrintRealArray(std::span<const float> values, std::string& text);

// Reads a one-dimensional literal into `values`; NULL becomes NaN and positions without an element
// stay as they are. Returns how many elements there were. Internal when it is none, or longer than
// `values`.
[[nodiscard]] absl::StatusOr<std::size_t> ParseRealArray(std::string_view text,
                                                         std::span<float> values);

}  // namespace fairline::preprocessing
