#include "libs/evaluation/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "libs/domain/scores.hpp"
#include "libs/evaluation/evaluation.hpp"
#include "libs/models/calibration.hpp"
#include "libs/models/conditional_logit.hpp"

namespace fairline::evaluation {
namespace {

using models::CalibrationSlope;
using models::ForecastColumns;
using models::ForecastRows;
using models::Forecasts;
using models::MatchTable;
using models::OutcomeIndex;
using models::ResultsOf;
using models::Rows;
using models::SafeLog;
using models::Select;
using models::Softmax;
using statistics::BlockBootstrap;
using statistics::PercentileInterval;
using ResampledMetrics = std::array<std::vector<double>, kMetrics>;

// A figure's value and what it is on every resample.
struct Sampled {
  std::array<double, kMetrics> values;
  ResampledMetrics resampled;
};

constexpr std::size_t At(Metric metric) { return static_cast<std::size_t>(metric); }

// Adds up `width` numbers per match by block.
class BlockSums {
 public:
  BlockSums(const BlockBootstrap& bootstrap, std::size_t width)
      : bootstrap_(bootstrap), width_(width), sums_(bootstrap.blocks() * width, 0.0) {}

  double& operator()(std::size_t match, std::size_t k) {
    return sums_[bootstrap_.block_of(match) * width_ + k];
  }

  void Into(Metric metric, Sampled& sampled,
            const std::function<double(std::span<const double>)>& of_sums) const {
    std::vector<double> totals(width_, 0.0);
    for (std::size_t i = 0; i < sums_.size(); ++i) totals[i % width_] += sums_[i];
    sampled.values[At(metric)] = of_sums(totals);
    sampled.resampled[At(metric)] = bootstrap_.Resample(sums_, width_, of_sums);
  }

 private:
  const BlockBootstrap& bootstrap_;
  std::size_t width_;
  std::vector<double> sums_;
};

void SampleMeans(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                 const BlockBootstrap& bootstrap, Sampled& sampled) {
  const auto mean = [&](Metric metric, auto&& value_of) {
    BlockSums sums(bootstrap, 2);
    for (std::size_t i = 0; i < results.size(); ++i) {
      sums(i, 0) += value_of(forecasts.row(i), results[i]);
      sums(i, 1) += 1.0;
    }
    sums.Into(metric, sampled,
              [](std::span<const double> totals) { return totals[0] / totals[1]; });
  };
  mean(Metric::kLogLoss, domain::LogLoss);
  mean(Metric::kRps, domain::RankedProbabilityScore);
  mean(Metric::kBrier, domain::Brier);
  mean(Metric::kAccuracy, [](std::span<const double> row, std::size_t happened) {
    return domain::MostLikely(row) == happened ? 1.0 : 0.0;
  });
}

double RatioOrZero(double part, double whole) { return whole == 0.0 ? 0.0 : part / whole; }

void SampleCalls(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                 const BlockBootstrap& bootstrap, Sampled& sampled) {
  const std::size_t n = forecasts.outcomes();
  BlockSums confusion(bootstrap, n * n);  // [happened][called]
  for (std::size_t i = 0; i < results.size(); ++i) {
    confusion(i, results[i] * n + domain::MostLikely(forecasts.row(i))) += 1.0;
  }
  const auto macro = [&](Metric metric, auto&& of_class) {
    confusion.Into(metric, sampled, [&, n](std::span<const double> counts) {
      double sum = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        double called = 0.0;
        double happened = 0.0;
        for (std::size_t other = 0; other < n; ++other) {
          called += counts[other * n + k];
          happened += counts[k * n + other];
        }
        sum += of_class(counts[k * n + k], called, happened);
      }
      return sum / static_cast<double>(n);
    });
  };
  macro(Metric::kMacroPrecision,
        [](double hits, double called, double) { return RatioOrZero(hits, called); });
  macro(Metric::kMacroRecall,
        [](double hits, double, double happened) { return RatioOrZero(hits, happened); });
  macro(Metric::kMacroF1, [](double hits, double called, double happened) {
    return RatioOrZero(2.0 * hits, called + happened);
  });
}

void SampleCalibration(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                       const BlockBootstrap& bootstrap, Sampled& sampled) {
  BlockSums gaps(bootstrap, kReliabilityBins + 1);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto row = forecasts.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      gaps(i, ReliabilityBinOf(row[k])) += row[k] - (results[i] == k ? 1.0 : 0.0);
    }
    gaps(i, kReliabilityBins) += static_cast<double>(row.size());
  }
  gaps.Into(Metric::kEce, sampled, [](std::span<const double> totals) {
    double error = 0.0;
    for (std::size_t bin = 0; bin < kReliabilityBins; ++bin) error += std::abs(totals[bin]);
    return error / totals[kReliabilityBins];
  });
}

