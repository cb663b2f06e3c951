#include "libs/staking/kelly.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fairline::staking {
namespace {

using domain::DecimalOdds;
using domain::Edge;
using domain::kProbabilitySumTolerance;
using domain::Probability;

absl::Status CheckSizes(std::span<const Probability> probabilities,
                        std::span<const DecimalOdds> odds) {
  if (probabilities.size() != odds.size()) {
    return InvalidField("odds", "as many as there are probabilities are needed");
  }
  return absl::OkStatus();
}

}  // namespace

double KellyFraction(Probability probability, DecimalOdds odds) {
  const double fraction = Edge(probability, odds) / (odds.value() - 1.0);
  return std::clamp(fraction, 0.0, 1.0);
}

absl::StatusOr<std::vector<double>> ExclusiveKelly(std::span<const Probability> probabilities,
                                                   std::span<const DecimalOdds> odds) {
  RETURN_IF_ERROR(CheckSizes(probabilities, odds));
  double sum = 0.0;
  for (const Probability probability : probabilities) sum += probability.value();
  if (sum > 1.0 + kProbabilitySumTolerance) {
    return InvalidField("probabilities", "those of exclusive outcomes sum to at most 1");
  }

  std::vector<std::size_t> by_return(odds.size());
  std::iota(by_return.begin(), by_return.end(), std::size_t{0});
  std::stable_sort(by_return.begin(), by_return.end(), [&](std::size_t a, std::size_t b) {
    return Edge(probabilities[a], odds[a]) > Edge(probabilities[b], odds[b]);
  });

  double reserve = 1.0;
  double probability_left = 1.0;
  double cost_left = 1.0;
  std::size_t taken = 0;
  for (const std::size_t i : by_return) {
    if (!(Edge(probabilities[i], odds[i]) + 1.0 > reserve)) break;
    // Never reached in exact arithmetic; rounding could otherwise divide by zero here.
    if (!(cost_left - odds[i].Implied() > 0.0)) break;
    probability_left -= probabilities[i].value();
    cost_left -= odds[i].Implied();
    reserve = std::max(0.0, probability_left) / cost_left;
    ++taken;
  }

  std::vector<double> fractions(odds.size(), 0.0);
  double total = 0.0;
  for (const std::size_t i : std::span(by_return).first(taken)) {
    fractions[i] = std::clamp(probabilities[i].value() - reserve * odds[i].Implied(), 0.0, 1.0);
    total += fractions[i];
  }
  if (total > 1.0) {
    for (double& fraction : fractions) fraction /= total;
  }
  return fractions;
}

}  // namespace fairline::staking
