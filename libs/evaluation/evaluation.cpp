#include "libs/evaluation/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include <Eigen/Core>
#include <fmt/format.h>

#include "libs/domain/scores.hpp"
#include "libs/models/calibration.hpp"
#include "libs/models/conditional_logit.hpp"
#include "libs/statistics/block_bootstrap.hpp"

namespace fairline::evaluation {
namespace {

using models::CalibrationSlope;
using models::ConditionalLogit;
using models::Forecasts;
using models::OutcomeIndex;
using models::SafeLog;
using statistics::BlockBootstrap;
using statistics::Interval;

double Mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double Ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

absl::Status CheckSizes(const Forecasts& forecasts, std::size_t results) {
  if (forecasts.rows() == 0) return InvalidField("forecasts", "none to evaluate");
  if (forecasts.rows() != results) {
    return InvalidField("results", fmt::format("{} for {} forecasts", results, forecasts.rows()));
  }
  return absl::OkStatus();
}

void CountCalls(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                Evaluation& evaluation) {
  const std::size_t outcomes = forecasts.outcomes();
  evaluation.confusion.assign(outcomes, std::vector<std::int64_t>(outcomes, 0));
  for (std::size_t i = 0; i < results.size(); ++i) {
    ++evaluation.confusion[results[i]][domain::MostLikely(forecasts.row(i))];
  }
  std::int64_t correct = 0;
  for (std::size_t k = 0; k < outcomes; ++k) {
    const std::int64_t hits = evaluation.confusion[k][k];
    std::int64_t called = 0;
    for (const auto& happened : evaluation.confusion) called += happened[k];
    const std::int64_t happened = std::accumulate(evaluation.confusion[k].begin(),
                                                  evaluation.confusion[k].end(), std::int64_t{0});
    evaluation.classes.push_back({.precision = Ratio(hits, called),
                                  .recall = Ratio(hits, happened),
                                  .f1 = Ratio(2 * hits, called + happened)});
    evaluation.macro_f1 += evaluation.classes.back().f1 / static_cast<double>(outcomes);
    evaluation.macro_precision +=
        evaluation.classes.back().precision / static_cast<double>(outcomes);
    evaluation.macro_recall += evaluation.classes.back().recall / static_cast<double>(outcomes);
    correct += hits;
  }
  evaluation.accuracy = Ratio(correct, evaluation.matches);
}

void BinForecasts(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                  Evaluation& evaluation) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto row = forecasts.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      ReliabilityBin& bin = evaluation.reliability[ReliabilityBinOf(row[k])];
      ++bin.count;
      bin.mean_forecast += row[k];
      bin.frequency += results[i] == k ? 1.0 : 0.0;
    }
  }
  const auto pooled = static_cast<double>(forecasts.values().size());
  for (ReliabilityBin& bin : evaluation.reliability) {
    if (bin.count == 0) continue;
    evaluation.ece += std::abs(bin.mean_forecast - bin.frequency) / pooled;
    bin.mean_forecast /= static_cast<double>(bin.count);
    bin.frequency /= static_cast<double>(bin.count);
  }
}

// Newton's fit of one bias per outcome on top of the forecasts' logarithms.
std::vector<double> CalibrationIntercepts(const Forecasts& forecasts,
                                          std::span<const OutcomeIndex> results) {
  std::vector<double> logs;
  logs.reserve(forecasts.values().size());
  for (const double probability : forecasts.values()) logs.push_back(SafeLog(probability));
  const std::size_t biases = forecasts.outcomes() - 1;
  const ConditionalLogit regression(forecasts.outcomes(), std::move(logs), {}, results, biases);
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(biases));
  const Eigen::VectorXd fitted = regression.Maximise(none, none);
  std::vector<double> intercepts(fitted.begin(), fitted.end());
  intercepts.push_back(0.0);
  const double centre = Mean(intercepts);
  for (double& intercept : intercepts) intercept -= centre;
  return intercepts;
}

}  // namespace

std::size_t ReliabilityBinOf(double probability) {
  const auto bin = static_cast<std::size_t>(probability * static_cast<double>(kReliabilityBins));
  return std::min(bin, kReliabilityBins - 1);
}

