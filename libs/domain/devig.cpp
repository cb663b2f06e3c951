#include "libs/domain/devig.hpp"

#include <cmath>
#include <numeric>

namespace fairline::domain {
namespace {

using Shares = std::vector<double>;

double Sum(const Shares& shares) { return std::accumulate(shares.begin(), shares.end(), 0.0); }

Shares Additive(const Shares& implied) {
  Shares fair = implied;
  std::vector<bool> floored(implied.size(), false);
  for (bool again = true; again;) {
    again = false;
    double sum = 0.0;
    int bearing = 0;
    for (std::size_t i = 0; i < implied.size(); ++i) {
      if (floored[i]) continue;
      sum += implied[i];
      ++bearing;
    }
    const double share_of_margin = (sum - 1.0) / bearing;
    for (std::size_t i = 0; i < implied.size(); ++i) {
      if (floored[i]) continue;
      fair[i] = implied[i] - share_of_margin;
      if (fair[i] < 0.0) {
        fair[i] = 0.0;
        floored[i] = again = true;
      }
    }
  }
  return fair;
}

// The sum of r^k is convex and falling in k and above 1 at k = 1, so Newton climbs to the root
// from the left without overshooting.
Shares Power(const Shares& implied) {
  Shares logs(implied.size());
  for (std::size_t i = 0; i < implied.size(); ++i) logs[i] = std::log(implied[i]);
  double k = 1.0;
  for (int iteration = 0; iteration < 100; ++iteration) {
    double excess = -1.0;
    double slope = 0.0;
    for (const double log_share : logs) {
      const double term = std::exp(k * log_share);
      excess += term;
      slope += term * log_share;
    }
    const double step = -excess / slope;
    if (!(step > 1e-15 * k)) break;
    k += step;
  }
  Shares fair(implied.size());
  for (std::size_t i = 0; i < implied.size(); ++i) fair[i] = std::exp(k * logs[i]);
  return fair;
}

Shares ShinAt(const Shares& implied, double book, double z) {
  Shares fair(implied.size());
  for (std::size_t i = 0; i < implied.size(); ++i) {
    // (sqrt(z^2 + 4(1-z)q) - z) / (2(1-z)), in the form that stays exact near z = 1.
    const double q = implied[i] * implied[i] / book;
    fair[i] = 2.0 * q / (std::sqrt(z * z + 4.0 * (1.0 - z) * q) + z);
  }
  return fair;
}

Shares Shin(const Shares& implied) {
  const double book = Sum(implied);
  double low = 0.0;
  double high = 1.0;
  for (int iteration = 0; iteration < 60; ++iteration) {
    const double z = 0.5 * (low + high);
    (Sum(ShinAt(implied, book, z)) > 1.0 ? low : high) = z;
  }
  return ShinAt(implied, book, high);
}

Shares OddsRatioAt(std::span<const DecimalOdds> prices, double c) {
  Shares fair(prices.size());
  for (std::size_t i = 0; i < prices.size(); ++i) {
    fair[i] = 1.0 / (1.0 + c * (prices[i].value() - 1.0));
  }
  return fair;
}

Shares OddsRatio(std::span<const DecimalOdds> prices) {
  double low = 0.0;  // log2 of c
  double high = 1.0;
  while (high < 1000.0 && Sum(OddsRatioAt(prices, std::exp2(high))) > 1.0) high *= 2.0;
  for (int iteration = 0; iteration < 64; ++iteration) {
    const double middle = 0.5 * (low + high);
    (Sum(OddsRatioAt(prices, std::exp2(middle))) > 1.0 ? low : high) = middle;
  }
  return OddsRatioAt(prices, std::exp2(high));
}

Shares Solve(std::span<const DecimalOdds> prices, const Shares& implied, DevigMethod method) {
  switch (method) {
    case DevigMethod::kAdditive:
      return Additive(implied);
    case DevigMethod::kPower:
    case DevigMethod::kLogarithmic:
      return Power(implied);
    case DevigMethod::kShin:
      return Shin(implied);
    case DevigMethod::kOddsRatio:
      return OddsRatio(prices);
    case DevigMethod::kMultiplicative:
      break;
  }
  return implied;
}

}  // namespace

absl::StatusOr<FairBook> Devig(std::span<const DecimalOdds> prices, DevigMethod method) {
  if (prices.size() < 2) return InvalidField("prices", "a book has two outcomes or more");
  Shares implied(prices.size());
  for (std::size_t i = 0; i < prices.size(); ++i) implied[i] = prices[i].Implied();

  FairBook book;
  book.overround = Overround(prices);
  book.underround = book.overround <= 0.0;
  const Shares fair = book.underround ? implied : Solve(prices, implied, method);
  const double sum = Sum(fair);
  book.probabilities.reserve(fair.size());
  for (const double share : fair) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(share / sum));
    book.probabilities.push_back(probability);
  }
  return book;
}

}  // namespace fairline::domain
