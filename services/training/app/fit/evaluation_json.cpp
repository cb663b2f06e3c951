#include "services/training/app/fit/evaluation_json.hpp"

#include <nlohmann/json.hpp>

namespace fairline::training {
namespace {

using nlohmann::json;

json ToJson(const evaluation::PairedDifference& difference) {
  return {{"mean", difference.mean},
          {"lower", difference.lower},
          {"upper", difference.upper},
          {"matches", difference.matches},
          {"blocks", difference.blocks}};
}

evaluation::PairedDifference DifferenceFrom(const json& value) {
  return {.mean = value.at("mean").get<double>(),
          .lower = value.at("lower").get<double>(),
          .upper = value.at("upper").get<double>(),
          .matches = value.at("matches").get<std::int64_t>(),
          .blocks = value.at("blocks").get<std::int64_t>()};
}

json ToJson(const evaluation::Evaluation& scores) {
  json classes = json::array();
  for (const evaluation::ClassReport& report : scores.classes) {
    classes.push_back(
        {{"precision", report.precision}, {"recall", report.recall}, {"f1", report.f1}});
  }
  json reliability = json::array();
  for (const evaluation::ReliabilityBin& bin : scores.reliability) {
    reliability.push_back(
        {{"count", bin.count}, {"mean_forecast", bin.mean_forecast}, {"frequency", bin.frequency}});
  }
  return {{"matches", scores.matches},
          {"log_loss", scores.log_loss},
          {"rps", scores.rps},
          {"brier", scores.brier},
          {"accuracy", scores.accuracy},
          {"macro_f1", scores.macro_f1},
          {"macro_recall", scores.macro_recall},
          {"calibration_slope", scores.calibration_slope},
          {"ece", scores.ece},
          {"classes", std::move(classes)},
          {"confusion", scores.confusion},
          {"reliability", std::move(reliability)}};
}

evaluation::Evaluation ScoresFrom(const json& value) {
  evaluation::Evaluation scores;
  scores.matches = value.at("matches").get<std::int64_t>();
  scores.log_loss = value.at("log_loss").get<double>();
  scores.rps = value.at("rps").get<double>();
  scores.brier = value.at("brier").get<double>();
  scores.accuracy = value.at("accuracy").get<double>();
  scores.macro_f1 = value.at("macro_f1").get<double>();
  scores.macro_recall = value.at("macro_recall").get<double>();
  scores.calibration_slope = value.at("calibration_slope").get<double>();
  scores.ece = value.at("ece").get<double>();
  for (const json& report : value.at("classes")) {
    scores.classes.push_back({.precision = report.at("precision").get<double>(),
                              .recall = report.at("recall").get<double>(),
                              .f1 = report.at("f1").get<double>()});
  }
  scores.confusion = value.at("confusion").get<std::vector<std::vector<std::int64_t>>>();
  const json& reliability = value.at("reliability");
  for (std::size_t i = 0; i < scores.reliability.size(); ++i) {
    scores.reliability[i] = {.count = reliability.at(i).at("count").get<std::int64_t>(),
                             .mean_forecast = reliability.at(i).at("mean_forecast").get<double>(),
                             .frequency = reliability.at(i).at("frequency").get<double>()};
  }
  return scores;
}

json ToJson(const Comparison& comparison) {
  return {{"against", comparison.against},
          {"log_loss", ToJson(comparison.log_loss)},
          {"rps", ToJson(comparison.rps)}};
}

Comparison ComparisonFrom(const json& value) {
  return {.against = value.at("against").get<std::string>(),
          .log_loss = DifferenceFrom(value.at("log_loss")),
          .rps = DifferenceFrom(value.at("rps"))};
}

json ToJson(const ModelEvaluation& evaluation) {
  json comparisons = json::array();
  for (const Comparison& comparison : evaluation.comparisons) {
    comparisons.push_back(ToJson(comparison));
  }
  return {{"model", evaluation.model},
          {"season_start", evaluation.season_start},
          {"scores", ToJson(evaluation.scores)},
          {"comparisons", std::move(comparisons)}};
}

ModelEvaluation EvaluationFrom(const json& value) {
  ModelEvaluation evaluation{.model = value.at("model").get<std::string>(),
                             .season_start = value.at("season_start").get<int>(),
                             .scores = ScoresFrom(value.at("scores")),
                             .comparisons = {}};
  for (const json& comparison : value.at("comparisons")) {
    evaluation.comparisons.push_back(ComparisonFrom(comparison));
  }
  return evaluation;
}

}  // namespace

std::string EvaluationToJson(const ModelEvaluation& evaluation) {
  return ToJson(evaluation).dump();
}

absl::StatusOr<ModelEvaluation> EvaluationFromJson(std::string_view text) {
  try {
    return EvaluationFrom(json::parse(text));
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored evaluation: ") + error.what());
  }
}

std::string ComparisonToJson(const Comparison& comparison) { return ToJson(comparison).dump(); }

absl::StatusOr<Comparison> ComparisonFromJson(std::string_view text) {
  try {
    return ComparisonFrom(json::parse(text));
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored comparison: ") + error.what());
  }
}

std::string SummaryToJson(const TrainSummary& summary) {
  json evaluations = json::array();
  for (const ModelEvaluation& evaluation : summary.evaluations) {
    evaluations.push_back(ToJson(evaluation));
  }
  return json{{"registered_model", summary.registered_model},
              {"version", summary.version},
              {"run_id", summary.run_id},
              {"bundle_sha256", summary.bundle_sha256},
              {"training_matches", summary.training_matches},
              {"held_out_matches", summary.held_out_matches},
              {"evaluations", std::move(evaluations)}}
      .dump();
}

absl::StatusOr<TrainSummary> SummaryFromJson(std::string_view text) {
  try {
    const json value = json::parse(text);
    TrainSummary summary{.registered_model = value.at("registered_model").get<std::string>(),
                         .version = value.at("version").get<int>(),
                         .run_id = value.at("run_id").get<std::string>(),
                         .bundle_sha256 = value.at("bundle_sha256").get<std::string>(),
                         .training_matches = value.at("training_matches").get<std::int64_t>(),
                         .held_out_matches = value.at("held_out_matches").get<std::int64_t>(),
                         .evaluations = {}};
    for (const json& evaluation : value.at("evaluations")) {
      summary.evaluations.push_back(EvaluationFrom(evaluation));
    }
    return summary;
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored summary: ") + error.what());
  }
}

}  // namespace fairline::training