std::vector<double> ScoreEach(Score score, const Forecasts& forecasts,
                              std::span<const OutcomeIndex> results) {
  std::vector<double> scores(results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    switch (score) {
      case Score::kLogLoss:
        scores[i] = domain::LogLoss(forecasts.row(i), results[i]);
        break;
      case Score::kRankedProbability:
        scores[i] = domain::RankedProbabilityScore(forecasts.row(i), results[i]);
        break;
      case Score::kBrier:
        scores[i] = domain::Brier(forecasts.row(i), results[i]);
        break;
    }
  }
  return scores;
}

absl::StatusOr<Evaluation> Evaluate(const Forecasts& forecasts,
                                    std::span<const OutcomeIndex> results) {
  RETURN_IF_ERROR(CheckSizes(forecasts, results.size()));
  Evaluation evaluation;
  evaluation.matches = static_cast<std::int64_t>(results.size());
  evaluation.log_loss = Mean(ScoreEach(Score::kLogLoss, forecasts, results));
  evaluation.rps = Mean(ScoreEach(Score::kRankedProbability, forecasts, results));
  evaluation.brier = Mean(ScoreEach(Score::kBrier, forecasts, results));
  ASSIGN_OR_RETURN(evaluation.calibration_slope, CalibrationSlope(forecasts, results));
  evaluation.calibration_intercepts = CalibrationIntercepts(forecasts, results);
  CountCalls(forecasts, results, evaluation);
  BinForecasts(forecasts, results, evaluation);
  return evaluation;
}

absl::StatusOr<CalibrationNoise> PerfectCalibrationError(const Forecasts& forecasts,
                                                         std::uint64_t seed, int draws) {
  if (forecasts.rows() == 0) return InvalidField("forecasts", "none");
  if (draws < 40) return InvalidField("draws", "at least 40 make an interval");
  std::vector<std::size_t> bins;
  std::vector<double> forecast_sums(kReliabilityBins, 0.0);
  for (const double probability : forecasts.values()) {
    bins.push_back(ReliabilityBinOf(probability));
    forecast_sums[bins.back()] += probability;
  }
  std::mt19937_64 random(seed);
  std::vector<double> errors;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<double> gaps = forecast_sums;
    for (std::size_t i = 0; i < forecasts.rows(); ++i) {
      const auto row = forecasts.row(i);
      double left = static_cast<double>(random() >> 11) * 0x1p-53;
      std::size_t happened = 0;
      while (happened + 1 < row.size() && left >= row[happened]) left -= row[happened++];
      gaps[bins[i * row.size() + happened]] -= 1.0;
    }
    double error = 0.0;
    for (const double gap : gaps) error += std::abs(gap);
    errors.push_back(error / static_cast<double>(bins.size()));
  }
  CalibrationNoise noise{.mean = Mean(errors), .sd = 0.0, .upper = 0.0};
  for (const double error : errors) noise.sd += (error - noise.mean) * (error - noise.mean);
  noise.sd = std::sqrt(noise.sd / (draws - 1));
  std::sort(errors.begin(), errors.end());
  noise.upper = errors[static_cast<std::size_t>(std::lround(0.95 * (draws - 1)))];
  return noise;
}

absl::StatusOr<PairedDifference> BootstrapDifference(std::span<const double> differences,
                                                     std::span<const Day> match_dates,
                                                     std::uint64_t seed, int resamples) {
  if (differences.empty()) return InvalidField("differences", "none");
  if (differences.size() != match_dates.size()) {
    return InvalidField("match_dates", "one is needed for each difference");
  }
  ASSIGN_OR_RETURN(const BlockBootstrap bootstrap,
                   BlockBootstrap::Make(match_dates, seed, resamples));
  const Interval mean = bootstrap.Mean(differences);
  return PairedDifference{.mean = mean.value,
                          .lower = mean.lower,
                          .upper = mean.upper,
                          .matches = static_cast<std::int64_t>(differences.size()),
                          .blocks = static_cast<std::int64_t>(bootstrap.blocks())};
}

absl::StatusOr<PairedDifference> CompareForecasts(Score score, const Forecasts& forecasts,
                                                  const Forecasts& reference,
                                                  std::span<const OutcomeIndex> results,
                                                  std::span<const Day> match_dates,
                                                  std::uint64_t seed) {
  RETURN_IF_ERROR(CheckSizes(forecasts, results.size()));
  RETURN_IF_ERROR(CheckSizes(reference, results.size()));
  std::vector<double> differences = ScoreEach(score, forecasts, results);
  const std::vector<double> against = ScoreEach(score, reference, results);
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] -= against[i];
  return BootstrapDifference(differences, match_dates, seed);
}

}  // namespace fairline::evaluation
