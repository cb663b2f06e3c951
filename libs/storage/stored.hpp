#pragma once

#include <cstdint>

namespace fairline::storage {

// The number that is stored of an enumerator. Where SQL is written with numbers, this holds them to
// the enumerators that they mean: static_assert(Stored(BetResult::kVoid) == 3).
template <typename Enum>
consteval std::int64_t Stored(Enum value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace fairline::storage
