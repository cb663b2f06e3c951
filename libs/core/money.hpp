#pragma once
// Money is an integer count of minor units (cents); it never passes through a double in the
// ledger. Doubles appear only where the old API prints and reads major units.

#include <cmath>
#include <compare>
#include <cstdint>
#include <string>

#include "libs/core/status.hpp"

namespace fairline {

struct Money {
  std::int64_t minor_units = 0;

  friend auto operator<=>(const Money&, const Money&) = default;
  friend Money operator+(Money a, Money b) { return {a.minor_units + b.minor_units}; }
  friend Money operator-(Money a, Money b) { return {a.minor_units - b.minor_units}; }

  [[nodiscard]] double MajorUnits() const { return static_cast<double>(minor_units) / 100.0; }

  // Rounded to the nearest minor unit. Errors: not finite, or beyond 10^13 major units.
  [[nodiscard]] static absl::StatusOr<Money> FromMajorUnits(double major) {
    if (!std::isfinite(major) || std::abs(major) > 1e13) {
      return absl::InvalidArgumentError("not an amount of money");
    }
    return Money{std::llround(major * 100.0)};
  }

  // The part of this amount that `fraction` in [0, 1] asks for, rounded down so that a cap holds.
  [[nodiscard]] Money Fraction(double fraction) const {
    if (fraction >= 1.0) return *this;  // the largest amounts as doubles are beyond every integer
    return {static_cast<std::int64_t>(std::floor(static_cast<double>(minor_units) * fraction))};
  }
};

// 12345 minor units -> "123.45"; with its sign.
[[nodiscard]] std::string FormatMoney(Money amount);
// The same for people: 123456 -> "1,234.56".
[[nodiscard]] std::string GroupedMoney(Money amount);
// 12345 -> "12,345"
[[nodiscard]] std::string Thousands(std::int64_t number);

}  // namespace fairline
