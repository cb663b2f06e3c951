#include "services/pipeline/app/state_machine.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::pipeline {
namespace {

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:  // by the peer, which is draining
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<TrainingData> TrainsOn(const Run& run) {
  const Stage& features = run.stage(StageName::kPreprocess);
  const StageOutcome& outcome = features.outcome;
  if (run.stages_named || features.state != StageState::kSucceeded || !outcome.data_version ||
      !outcome.catalogue_hash || !outcome.finished_matches) {
    return std::nullopt;
  }
  return TrainingData{*outcome.data_version, *outcome.catalogue_hash, *outcome.finished_matches};
}

Action NextAction(const Run& run, const std::optional<EarlierTraining>& earlier) {
  if (run.cancel_requested) return EndRun{RunState::kCancelled, ""};
  for (const Stage& stage : run.stages) {
    switch (stage.state) {
      case StageState::kSucceeded:
      case StageState::kSkipped:
        continue;
      case StageState::kFailed:
        return EndRun{RunState::kFailed,
                      fmt::format("{}: {}", ToString(stage.name), stage.outcome.message)};
      case StageState::kWaiting:
      case StageState::kRunning:  // its worker died; the stage's request id makes it safe to repeat
        break;
    }
    const bool first_attempt = stage.attempts == 0;
    if (stage.name == StageName::kTrain && first_attempt && earlier && TrainsOn(run)) {
      return SkipStage{stage.name, fmt::format("Nothing new to learn from since {} version {}.",
                                               earlier->model, earlier->version)};
    }
    if (stage.name == StageName::kRegister &&
        run.stage(StageName::kTrain).state == StageState::kSkipped) {
      return SkipStage{stage.name, "There is no new version."};
    }
    return BeginStage{stage.name};
  }
  return EndRun{RunState::kSucceeded, ""};
}

std::optional<std::chrono::milliseconds> DelayBeforeRetry(
    const RetryPolicy& policy, const absl::Status& status, int failures_in_a_row,
    std::chrono::milliseconds since_first_failure, int attempts) {
  if (!IsTransient(status) || attempts >= policy.max_attempts ||
      since_first_failure >= policy.patience) {
    return std::nullopt;
  }
  const int doublings = std::clamp(failures_in_a_row - 1, 0, 20);
  return std::min(policy.first_delay * (1 << doublings), policy.max_delay);
}

}  // namespace fairline::pipeline
