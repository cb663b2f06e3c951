#include "tools/evaluate/report.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::evaluate {
namespace {

using models::Comparison;
using models::PairedDifference;
using models::ScoreboardEntry;
using nlohmann::json;

struct Difference {
  std::string_view title;
  std::string_view reference;
  PairedDifference Comparison::*score;
  double unit;
};

constexpr std::array kDifferences = {
    Difference{"LL-market e-4", models::kMarketColumn, &Comparison::log_loss, 1e-4},
    Difference{"RPS-market e-5", models::kMarketColumn, &Comparison::rps, 1e-5},
    Difference{"LL-pinnacle e-4", models::kPinnacleColumn, &Comparison::log_loss, 1e-4},
    Difference{"LL-closing e-4", models::kClosingColumn, &Comparison::log_loss, 1e-4},
    Difference{"RPS-closing e-5", models::kClosingColumn, &Comparison::rps, 1e-5},
    Difference{"LL-base e-4", models::kBaseRateColumn, &Comparison::log_loss, 1e-4},
    Difference{"RPS-base e-5", models::kBaseRateColumn, &Comparison::rps, 1e-5}};

std::string Interval(const ScoreboardEntry& entry, const Difference& column) {
  const auto found = entry.against.find(column.reference);
  if (found == entry.against.end()) return "";
  const PairedDifference& difference = found->second.*column.score;
  return fmt::format("{:+.1f} [{:+.1f},{:+.1f}]", difference.mean / column.unit,
                     difference.lower / column.unit, difference.upper / column.unit);
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
  std::string text =
      fmt::format("{}\n{:<20} {:>6} {:>8} {:>7} {:>6} {:>5} {:>6} {:>6} ", section.title,
                  "forecaster", "n", "log loss", "RPS", "Brier", "acc", "ECE", "slope");
  for (const Difference& column : kDifferences) text += fmt::format(" {:>24}", column.title);
  text += '\n';
  for (const ScoreboardEntry& entry : section.entries) {
    const models::Evaluation& scores = entry.scores;
    text += fmt::format("{:<20} {:>6} {:>8.5f} {:>7.5f} {:>6.4f} {:>5.3f} {:>6.4f} {:>6.3f} ",
                        entry.forecaster, scores.matches, scores.log_loss, scores.rps, scores.brier,
                        scores.accuracy, scores.ece, scores.calibration_slope);
    for (const Difference& column : kDifferences) {
      text += fmt::format(" {:>24}", Interval(entry, column));
    }
    text += '\n';
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
