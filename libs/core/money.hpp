#pragma once
// Money is an integer count of the minor units of its currency (cents, whole yen, fils); it never
// passes through a double in the ledger. Doubles appear only where the old API prints and reads
// major units.

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline {

// A currency of ISO 4217 and how many digits of it come after the point: EUR 2, JPY 0, KWD 3.
struct Currency {
  std::string_view code;
  int digits = 2;
};

// By code. ISO 4217, list one of 2026-01-01 (six-group.com), those with a minor unit: neither
// metals nor test codes. The lev, which left the list on that day, is kept for the books that are
// in it.
[[nodiscard]] std::span<const Currency> Currencies();
// Absent for what is not in the table: "XYZ", "BTC", "eur".
[[nodiscard]] std::optional<int> FindCurrencyDigits(std::string_view code);
// The same, and 2 for what is not in the table, as amounts were counted before there was one.
[[nodiscard]] int CurrencyDigits(std::string_view code);

struct Money {
  std::int64_t minor_units = 0;

  friend auto operator<=>(const Money&, const Money&) = default;
  friend Money operator+(Money a, Money b) { return {a.minor_units + b.minor_units}; }
  friend Money operator-(Money a, Money b) { return {a.minor_units - b.minor_units}; }

  [[nodiscard]] double MajorUnits(std::string_view currency) const;

  // Rounded to the nearest minor unit. Errors: not finite, or 10^15 minor units or more.
  [[nodiscard]] static absl::StatusOr<Money> FromMajorUnits(double major,
                                                            std::string_view currency);

  // The part of this amount that `fraction` in [0, 1] asks for, rounded down so that a cap holds.
  [[nodiscard]] Money Fraction(double fraction) const {
    if (fraction >= 1.0) return *this;  // the largest amounts as doubles are beyond every integer
    return {static_cast<std::int64_t>(std::floor(static_cast<double>(minor_units) * fraction))};
  }
};

// 12345 minor units -> "123.45" in EUR, "12345" in JPY, "12.345" in KWD; with its sign.
[[nodiscard]] std::string FormatMoney(Money amount, std::string_view currency);
// The same for people: 123456 -> "1,234.56".
[[nodiscard]] std::string GroupedMoney(Money amount, std::string_view currency);
// 12345 -> "12,345"
[[nodiscard]] std::string Thousands(std::int64_t number);

}  // namespace fairline
