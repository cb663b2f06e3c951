#include "libs/domain/odds.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace fairline::domain {
namespace {

constexpr double kLeastBook = 0.5;
constexpr double kMostBook = 2.0;

absl::Status CheckCommission(double commission) {
  if (!(commission >= 0.0 && commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  return absl::OkStatus();
}

std::string_view WithoutBlanks(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// A plain number of digits with at most one point, neither signed nor with an exponent.
std::optional<double> PlainNumber(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) {
    return std::nullopt;
  }
  double number = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> AmericanAsDecimal(std::string_view text) {
  const auto number = PlainNumber(text.substr(1));
  if (!number || *number < 100.0) return std::nullopt;
  return 1.0 + (text.front() == '+' ? *number / 100.0 : 100.0 / *number);
}

std::optional<double> FractionAsDecimal(std::string_view text, std::size_t slash) {
  const auto profit = PlainNumber(WithoutBlanks(text.substr(0, slash)));
  const auto stake = PlainNumber(WithoutBlanks(text.substr(slash + 1)));
  if (!profit || !stake || !(*stake > 0.0)) return std::nullopt;
  return 1.0 + *profit / *stake;
}

}  // namespace

absl::StatusOr<std::int64_t> OddsInMillionths(double odds, std::string_view field) {
  const bool fits = odds > 1.0 && odds < 2'000.0;
  const std::int64_t millionths = fits ? std::llround(odds * static_cast<double>(kOddsUnit)) : 0;
  if (millionths <= kOddsUnit || millionths > kMaxOddsMillionths) {
    return InvalidField(field, "must be above 1 and at most 1000");
  }
  return millionths;
}

absl::StatusOr<DecimalOdds> RoundedOdds(double odds, std::string_view field) {
  constexpr auto kUnit = static_cast<double>(kOddsUnit);
  return DecimalOdds::Make(std::round(odds * kUnit) / kUnit, field);
}

absl::StatusOr<DecimalOdds> ParseOdds(std::string_view text, std::string_view field) {
  const std::string_view odds = WithoutBlanks(text);
  const std::size_t slash = odds.find('/');
  const bool american = odds.starts_with('+') || odds.starts_with('-');
  std::optional<double> decimal;
  if (slash != std::string_view::npos) {
    decimal = FractionAsDecimal(odds, slash);
  } else {
    decimal = american ? AmericanAsDecimal(odds) : PlainNumber(odds);
  }
  if (!decimal) {
    return InvalidField(field, fmt::format("\"{}\" is neither decimal odds like 1.95, nor American "
                                           "ones like +120 or -105, nor fractional ones like 20/21",
                                           odds));
  }
  return RoundedOdds(*decimal, field);
}

absl::Status CheckBook(std::span<const DecimalOdds> book, std::string_view field) {
  const double sum = 1.0 + Overround(book);
  if (sum >= kLeastBook && sum <= kMostBook) return absl::OkStatus();
  return InvalidField(field, fmt::format("imply {:.1f} % in all, and no book is under {:.0f} % or "
                                         "over {:.0f} %: write American odds with their sign",
                                         100.0 * sum, 100.0 * kLeastBook, 100.0 * kMostBook));
}

absl::StatusOr<DecimalOdds> PrintedOdds(float stored) {
  std::array<char, 32> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), stored).ptr;
  double printed = 0.0;
  std::from_chars(text.data(), end, printed);
  return DecimalOdds::Make(printed);
}

absl::StatusOr<DecimalOdds> NetOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double net = 1.0 + (odds.value() - 1.0) * (1.0 - commission);
  if (!(net > 1.0)) return InvalidField("commission", "leaves nothing of the winnings");
  return DecimalOdds::Make(net);
}

absl::StatusOr<DecimalOdds> LayAsBackOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double others = 1.0 + (1.0 - commission) / (odds.value() - 1.0);
  if (!(others > 1.0)) {
    return InvalidField("odds", "so long that laying them earns nothing on the liability");
  }
  return DecimalOdds::Make(others);
}

}  // namespace fairline::domain
