#pragma once
// The two numbers everything here is made of, as checked types: a Probability is in [0, 1], a
// DecimalOdds is the money returned per unit staked, stake included, and is greater than 1.

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "libs/core/status.hpp"

namespace fairline::domain {

class Probability {
 public:
  // Errors: InvalidArgument naming `field` when `value` is not a number in [0, 1].
  [[nodiscard]] static absl::StatusOr<Probability> Make(double value,
                                                        std::string_view field = "probability") {
    if (!(value >= 0.0 && value <= 1.0)) {
      return InvalidField(field, "a probability is a number from 0 to 1");
    }
    return Probability(value);
  }

  [[nodiscard]] double value() const { return value_; }
  friend auto operator<=>(const Probability&, const Probability&) = default;

 private:
  explicit Probability(double value) : value_(value) {}
  double value_;
};

class DecimalOdds {
 public:
  // Errors: InvalidArgument naming `field` when `value` is not a finite number above 1.
  [[nodiscard]] static absl::StatusOr<DecimalOdds> Make(double value,
                                                        std::string_view field = "odds") {
    if (!(value > 1.0) || !std::isfinite(value)) {
      return InvalidField(field, "decimal odds are a finite number above 1");
    }
    return DecimalOdds(value);
  }

  [[nodiscard]] double value() const { return value_; }
  // The probability at which this price is fair; with a bookmaker's margin still in it.
  [[nodiscard]] double Implied() const { return 1.0 / value_; }
  friend auto operator<=>(const DecimalOdds&, const DecimalOdds&) = default;

 private:
  explicit DecimalOdds(double value) : value_(value) {}
  double value_;
};

// The price as the bookmaker printed it. Stored prices are 4-byte reals; the shortest decimal that
// reads back as the same real is 1.86 again, not 1.8600000143. Every stored price becomes odds
// here. InvalidArgument for what is not odds.
[[nodiscard]] absl::StatusOr<DecimalOdds> PrintedOdds(float stored);

// Odds are kept in millionths: those that are quotients (-105 is 1 + 100/105) have no last decimal.
inline constexpr std::int64_t kOddsUnit = 1'000'000;  // of odds 1
inline constexpr std::int64_t kMaxOddsMillionths = 1'000 * kOddsUnit;

// The odds of a bet in millionths, rounded to the nearest; above 1 and at most 1000 after rounding
// too. InvalidArgument naming `field` otherwise.
[[nodiscard]] absl::StatusOr<std::int64_t> OddsInMillionths(double odds,
                                                            std::string_view field = "odds");

// Any price that somebody hands in, rounded to the nearest millionth. Errors as Make's.
[[nodiscard]] absl::StatusOr<DecimalOdds> RoundedOdds(double odds, std::string_view field = "odds");

// Odds as people write them, rounded as above: decimal "1.95"; American "+120" or "-105", which
// always have their sign and are 100 or more; fractional "20/21", profit to stake. Blanks around
// are allowed, decimal commas are not. InvalidArgument naming `field` and quoting the text.
[[nodiscard]] absl::StatusOr<DecimalOdds> ParseOdds(std::string_view text,
                                                    std::string_view field = "odds");

// OK when prices of all outcomes of one event can be a book: their implied probabilities sum to
// 50 % up to 200 %. What sums to less pays whoever backs everything twice the money, and is
// American odds taken for decimal ones, or mistyped. InvalidArgument naming `field` with the sum.
[[nodiscard]] absl::Status CheckBook(std::span<const DecimalOdds> book,
                                     std::string_view field = "odds");

// The price without profit for either side; none for an outcome that is impossible or certain.
[[nodiscard]] inline std::optional<DecimalOdds> FairOdds(Probability probability) {
  const auto odds = DecimalOdds::Make(1.0 / probability.value());
  return odds.ok() ? std::optional(*odds) : std::nullopt;
}

// The book's sum of implied probabilities above 1: .05 is a book of 105 %. Negative for a book
// under 100 %.
[[nodiscard]] inline double Overround(std::span<const DecimalOdds> book) {
  double sum = 0.0;
  for (const DecimalOdds odds : book) sum += odds.Implied();
  return sum - 1.0;
}

// The expected profit per unit staked: probability times odds minus 1.
[[nodiscard]] inline double Edge(Probability probability, DecimalOdds odds) {
  return probability.value() * odds.value() - 1.0;
}

// What a price is worth after an exchange's `commission` (in [0, 1)) on net winnings.
// Errors: InvalidArgument naming `commission`.
[[nodiscard]] absl::StatusOr<DecimalOdds> NetOdds(DecimalOdds odds, double commission);

// Laying an outcome at `odds`: a bet on everything else, whose odds per unit of liability are
// 1 + (1 - commission) / (odds - 1). Errors: InvalidArgument naming `commission`.
[[nodiscard]] absl::StatusOr<DecimalOdds> LayAsBackOdds(DecimalOdds odds, double commission);

// How far the probabilities of all outcomes of one event may be from summing to 1.
inline constexpr double kProbabilitySumTolerance = 1e-6;

// OK when `outcomes` are at least two and sum to 1; otherwise InvalidArgument naming the field.
[[nodiscard]] inline absl::Status CheckCompleteEvent(std::span<const Probability> outcomes) {
  double sum = 0.0;
  for (const Probability probability : outcomes) sum += probability.value();
  if (outcomes.size() < 2)
    return InvalidField("probabilities", "an event has two outcomes or more");
  if (std::abs(sum - 1.0) > kProbabilitySumTolerance) {
    return InvalidField("probabilities", "those of all outcomes must sum to 1");
  }
  return absl::OkStatus();
}

}  // namespace fairline::domain
