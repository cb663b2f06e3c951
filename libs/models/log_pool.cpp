#include "libs/models/log_pool.hpp"

#include <algorithm>
#include <iterator>

#include "libs/models/conditional_logit.hpp"

namespace fairline::models {
namespace {

Rows ForecastByAll(const std::vector<const Forecasts*>& columns, const Rows& rows) {
  Rows common;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(common), [&](std::uint32_t row) {
    return std::all_of(columns.begin(), columns.end(),
                       [&](const Forecasts* column) { return IsForecast(column->row(row)); });
  });
  return common;
}

}  // namespace

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

absl::StatusOr<Forecasts> PoolForecaster::Forecast(const WalkForwardStep& step) const {
  std::vector<const Forecasts*> columns;
  for (const std::string& member : members_) {
    const auto found = step.columns.find(member);
    if (found == step.columns.end()) return absl::NotFoundError("column " + member);
    columns.push_back(&found->second);
  }
  Rows recent;
  std::copy_if(
      step.known.begin(), step.known.end(), std::back_inserter(recent),
      [&](std::uint32_t row) { return step.matches.seasons[row] >= step.season - seasons_; });
  const Rows known = ForecastByAll(columns, recent);
  if (known.empty()) return absl::FailedPreconditionError("no season that all members forecast");
  std::vector<Forecasts> past;
  for (const Forecasts* column : columns) past.push_back(Select(*column, known));
  ASSIGN_OR_RETURN(const LogPool pool, FitLogPool(past, ResultsOf(step.matches, known), prior_));

  Forecasts forecasts = NoForecasts(step.wanted.size(), step.matches.outcomes);
  std::vector<std::span<const double>> of_match(columns.size());
  for (std::size_t i = 0; i < step.wanted.size(); ++i) {
    for (std::size_t m = 0; m < columns.size(); ++m) of_match[m] = columns[m]->row(step.wanted[i]);
    if (std::all_of(of_match.begin(), of_match.end(), IsForecast)) {
      pool.Pool(of_match, forecasts.row(i));
    }
  }
  return forecasts;
}

}  // namespace fairline::models
