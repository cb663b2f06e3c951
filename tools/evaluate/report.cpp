#include "tools/evaluate/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::evaluate {
namespace {

using models::Comparison;
using models::PairedDifference;
using models::ScoreboardEntry;
using nlohmann::json;

std::string Interval(const ScoreboardEntry& entry, std::string_view reference,
                     PairedDifference Comparison::*score, double unit) {
  const auto found = entry.against.find(reference);
  if (found == entry.against.end()) return "";
  const PairedDifference& difference = found->second.*score;
  return fmt::format("{:+.1f} [{:+.1f},{:+.1f}]", difference.mean / unit, difference.lower / unit,
                     difference.upper / unit);
}

json DifferenceJson(const PairedDifference& difference) {
  return {{"mean", difference.mean},
          {"low", difference.lower},
          {"high", difference.upper},
          {"matches", difference.matches},
          {"blocks", difference.blocks}};
}

json EntryJson(const ScoreboardEntry& entry) {
  const models::Evaluation& scores = entry.scores;
  json out = {{"forecaster", entry.forecaster},
              {"matches", scores.matches},
              {"log_loss", scores.log_loss},
              {"rps", scores.rps},
              {"brier", scores.brier},
              {"accuracy", scores.accuracy},
              {"macro_f1", scores.macro_f1},
              {"macro_recall", scores.macro_recall},
              {"calibration_slope", scores.calibration_slope},
              {"ece", scores.ece},
              {"confusion", scores.confusion}};
  for (const models::ClassReport& each : scores.classes) {
    out["classes"].push_back(
        {{"precision", each.precision}, {"recall", each.recall}, {"f1", each.f1}});
  }
  for (const models::ReliabilityBin& bin : scores.reliability) {
    out["reliability"].push_back(
        {{"count", bin.count}, {"mean_forecast", bin.mean_forecast}, {"frequency", bin.frequency}});
  }
  out["against"] = json::object();
  for (const auto& [reference, comparison] : entry.against) {
    out["against"][reference] = {{"log_loss", DifferenceJson(comparison.log_loss)},
                                 {"rps", DifferenceJson(comparison.rps)}};
  }
  return out;
}

}  // namespace

std::string ToText(const Section& section) {
  constexpr double kLogLossUnit = 1e-4;
  constexpr double kRpsUnit = 1e-5;
  std::string text = fmt::format(
      "{}\n{:<20} {:>6} {:>8} {:>7} {:>6} {:>5} {:>6} {:>6}  {:>22} {:>22} {:>22} {:>22}\n",
      section.title, "forecaster", "n", "log loss", "RPS", "Brier", "acc", "ECE", "slope",
      "LL-market e-4", "RPS-market e-5", "LL-closing e-4", "LL-base e-4");
  for (const ScoreboardEntry& entry : section.entries) {
    text += fmt::format(
        "{:<20} {:>6} {:>8.5f} {:>7.5f} {:>6.4f} {:>5.3f} {:>6.4f} {:>6.3f}  {:>22} {:>22} {:>22} "
        "{:>22}\n",
        entry.forecaster, entry.scores.matches, entry.scores.log_loss, entry.scores.rps,
        entry.scores.brier, entry.scores.accuracy, entry.scores.ece, entry.scores.calibration_slope,
        Interval(entry, models::kMarketColumn, &Comparison::log_loss, kLogLossUnit),
        Interval(entry, models::kMarketColumn, &Comparison::rps, kRpsUnit),
        Interval(entry, models::kClosingColumn, &Comparison::log_loss, kLogLossUnit),
        Interval(entry, models::kBaseRateColumn, &Comparison::log_loss, kLogLossUnit));
  }
  return text;
}

std::string ToJson(const std::vector<Section>& sections) {
  json out = json::array();
  for (const Section& section : sections) {
    json entries = json::array();
    for (const ScoreboardEntry& entry : section.entries) entries.push_back(EntryJson(entry));
    out.push_back({{"title", section.title}, {"forecasters", entries}});
  }
  return out.dump(2);
}

}  // namespace fairline::evaluate
