#include "libs/domain/scores.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "libs/domain/odds.hpp"

namespace fairline::domain {

double LogLoss(std::span<const double> probabilities, std::size_t happened) {
  return -std::log(std::max(probabilities[happened], kLogLossFloor));
}

double RankedProbabilityScore(std::span<const double> probabilities, std::size_t happened) {
  double cumulative = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < probabilities.size(); ++i) {
    cumulative += probabilities[i];
    const double error = cumulative - (happened <= i ? 1.0 : 0.0);
    sum += error * error;
  }
  return sum / static_cast<double>(probabilities.size() - 1);
}

double Brier(std::span<const double> probabilities, std::size_t happened) {
  if (probabilities.size() == 2) {
    const double error = 1.0 - probabilities[happened];
    return error * error;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double error = probabilities[i] - (i == happened ? 1.0 : 0.0);
    sum += error * error;
  }
  return sum;
}

std::size_t MostLikely(std::span<const double> probabilities) {
  return static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) -
                                  probabilities.begin());
}

absl::StatusOr<ForecastScore> Score(std::span<const double> probabilities, std::size_t happened) {
  std::vector<Probability> checked;
  checked.reserve(probabilities.size());
  for (const double value : probabilities) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(value, "probabilities"));
    checked.push_back(probability);
  }
  RETURN_IF_ERROR(CheckCompleteEvent(checked));
  if (happened >= probabilities.size()) return InvalidField("happened", "no such outcome");
  return ForecastScore{LogLoss(probabilities, happened),
                       RankedProbabilityScore(probabilities, happened),
                       Brier(probabilities, happened), MostLikely(probabilities) == happened};
}

}  // namespace fairline::domain
