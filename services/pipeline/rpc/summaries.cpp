#include "services/pipeline/rpc/summaries.hpp"

#include <fmt/format.h>

namespace fairline::pipeline {
namespace {

std::string DescribeDifference(const training::v1::Evaluation& evaluation) {
  for (const training::v1::PairedDifference& difference : evaluation.differences()) {
    if (difference.against() != "market") continue;
    return fmt::format(", {:+.4f} against the market (95 % interval {:+.4f} to {:+.4f})",
                       difference.log_loss(), difference.log_loss_low(),
                       difference.log_loss_high());
  }
  return "";
}

}  // namespace

std::string Describe(const ingest::v1::IngestSummary& summary) {
  std::string text = fmt::format(
      "{} files fetched, {} unchanged, {} not offered, {} failed; {} matches added, {} updated; "
      "{} quotes added; {} rows rejected.",
      summary.files_fetched(), summary.files_unchanged(), summary.files_absent(),
      summary.files_failed(), summary.matches_added(), summary.matches_updated(),
      summary.quotes_added(), summary.rows_rejected());
  if (summary.matches_taken_back() > 0) {
    text += fmt::format(" {} matches taken back by their source.", summary.matches_taken_back());
  }
  return text;
}

std::string Describe(const preprocessing::v1::FeatureSummary& summary) {
  return fmt::format("{} features of {} finished and {} coming matches{}.", summary.features(),
                     summary.finished_matches(), summary.coming_matches(),
                     summary.up_to_date() ? ", already up to date" : "");
}

std::string Describe(const training::v1::TrainSummary& summary) {
  std::string text = fmt::format("{} version {}, fitted on {} matches", summary.registered_model(),
                                 summary.version(), summary.training_matches());
  for (const training::v1::Evaluation& evaluation : summary.evaluations()) {
    if (evaluation.model() != "with_odds") continue;
    text += fmt::format("; log loss {:.4f} on {} held-out matches", evaluation.log_loss(),
                        evaluation.matches());
    text += DescribeDifference(evaluation);
    break;
  }
  return text + ".";
}

std::string Describe(const registry::v1::JudgeVersionResponse& judgement) {
  std::string text = fmt::format("Quality {}, {}.", judgement.quality(),
                                 judgement.promoted() ? "promoted to production" : "not promoted");
  for (const std::string& reason : judgement.reasons()) text += " " + reason;
  return text;
}

std::string Describe(const prediction::v1::SealSummary& summary) {
  return fmt::format(
      "{} coming matches forecast with version {}, {} of the forecasts new; {} value bets.",
      summary.forecasts(), summary.model_version(), summary.forecasts_sealed(),
      summary.value_bets());
}

std::string Describe(const accounts::v1::SettleSummary& summary) {
  return fmt::format("{} bets settled, {} settled anew by a changed result, {} still open.",
                     summary.settled(), summary.corrected(), summary.still_open());
}

}  // namespace fairline::pipeline
