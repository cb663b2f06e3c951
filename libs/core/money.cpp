#include "libs/core/money.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace fairline {
namespace {

constexpr auto kCurrencies = std::to_array<Currency>(
    {{"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
     {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2},
     {"BND", 2}, {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2},
     {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4}, {"CLP", 0},
     {"CNY", 2}, {"COP", 2}, {"COU", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0},
     {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2},
     {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2},
     {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2},
     {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2}, {"KGS", 2},
     {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2},
     {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2},
     {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2},
     {"MXN", 2}, {"MXV", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2},
     {"NPR", 2}, {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2},
     {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2},
     {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SOS", 2},
     {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2},
     {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2}, {"UAH", 2},
     {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2}, {"UYW", 4}, {"UZS", 2}, {"VED", 2},
     {"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAD", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2},
     {"XOF", 0}, {"XPF", 0}, {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2}});

constexpr std::array<std::int64_t, 5> kPowersOfTen = {1, 10, 100, 1'000, 10'000};

// How many minor units make one of the currency.
std::int64_t UnitOf(std::string_view currency) {
  return kPowersOfTen[static_cast<std::size_t>(CurrencyDigits(currency))];
}

std::string Written(Money amount, std::string_view currency, bool grouped) {
  const std::int64_t unit = UnitOf(currency);
  const std::int64_t whole = std::abs(amount.minor_units / unit);
  std::string text = amount.minor_units < 0 ? "-" : "";
  text += grouped ? Thousands(whole) : std::to_string(whole);
  if (unit == 1) return text;
  return text +
         fmt::format(".{:0{}}", std::abs(amount.minor_units % unit), CurrencyDigits(currency));
}

}  // namespace

std::span<const Currency> Currencies() { return kCurrencies; }

std::optional<int> FindCurrencyDigits(std::string_view code) {
  const auto found = std::lower_bound(
      kCurrencies.begin(), kCurrencies.end(), code,
      [](const Currency& currency, std::string_view wanted) { return currency.code < wanted; });
  if (found == kCurrencies.end() || found->code != code) return std::nullopt;
  return found->digits;
}

int CurrencyDigits(std::string_view code) { return FindCurrencyDigits(code).value_or(2); }

double Money::MajorUnits(std::string_view currency) const {
  return static_cast<double>(minor_units) / static_cast<double>(UnitOf(currency));
}

absl::StatusOr<Money> Money::FromMajorUnits(double major, std::string_view currency) {
  const double minor = major * static_cast<double>(UnitOf(currency));
  if (!std::isfinite(minor) || std::abs(minor) > 1e15) {
    return absl::InvalidArgumentError("not an amount of money");
  }
  return Money{std::llround(minor)};
}

std::string FormatMoney(Money amount, std::string_view currency) {
  return Written(amount, currency, false);
}

std::string GroupedMoney(Money amount, std::string_view currency) {
  return Written(amount, currency, true);
}

std::string Thousands(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

}  // namespace fairline
