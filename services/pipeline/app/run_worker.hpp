#pragma once
// Works on runs, one at a time, until it is stopped. Every step is persisted before the next, so a
// worker that dies at any point leaves a run that another takes up where it stood.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "libs/core/clock.hpp"
#include "services/pipeline/app/run_store.hpp"
#include "services/pipeline/app/stage_services.hpp"

namespace fairline::pipeline {

struct WorkerOptions {
  std::chrono::milliseconds lease{10'000};           // renewed three times as often
  std::chrono::milliseconds poll{500};               // between looks for a run to work on
  std::chrono::milliseconds progress_interval{300};  // progress is persisted at most this often
  RetryPolicy retry;
};

class RunWorker {
 public:
  // All references outlive the worker. Starts its thread at once.
  RunWorker(RunStore& store, StageServices& services, const Clock& real_clock,
            WorkerOptions options);
  // Cancels the call in progress, gives the run back and waits for the thread.
  ~RunWorker();
  RunWorker(const RunWorker&) = delete;
  RunWorker& operator=(const RunWorker&) = delete;

  void Stop();

 private:
  void Loop(std::stop_token stop);
  // Works on the run until it has ended, the lease is lost, or `stop` is requested.
  absl::Status WorkOn(const Lease& lease, std::stop_token stop);
  absl::Status WorkOnStage(const Lease& lease, const Run& run, StageName name,
                           std::stop_token interrupt, std::stop_token stop);
  // Renews the lease until `done`; requests `interrupt` when it is lost or the run is cancelled.
  void KeepLease(const Lease& lease, std::stop_source interrupt, std::stop_token done);
  absl::Status Finish(const Lease& lease, const Run& run, const EndRun& end);
  void SleepFor(std::chrono::milliseconds duration, std::stop_token stop);

  RunStore& store_;
  StageServices& services_;
  const Clock& clock_;
  const WorkerOptions options_;
  std::jthread thread_;  // last: started when all else is ready
};

}  // namespace fairline::pipeline
