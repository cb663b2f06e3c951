#include "services/pipeline/app/run_worker.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "libs/telemetry/log.hpp"
#include "libs/telemetry/trace.hpp"

namespace fairline::pipeline {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

std::chrono::milliseconds Since(SteadyTime moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               moment);
}

}  // namespace

RunWorker::RunWorker(RunStore& store, StageServices& services, const Clock& real_clock,
                     WorkerOptions options)
    : store_(store),
      services_(services),
      clock_(real_clock),
      options_(options),
      thread_([this](std::stop_token stop) { Loop(std::move(stop)); }) {}

RunWorker::~RunWorker() { Stop(); }

void RunWorker::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void RunWorker::Loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const absl::StatusOr<std::optional<Lease>> claim = store_.Claim(options_.lease);
    if (!claim.ok()) {
      telemetry::Warn("no run could be claimed", {{"error", claim.status().ToString()}});
    } else if (*claim) {
      const Lease& lease = **claim;
      const telemetry::TraceScope trace(telemetry::TraceContext::Start());
      telemetry::Info("working on a run", {{"run_id", lease.run_id}});
      if (absl::Status status = WorkOn(lease, stop); !status.ok()) {
        telemetry::Warn("left a run", {{"run_id", lease.run_id}, {"error", status.ToString()}});
      }
      continue;
    }
    SleepFor(options_.poll, stop);
  }
}

absl::Status RunWorker::WorkOn(const Lease& lease, std::stop_token stop) {
  std::stop_source interrupt;
  const std::stop_callback on_stop(stop, [&interrupt] { interrupt.request_stop(); });
  const std::jthread keeper(
      [&](std::stop_token done) { KeepLease(lease, interrupt, std::move(done)); });
  while (!stop.stop_requested()) {
    ASSIGN_OR_RETURN(const Run run, store_.Load(lease));
    std::optional<EarlierTraining> earlier;
    if (const std::optional<TrainingData> data = TrainsOn(run)) {
      ASSIGN_OR_RETURN(earlier, store_.FindTraining(*data));
    }
    const Action action = NextAction(run, earlier);
    if (const EndRun* end = std::get_if<EndRun>(&action)) return Finish(lease, run, *end);
    if (const SkipStage* skip = std::get_if<SkipStage>(&action)) {
      Stage stage = run.stage(skip->stage);
      stage.state = StageState::kSkipped;
      stage.outcome.message = skip->reason;
      RETURN_IF_ERROR(store_.SaveStage(lease, stage, "skipped"));
      continue;
    }
    RETURN_IF_ERROR(
        WorkOnStage(lease, run, std::get<BeginStage>(action).stage, interrupt.get_token(), stop));
  }
  return store_.Release(lease);
}

absl::Status RunWorker::WorkOnStage(const Lease& lease, const Run& run, StageName name,
                                    std::stop_token interrupt, std::stop_token stop) {
  Stage stage = run.stage(name);
  if (!stage.start_time) stage.start_time = clock_.Now();
  SteadyTime last_save = std::chrono::steady_clock::now();
  SteadyTime first_failure;
  int failures_in_a_row = 0;
  std::int64_t furthest = 0;
  absl::Status saved = absl::OkStatus();
  const auto on_progress = [&](const Progress& progress) {
    // Beginning anew is no progress; getting further than ever is.
    if (progress.done > furthest) {
      furthest = progress.done;
      failures_in_a_row = 0;
    }
    stage.progress = progress;
    if (!saved.ok() || Since(last_save) < options_.progress_interval) return;
    saved = store_.SaveStage(lease, stage, "");
    last_save = std::chrono::steady_clock::now();
  };

  while (true) {
    ++stage.attempts;
    stage.state = StageState::kRunning;
    RETURN_IF_ERROR(store_.SaveStage(lease, stage, fmt::format("attempt {}", stage.attempts)));
    absl::StatusOr<StageOutcome> outcome = services_.RunStage(run, name, on_progress, interrupt);
    if (absl::IsAborted(saved)) return saved;
    if (outcome.ok()) {
      stage.state = StageState::kSucceeded;
      stage.end_time = clock_.Now();
      stage.outcome = *std::move(outcome);
      return store_.SaveStage(lease, stage, "succeeded");
    }
    if (interrupt.stop_requested()) {
      // Stopped from outside: the stage waits to be taken up again.
      if (!stop.stop_requested()) stage.state = StageState::kWaiting;
      return store_.SaveStage(lease, stage, "interrupted");
    }
    if (++failures_in_a_row == 1) first_failure = std::chrono::steady_clock::now();
    const std::optional<std::chrono::milliseconds> delay = DelayBeforeRetry(
        options_.retry, outcome.status(), failures_in_a_row, Since(first_failure), stage.attempts);
    stage.outcome.message = MessageOf(outcome.status());
    telemetry::Warn("a stage failed", {{"run_id", run.run_id},
                                       {"stage", std::string(ToString(name))},
                                       {"error", outcome.status().ToString()},
                                       {"retried", delay ? "true" : "false"}});
    if (!delay) {
      stage.state = StageState::kFailed;
      stage.end_time = clock_.Now();
      return store_.SaveStage(lease, stage, "failed: " + stage.outcome.message);
    }
    RETURN_IF_ERROR(store_.SaveStage(lease, stage, "to be tried again: " + stage.outcome.message));
    SleepFor(*delay, interrupt);
    saved = absl::OkStatus();
  }
}

void RunWorker::KeepLease(const Lease& lease, std::stop_source interrupt, std::stop_token done) {
  SteadyTime renewed = std::chrono::steady_clock::now();
  while (!done.stop_requested()) {
    SleepFor(std::min(options_.lease / 3, std::chrono::milliseconds(1'000)), done);
    if (done.stop_requested()) return;
    const absl::StatusOr<bool> cancel = store_.Renew(lease, options_.lease);
    if (cancel.ok()) renewed = std::chrono::steady_clock::now();
    const bool lost = absl::IsAborted(cancel.status()) || Since(renewed) >= options_.lease;
    if (lost || (cancel.ok() && *cancel)) {
      interrupt.request_stop();
      if (lost) return;
    }
  }
}

absl::Status RunWorker::Finish(const Lease& lease, const Run& run, const EndRun& end) {
  if (end.state == RunState::kSucceeded &&
      run.stage(StageName::kRegister).outcome.promoted.value_or(false)) {
    // The run is a success without it: the walk-forward only adds to what is known of the version.
    if (absl::Status status = services_.StartWalkForward(run); !status.ok()) {
      telemetry::Warn("the walk-forward could not be started",
                      {{"run_id", run.run_id}, {"error", status.ToString()}});
    }
  }
  telemetry::Info("a run ended", {{"run_id", run.run_id},
                                  {"state", std::to_string(static_cast<int>(end.state))},
                                  {"error", end.error}});
  return store_.End(lease, end.state, end.error);
}

void RunWorker::SleepFor(std::chrono::milliseconds duration, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace fairline::pipeline
