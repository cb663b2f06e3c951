#include "libs/models/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "libs/domain/scores.hpp"
#include "libs/models/calibration.hpp"

namespace fairline::models {
namespace {

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

std::size_t ReliabilityBinOf(double probability) {
  const auto bin = static_cast<std::size_t>(probability * static_cast<double>(kReliabilityBins));
  return std::min(bin, kReliabilityBins - 1);
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

}  // namespace

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
  CountCalls(forecasts, results, evaluation);
  BinForecasts(forecasts, results, evaluation);
  return evaluation;
}

absl::StatusOr<PairedDifference> BootstrapDifference(std::span<const double> differences,
                                                     std::span<const Day> match_dates,
                                                     std::uint64_t seed, int resamples) {
  if (differences.empty()) return InvalidField("differences", "none");
  if (differences.size() != match_dates.size()) {
    return InvalidField("match_dates", "one is needed for each difference");
  }
  if (resamples < 40) return InvalidField("resamples", "at least 40 make a 95 % interval");

  struct Block {
    double sum = 0.0;
    std::int64_t count = 0;
  };
  constexpr Day kMonday = Day(std::chrono::days(4));  // 5 January 1970
  std::map<std::int64_t, Block> by_week;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    Block& block =
        by_week[std::chrono::floor<std::chrono::weeks>(match_dates[i] - kMonday).count()];
    block.sum += differences[i];
    ++block.count;
  }
  std::vector<Block> blocks;
  for (const auto& [week, block] : by_week) blocks.push_back(block);

  // mt19937_64 is the same everywhere; the standard distributions are not.
  std::mt19937_64 random(seed);
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& mean : means) {
    Block total;
    for (std::size_t draw = 0; draw < blocks.size(); ++draw) {
      const Block& block = blocks[random() % blocks.size()];
      total.sum += block.sum;
      total.count += block.count;
    }
    mean = total.sum / static_cast<double>(total.count);
  }
  std::sort(means.begin(), means.end());
  const auto quantile = [&](double q) {
    return means[static_cast<std::size_t>(std::lround(q * static_cast<double>(resamples - 1)))];
  };
  return PairedDifference{.mean = Mean(differences),
                          .lower = quantile(0.025),
                          .upper = quantile(0.975),
                          .matches = static_cast<std::int64_t>(differences.size()),
                          .blocks = static_cast<std::int64_t>(blocks.size())};
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

}  // namespace fairline::models
