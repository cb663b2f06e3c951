#include "libs/evaluation/leak_alarm.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "libs/evaluation/evaluation.hpp"
#include "libs/evaluation/scoreboard.hpp"

namespace fairline::evaluation {
namespace {

using models::ForecastColumns;
using models::ForecastRows;
using models::Forecasts;
using models::MatchTable;
using models::OutcomeIndex;
using models::ResultsOf;
using models::Rows;
using models::Select;

constexpr std::array kReferences = {kBaseRateColumn, kMarketColumn, kPinnacleColumn,
                                    kClosingColumn};

struct Judged {
  const MatchTable& matches;
  const ForecastColumns& columns;
  const Forecasts& column;
  const Rows& rows;  // those that the column has forecast
  std::uint64_t seed;
};

struct AgainstReference {
  PairedDifference log_loss;
  double reference_log_loss = 0.0;
};

// Nothing where the reference has no line on any of the matches.
absl::StatusOr<std::optional<AgainstReference>> Against(const Judged& judged,
                                                        std::string_view reference) {
  const auto found = judged.columns.find(reference);
  if (found == judged.columns.end()) return std::nullopt;
  const Rows common = ForecastRows(found->second, judged.rows);
  if (common.empty()) return std::nullopt;
  const std::vector<OutcomeIndex> results = ResultsOf(judged.matches, common);
  std::vector<Day> days;
  for (const std::uint32_t row : common) days.push_back(judged.matches.days[row]);
  const Forecasts line = Select(found->second, common);
  AgainstReference against;
  ASSIGN_OR_RETURN(against.log_loss,
                   CompareForecasts(Score::kLogLoss, Select(judged.column, common), line, results,
                                    days, judged.seed));
  for (const double loss : ScoreEach(Score::kLogLoss, line, results)) {
    against.reference_log_loss += loss / static_cast<double>(results.size());
  }
  return against;
}

absl::StatusOr<std::vector<std::string>> ReasonsFor(const Judged& judged,
                                                    const LeakBounds& bounds) {
  std::vector<std::string> reasons;
  ASSIGN_OR_RETURN(const auto closing, Against(judged, kClosingColumn));
  if (closing && closing->log_loss.better()) {
    reasons.push_back(fmt::format(
        "better than the closing line by its whole interval: log loss {:+.5f} [{:+.5f}, {:+.5f}]",
        closing->log_loss.mean, closing->log_loss.lower, closing->log_loss.upper));
  }
  ASSIGN_OR_RETURN(const auto market, Against(judged, kMarketColumn));
  if (market && market->log_loss.blocks > 1 &&
      market->log_loss.upper < -bounds.gain_on_market * market->reference_log_loss) {
    reasons.push_back(fmt::format(
        "better than the market before the match by {:.1f} % of its log loss; the closing line "
        "gains less than half of one",
        -100.0 * market->log_loss.mean / market->reference_log_loss));
  }
  ASSIGN_OR_RETURN(const auto base, Against(judged, kBaseRateColumn));
  if (base && base->log_loss.blocks > 1 &&
      base->reference_log_loss + base->log_loss.upper <
          bounds.share_of_base_rate * base->reference_log_loss) {
    reasons.push_back(
        fmt::format("log loss {:.4f} where the base rate has {:.4f}: nobody forecasts "
                    "a sport like that",
                    base->reference_log_loss + base->log_loss.mean, base->reference_log_loss));
  }
  const Forecasts forecasts = Select(judged.column, judged.rows);
  ASSIGN_OR_RETURN(const Evaluation scores,
                   Evaluate(forecasts, ResultsOf(judged.matches, judged.rows)));
  ASSIGN_OR_RETURN(const CalibrationNoise noise, PerfectCalibrationError(forecasts, judged.seed));
  if (scores.ece < noise.mean - bounds.calibration_sds * noise.sd) {
    reasons.push_back(fmt::format(
        "calibrated better than chance allows: error {:.5f}, and true probabilities would show "
        "{:.5f} +- {:.5f}",
        scores.ece, noise.mean, noise.sd));
  }
  return reasons;
}

}  // namespace

absl::StatusOr<std::vector<LeakSuspicion>> SuspectedLeaks(const MatchTable& matches,
                                                          const ForecastColumns& columns,
                                                          const Rows& rows, std::uint64_t seed,
                                                          const LeakBounds& bounds) {
  if (rows.empty()) return InvalidField("rows", "no matches to judge on");
  std::vector<LeakSuspicion> suspicions;
  for (const auto& [name, column] : columns) {
    if (std::find(kReferences.begin(), kReferences.end(), name) != kReferences.end()) continue;
    const Rows own = ForecastRows(column, rows);
    if (own.empty()) continue;
    ASSIGN_OR_RETURN(const auto reasons, ReasonsFor({matches, columns, column, own, seed}, bounds));
    for (const std::string& reason : reasons) suspicions.push_back({name, reason});
  }
  return suspicions;
}

}  // namespace fairline::evaluation