// One Newton step on the slope's likelihood, from its maximum on all matches.
absl::Status SampleSlope(const Forecasts& forecasts, std::span<const OutcomeIndex> results,
                         const BlockBootstrap& bootstrap, Sampled& sampled) {
  ASSIGN_OR_RETURN(const double slope, CalibrationSlope(forecasts, results));
  BlockSums sums(bootstrap, 2);  // score, information
  std::vector<double> tilted(forecasts.outcomes());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto row = forecasts.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) tilted[k] = slope * SafeLog(row[k]);
    Softmax(tilted);
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double log = SafeLog(row[k]);
      mean += tilted[k] * log;
      square += tilted[k] * log * log;
    }
    sums(i, 0) += SafeLog(row[results[i]]) - mean;
    sums(i, 1) += square - mean * mean;
  }
  sums.Into(Metric::kSlope, sampled, [slope](std::span<const double> totals) {
    return totals[1] > 0.0 ? slope + totals[0] / totals[1] : slope;
  });
  return absl::OkStatus();
}

// The resamples of lists of matches, each made once: most forecasters have the same matches.
class Samples {
 public:
  Samples(const MatchTable& matches, std::uint64_t seed) : matches_(matches), seed_(seed) {}

  absl::StatusOr<const Sampled*> Of(const std::string& name, const Forecasts& column,
                                    const Rows& rows) {
    const auto key = std::pair(name, rows);
    if (const auto found = sampled_.find(key); found != sampled_.end()) return &found->second;
    if (bootstrap_ == nullptr || rows != bootstrap_rows_) {
      std::vector<Day> days;
      for (const std::uint32_t row : rows) days.push_back(matches_.days[row]);
      ASSIGN_OR_RETURN(BlockBootstrap bootstrap, BlockBootstrap::Make(days, seed_));
      bootstrap_ = std::make_unique<BlockBootstrap>(std::move(bootstrap));
      bootstrap_rows_ = rows;
    }
    const Forecasts forecasts = Select(column, rows);
    const std::vector<OutcomeIndex> results = ResultsOf(matches_, rows);
    Sampled sampled;
    SampleMeans(forecasts, results, *bootstrap_, sampled);
    SampleCalls(forecasts, results, *bootstrap_, sampled);
    SampleCalibration(forecasts, results, *bootstrap_, sampled);
    RETURN_IF_ERROR(SampleSlope(forecasts, results, *bootstrap_, sampled));
    return &sampled_.emplace(key, std::move(sampled)).first->second;
  }

 private:
  const MatchTable& matches_;
  std::uint64_t seed_;
  Rows bootstrap_rows_;
  std::unique_ptr<BlockBootstrap> bootstrap_;
  std::map<std::pair<std::string, Rows>, Sampled> sampled_;
};

MetricIntervals Differences(const Sampled& sampled, const Sampled& reference) {
  MetricIntervals differences;
  for (std::size_t f = 0; f < kMetrics; ++f) {
    std::vector<double> resampled = sampled.resampled[f];
    for (std::size_t r = 0; r < resampled.size(); ++r) resampled[r] -= reference.resampled[f][r];
    differences[f] =
        PercentileInterval(sampled.values[f] - reference.values[f], std::move(resampled));
  }
  return differences;
}

}  // namespace

std::string_view NameOf(Metric metric) {
  constexpr std::array<std::string_view, kMetrics> kNames = {
      "log_loss",     "rps",      "brier", "accuracy",         "macro_precision",
      "macro_recall", "macro_f1", "ece",   "calibration_slope"};
  return kNames[At(metric)];
}

absl::StatusOr<std::vector<MetricReport>> CompareMetrics(
    const MatchTable& matches, const ForecastColumns& columns, const Rows& rows,
    std::span<const std::string_view> references, std::uint64_t seed) {
  if (rows.empty()) return InvalidField("rows", "no matches to judge on");
  Samples samples(matches, seed);
  std::vector<MetricReport> reports;
  for (const auto& [name, column] : columns) {
    const Rows own_rows = ForecastRows(column, rows);
    if (own_rows.empty()) continue;
    MetricReport report{.forecaster = name, .own = {}, .against = {}};
    ASSIGN_OR_RETURN(const Sampled* const own, samples.Of(name, column, own_rows));
    for (std::size_t f = 0; f < kMetrics; ++f) {
      report.own[f] = PercentileInterval(own->values[f], own->resampled[f]);
    }
    for (const std::string_view reference : references) {
      const auto found = columns.find(reference);
      if (found == columns.end() || reference == name) continue;
      const Rows common = ForecastRows(found->second, own_rows);
      if (common.empty()) continue;
      ASSIGN_OR_RETURN(const Sampled* const mine, samples.Of(name, column, common));
      ASSIGN_OR_RETURN(const Sampled* const theirs,
                       samples.Of(found->first, found->second, common));
      report.against.emplace(
          reference, MetricDifferences{.metrics = Differences(*mine, *theirs),
                                       .matches = static_cast<std::int64_t>(common.size())});
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace fairline::evaluation
