#include "libs/evaluation/metrics.hpp"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "libs/evaluation/evaluation.hpp"
#include "libs/evaluation/scoreboard.hpp"
#include "libs/models/conditional_logit.hpp"

namespace fairline::evaluation {
namespace {

using models::ForecastColumns;
using models::Forecasts;
using models::MatchTable;
using models::Rows;
using models::Softmax;
using statistics::Interval;

constexpr std::array kReference = {std::string_view("market")};

struct Drawn {
  MatchTable matches;
  ForecastColumns columns;
  Rows rows;
};

// "market" is the truth that results are drawn from, "sharp" twice as sure, "late" the truth again
// with the first half missing.
Drawn Draw(std::size_t count) {
  Drawn drawn;
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Forecasts truth(3);
  Forecasts sharp(3);
  Forecasts late(3);
  for (std::uint32_t i = 0; i < count; ++i) {
    const double strength = 0.7 * normal(random);
    std::vector<double> row = {0.2 + strength, 0.0, -strength};
    std::vector<double> doubled = {2 * row[0], 0.0, 2 * row[2]};
    Softmax(row);
    Softmax(doubled);
    truth.Append(row);
    sharp.Append(doubled);
    late.Append(i < count / 2 ? std::vector<double>(3, std::nan("")) : row);
    const double u = uniform(random);
    drawn.matches.results.push_back(u < row[0] ? 0 : u < row[0] + row[1] ? 1 : 2);
    drawn.matches.days.push_back(Day(std::chrono::days(18'000 + static_cast<int>(i) / 8)));
    drawn.matches.seasons.push_back(2019);
    drawn.matches.competitions.push_back(1);
    drawn.rows.push_back(i);
  }
  drawn.columns.emplace("market", truth);
  drawn.columns.emplace("sharp", sharp);
  drawn.columns.emplace("late", late);
  return drawn;
}

const MetricReport& ReportOf(const std::vector<MetricReport>& reports, std::string_view name) {
  for (const MetricReport& report : reports) {
    if (report.forecaster == name) return report;
  }
  FAIL("no report of " << name);
  return reports.front();
}

const Interval& In(const MetricIntervals& metrics, Metric metric) {
  return metrics[static_cast<std::size_t>(metric)];
}

TEST_CASE("figures are those of the evaluation, inside their own intervals",
          "[evaluation][figures]") {
  const Drawn drawn = Draw(6'000);
  const auto reports = CompareMetrics(drawn.matches, drawn.columns, drawn.rows, kReference, 1);
  REQUIRE(reports.ok());
  REQUIRE(reports->size() == 3);
  const auto scores = Evaluate(drawn.columns.find("sharp")->second, drawn.matches.results);
  REQUIRE(scores.ok());
  const MetricIntervals& own = ReportOf(*reports, "sharp").own;
  CHECK(In(own, Metric::kLogLoss).value == Approx(scores->log_loss));
  CHECK(In(own, Metric::kRps).value == Approx(scores->rps));
  CHECK(In(own, Metric::kBrier).value == Approx(scores->brier));
  CHECK(In(own, Metric::kAccuracy).value == Approx(scores->accuracy));
  CHECK(In(own, Metric::kMacroPrecision).value == Approx(scores->macro_precision));
  CHECK(In(own, Metric::kMacroRecall).value == Approx(scores->macro_recall));
  CHECK(In(own, Metric::kMacroF1).value == Approx(scores->macro_f1));
  CHECK(In(own, Metric::kEce).value == Approx(scores->ece));
  CHECK(In(own, Metric::kSlope).value == Approx(scores->calibration_slope).margin(1e-6));
  for (const Metric metric :
       {Metric::kLogLoss, Metric::kRps, Metric::kAccuracy, Metric::kMacroF1, Metric::kSlope}) {
    INFO(NameOf(metric));
    CHECK(In(own, metric).contains(In(own, metric).value));
    CHECK(In(own, metric).lower < In(own, metric).upper);
  }
  // Twice as sure as the truth: slope one half, and its interval has no room for 1.
  CHECK(In(own, Metric::kSlope).contains(0.5));
  CHECK(In(own, Metric::kSlope).upper < 0.6);
}

TEST_CASE("differences are paired: on the same matches and the same resamples",
          "[evaluation][figures]") {
  const Drawn drawn = Draw(6'000);
  const auto reports = CompareMetrics(drawn.matches, drawn.columns, drawn.rows, kReference, 1);
  REQUIRE(reports.ok());
  const MetricDifferences& late = ReportOf(*reports, "late").against.find("market")->second;
  CHECK(late.matches == 3'000);
  for (const Interval& metric : late.metrics) {
    CHECK(metric.value == 0.0);
    CHECK(metric.lower == 0.0);
    CHECK(metric.upper == 0.0);
  }
  const MetricDifferences& sharp = ReportOf(*reports, "sharp").against.find("market")->second;
  CHECK(In(sharp.metrics, Metric::kLogLoss).lower > 0.0);
  CHECK(In(sharp.metrics, Metric::kEce).lower > 0.0);
  CHECK(In(sharp.metrics, Metric::kAccuracy).value == 0.0);  // the same calls
  CHECK(ReportOf(*reports, "market").against.empty());

  const auto scoreboard = MakeScoreboard(drawn.matches, drawn.columns, drawn.rows, 1);
  REQUIRE(scoreboard.ok());
  const PairedDifference& difference = scoreboard->back().against.find("market")->second.log_loss;
  CHECK(In(sharp.metrics, Metric::kLogLoss).lower == Approx(difference.lower));
  CHECK(In(sharp.metrics, Metric::kLogLoss).upper == Approx(difference.upper));
}

}  // namespace
}  // namespace fairline::evaluation
