#include "services/training/rpc/conversion.hpp"

#include <chrono>

namespace fairline::training {
namespace {

const char* StateName(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return "queued";
    case JobState::kRunning:
      return "running";
    case JobState::kDone:
      return "done";
    case JobState::kFailed:
      return "failed";
  }
  return "failed";
}

}  // namespace

void ToProto(const TaskProgress& progress, sports::v1::Progress& out) {
  out.set_activity(progress.activity);
  out.set_done(progress.done);
  out.set_total(progress.total);
}

void ToProto(const ModelEvaluation& evaluation, v1::Evaluation& out) {
  const models::Evaluation& scores = evaluation.scores;
  out.set_model(evaluation.model);
  out.set_season_start(evaluation.season_start);
  out.set_matches(scores.matches);
  out.set_log_loss(scores.log_loss);
  out.set_rps(scores.rps);
  out.set_brier(scores.brier);
  out.set_accuracy(scores.accuracy);
  out.set_macro_f1(scores.macro_f1);
  out.set_macro_recall(scores.macro_recall);
  out.set_calibration_error(scores.ece);
  out.set_calibration_slope(scores.calibration_slope);
  for (const auto& happened : scores.confusion) {
    for (const std::int64_t called : happened) out.add_confusion(called);
  }
  for (const Comparison& comparison : evaluation.comparisons) {
    v1::PairedDifference& difference = *out.add_differences();
    difference.set_against(comparison.against);
    difference.set_matches(comparison.log_loss.matches);
    difference.set_log_loss(comparison.log_loss.mean);
    difference.set_log_loss_low(comparison.log_loss.lower);
    difference.set_log_loss_high(comparison.log_loss.upper);
    difference.set_rps(comparison.rps.mean);
    difference.set_rps_low(comparison.rps.lower);
    difference.set_rps_high(comparison.rps.upper);
  }
}

void ToProto(const TrainSummary& summary, v1::TrainSummary& out) {
  out.set_registered_model(summary.registered_model);
  out.set_version(summary.version);
  out.set_run_id(summary.run_id);
  out.set_training_matches(summary.training_matches);
  out.set_held_out_matches(summary.held_out_matches);
  for (const ModelEvaluation& evaluation : summary.evaluations) {
    ToProto(evaluation, *out.add_evaluations());
  }
}

void ToProto(const WalkForward& walk, v1::WalkForward& out) {
  out.set_walk_forward_id(walk.walk_forward_id);
  out.set_sport(walk.sport);
  out.set_state(StateName(walk.state));
  ToProto(walk.progress, *out.mutable_progress());
  const std::int64_t micros = walk.created.time_since_epoch().count();
  out.mutable_create_time()->set_seconds(micros / 1'000'000);
  out.mutable_create_time()->set_nanos(static_cast<std::int32_t>(micros % 1'000'000 * 1'000));
  for (const ModelEvaluation& evaluation : walk.evaluations) {
    ToProto(evaluation, *out.add_evaluations());
  }
  out.set_error(walk.error);
}

}  // namespace fairline::training
