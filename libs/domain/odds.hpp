#pragma once
// The two numbers everything here is made of, as checked types: a Probability is in [0, 1], a
// DecimalOdds is the money returned per unit staked, stake included, and is greater than 1.

#include <cmath>
#include <compare>
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
