#include "tools/evaluate/report_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/evaluate/sentences.hpp"

namespace fairline::evaluate {
namespace {

using evaluation::PairedDifference;
using evaluation::ScoreboardEntry;
using nlohmann::json;
using statistics::Interval;

json ToJson(const PairedDifference& difference) {
  return {{"mean", difference.mean},
          {"low", difference.lower},
          {"high", difference.upper},
          {"matches", difference.matches},
          {"blocks", difference.blocks}};
}

json ToJson(const Interval& interval) {
  return {{"mean", interval.value}, {"low", interval.lower}, {"high", interval.upper}};
}

json ToJson(const ScoreboardEntry& entry) {
  const evaluation::Evaluation& scores = entry.scores;
  json out = {{"forecaster", entry.forecaster},
              {"matches", scores.matches},
              {"log_loss", scores.log_loss},
              {"rps", scores.rps},
              {"brier", scores.brier},
              {"accuracy", scores.accuracy},
              {"macro_precision", scores.macro_precision},
              {"macro_recall", scores.macro_recall},
              {"macro_f1", scores.macro_f1},
              {"calibration_slope", scores.calibration_slope},
              {"calibration_intercepts", scores.calibration_intercepts},
              {"ece", scores.ece},
              {"confusion", scores.confusion}};
  for (const evaluation::ClassReport& each : scores.classes) {
    out["classes"].push_back(
        {{"precision", each.precision}, {"recall", each.recall}, {"f1", each.f1}});
  }
  for (const evaluation::ReliabilityBin& bin : scores.reliability) {
    out["reliability"].push_back(
        {{"count", bin.count}, {"mean_forecast", bin.mean_forecast}, {"frequency", bin.frequency}});
  }
  out["against"] = json::object();
  for (const auto& [reference, comparison] : entry.against) {
    out["against"][reference] = {{"log_loss", ToJson(comparison.log_loss)},
                                 {"rps", ToJson(comparison.rps)}};
  }
  return out;
}

json ToJson(const std::vector<Slice>& slices) {
  json out = json::array();
  for (const Slice& slice : slices) {
    json entries = json::array();
    for (const ScoreboardEntry& entry : slice.entries) entries.push_back(ToJson(entry));
    out.push_back({{"label", slice.label}, {"matches", slice.matches}, {"forecasters", entries}});
  }
  return out;
}

json ToJson(const evaluation::MetricIntervals& figures) {
  json out = json::object();
  for (std::size_t f = 0; f < evaluation::kMetrics; ++f) {
    out[std::string(evaluation::NameOf(static_cast<evaluation::Metric>(f)))] = ToJson(figures[f]);
  }
  return out;
}

json ToJson(const evaluation::MetricReport& report) {
  json against = json::object();
  for (const auto& [reference, differences] : report.against) {
    against[reference] = {{"matches", differences.matches},
                          {"differences", ToJson(differences.metrics)}};
  }
  return {{"forecaster", report.forecaster}, {"own", ToJson(report.own)}, {"against", against}};
}

json ToJson(const BetRecord& record) {
  return {{"bets", record.bets},
          {"claimed_edge", record.claimed},
          {"returned", ToJson(record.returned)},
          {"closing_value", ToJson(record.closing_value)},
          {"bets_with_closing", record.with_closing},
          {"pinnacle_share_of_closing", record.pinnacle_share},
          {"claim_holds", record.bets > 0 && record.claim_holds()},
          {"in_words", record.bets > 0 ? SentenceOn(record) : "No bet."}};
}

json ToJson(const EdgeBoard& board) {
  json buckets = json::array();
  for (const EdgeBucket& bucket : board.buckets) {
    json each = ToJson(bucket.record);
    each["from"] = bucket.from;
    each["to"] = bucket.to;  // infinity becomes null
    buckets.push_back(std::move(each));
  }
  return {{"forecaster", board.forecaster},
          {"price", board.price},
          {"buckets", buckets},
          {"edge_of_2_percent_or_more", ToJson(board.flagged)}};
}

json ToJson(const LineBoard& board) {
  json entries = json::array();
  for (const LineEntry& entry : board.entries) {
    json against = json::object();
    for (const auto& [reference, gap] : entry.against) against[reference] = ToJson(gap);
    entries.push_back({{"forecaster", entry.forecaster},
                       {"matches", entry.matches},
                       {"log_loss", ToJson(entry.log_loss)},
                       {"brier", ToJson(entry.brier)},
                       {"against", against}});
  }
  return {{"market", board.market}, {"line", board.line}, {"forecasters", entries}};
}

json ToJson(const DevigBoard& board) {
  json entries = json::array();
  for (const DevigEntry& entry : board.entries) {
    entries.push_back({{"method", entry.method},
                       {"log_loss", entry.log_loss},
                       {"rps", entry.rps},
                       {"ece", entry.ece},
                       {"calibration_slope", entry.slope},
                       {"log_loss_less_power", ToJson(entry.against_power)}});
  }
  return {{"book", board.book},
          {"matches", board.matches},
          {"at_or_under_100_percent", board.underround},
          {"methods", entries}};
}

// Under the names that the registry's gate and its readers know.
json RegistryMetrics(const Judgement& judgement) {
  json metrics = {{"leak_suspected", judgement.suspicions.empty() ? 0.0 : 1.0}};
  for (const ScoreboardEntry& entry : judgement.groups.front().entries) {
    const evaluation::Evaluation& scores = entry.scores;
    const auto add = [&](std::string_view key, double value) {
      metrics[fmt::format("{}.{}", entry.forecaster, key)] = value;
    };
    add("matches", static_cast<double>(scores.matches));
    add("log_loss", scores.log_loss);
    add("rps", scores.rps);
    add("brier", scores.brier);
    add("accuracy", scores.accuracy);
    add("macro_precision", scores.macro_precision);
    add("macro_recall", scores.macro_recall);
    add("macro_f1", scores.macro_f1);
    add("calibration_error", scores.ece);
    add("calibration_slope", scores.calibration_slope);
    for (const auto& [reference, comparison] : entry.against) {
      const auto interval = [&](std::string_view score, const PairedDifference& difference) {
        const std::string key = fmt::format("vs_{}.{}", reference, score);
        add(key, difference.mean);
        add(key + "_low", difference.lower);
        add(key + "_high", difference.upper);
      };
      interval("log_loss", comparison.log_loss);
      interval("rps", comparison.rps);
    }
  }
  return metrics;
}

template <typename Value>
json ListOf(const std::vector<Value>& values) {
  json out = json::array();
  for (const Value& value : values) out.push_back(ToJson(value));
  return out;
}

}  // namespace

std::string ToJson(const Judgement& judgement) {
  json weights = json::array();
  for (const PoolWeights& pool : judgement.pool_weights) {
    json members = json::object();
    for (const auto& [member, weight] : pool.weights) members[member] = weight;
    weights.push_back({{"pool", pool.pool}, {"season", pool.season}, {"weights", members}});
  }
  json noise = json::object();
  for (const auto& [forecaster, each] : judgement.calibration_noise) {
    noise[forecaster] = {{"mean", each.mean}, {"sd", each.sd}, {"upper_95", each.upper}};
  }
  json blind = json::array();
  for (const BlindBets& bets : judgement.blind) {
    json each = ToJson(bets.record);
    each.erase("claimed_edge");
    each.erase("claim_holds");
    each["price"] = bets.price;
    each["in_words"] = SentenceOn(bets);
    blind.push_back(std::move(each));
  }
  json suspicions = json::array();
  for (const evaluation::LeakSuspicion& each : judgement.suspicions) {
    suspicions.push_back({{"forecaster", each.forecaster}, {"reason", each.reason}});
  }
  json findings = json::array();
  for (const Finding& finding : Findings(judgement)) {
    findings.push_back(finding.headline + ". " + finding.detail);
  }
  const json report = {{"format", 2},
                       {"sport", judgement.sport},
                       {"recipe", judgement.recipe},
                       {"outcomes", judgement.outcomes},
                       {"served", judgement.served},
                       {"seasons", {judgement.first_season, judgement.last_season}},
                       {"days", {FormatDay(judgement.first_day), FormatDay(judgement.last_day)}},
                       {"competitions", judgement.competitions},
                       {"findings", findings},
                       {"leak_suspicions", suspicions},
                       {"metrics", RegistryMetrics(judgement)},
                       {"groups", ToJson(judgement.groups)},
                       {"by_season", ToJson(judgement.seasons)},
                       {"by_competition", ToJson(judgement.competition_slices)},
                       {"by_month", ToJson(judgement.months)},
                       {"figures", ListOf(judgement.figures)},
                       {"calibration_error_of_true_probabilities", noise},
                       {"pool_weights", weights},
                       {"goal_markets", ListOf(judgement.goal_markets)},
                       {"devig", ListOf(judgement.devig)},
                       {"edges", ListOf(judgement.edges)},
                       {"blind_bets", blind}};
  return report.dump(2);
}

}  // namespace fairline::evaluate
