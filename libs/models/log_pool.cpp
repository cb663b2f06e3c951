#include "libs/models/log_pool.hpp"

#include "libs/models/conditional_logit.hpp"

namespace fairline::models {
void LogPool::Pool(std::span<const std::span<const double>> members,
                   std::span<double> pooled) const {
  for (std::size_t k = 0; k < pooled.size(); ++k) {
    pooled[k] = biases[k];
    for (std::size_t m = 0; m < members.size(); ++m) {
      pooled[k] += weights[m] * SafeLog(members[m][k]);
    }
  }
  Softmax(pooled);
}

absl::StatusOr<LogPool> FitLogPool(std::span<const Forecasts> members,
                                   std::span<const OutcomeIndex> results,
                                   const LogPoolPrior& prior) {
  if (members.empty()) return InvalidField("members", "a pool needs one");
  if (results.empty()) return InvalidField("results", "no matches to fit a pool on");
  const std::size_t outcomes = members.front().outcomes();
  std::vector<std::vector<double>> logs;
  for (const Forecasts& member : members) {
    if (member.outcomes() != outcomes || member.rows() != results.size()) {
      return InvalidField("members", "each must forecast every outcome of every match");
    }
    std::vector<double>& of_member = logs.emplace_back();
    for (const double p : member.values()) of_member.push_back(SafeLog(p));
  }
  const std::size_t biases = outcomes - 1;
  const ConditionalLogit regression(outcomes, std::vector<double>(outcomes * results.size(), 0.0),
                                    std::move(logs), results, biases);
  const auto count = static_cast<Eigen::Index>(members.size());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(regression.parameter_count());
  mean.head(count).setConstant(1.0 / static_cast<double>(members.size()));
  Eigen::VectorXd precision =
      Eigen::VectorXd::Constant(regression.parameter_count(), prior.bias_precision);
  precision.head(count).setConstant(prior.weight_precision);
  const Eigen::VectorXd fitted = regression.Maximise(mean, precision);
  LogPool pool;
  pool.weights.assign(fitted.data(), fitted.data() + count);
  pool.biases.assign(fitted.data() + count, fitted.data() + fitted.size());
  pool.biases.push_back(0.0);
  return pool;
}

}  // namespace fairline::models
