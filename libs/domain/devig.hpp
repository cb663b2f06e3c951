#pragma once
// Taking the margin out of a book: from the prices of all outcomes of one event to probabilities
// that sum to 1.

#include <span>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/domain/odds.hpp"

namespace fairline::domain {

// Below, r = 1/odds and p the fair probability of the same outcome.
enum class DevigMethod {
  kMultiplicative,  // p = r / sum of r
  kAdditive,        // p = r - c; an outcome that would fall below 0 gets 0, the rest bear its share
  kPower,           // p = r^k (Clarke, Kovalchik, Ingram 2017). The default: best on our files
  kShin,            // a share z of bettors knows the result (Shin 1993; Jullien and Salanie 1994)
  kOddsRatio,       // p/(1-p) = r/(1-r) / c (Cheung 2015)
  kLogarithmic,     // log p = k log r (Buchdahl 2015): kPower under the other name in use
};

struct FairBook {
  std::vector<Probability> probabilities;  // in the order of the prices; they sum to 1
  double overround = 0.0;                  // of the prices as given, see Overround()
  // The book was at or under 100 %, where no margin is left to take out. By definition every
  // method is then multiplicative; a caller who staked on it would be trusting a stale price.
  bool underround = false;

  // More than 1 % under 100 %, which no bookmaker closes at: one of the prices is mistyped. A
  // reference to judge by is better taken from another book.
  [[nodiscard]] bool misprinted() const { return overround < -0.01; }
};

// Pure; microseconds; never NaN for any valid prices. Errors: InvalidArgument for fewer than two.
[[nodiscard]] absl::StatusOr<FairBook> Devig(std::span<const DecimalOdds> prices,
                                             DevigMethod method = DevigMethod::kPower);

}  // namespace fairline::domain
