#pragma once
// Where runs are kept. A worker works on a run under a lease: a time limit that it renews, and a
// fencing token that grows with each claim, so that a worker that was given up for dead and comes
// back can write nothing.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/page.hpp"
#include "services/pipeline/app/run.hpp"
#include "services/pipeline/app/state_machine.hpp"

namespace fairline::pipeline {

struct Lease {
  std::string run_id;
  std::int64_t token = 0;
};

class RunStore {
 public:
  virtual ~RunStore() = default;

  // Queues `run` (its run_id is given by the store), or returns the run that the same actor queued
  // under the same request_id: AlreadyExists naming request_id when that one was asked to do
  // something else (ContentOf). An empty request_id always queues.
  virtual absl::StatusOr<Run> Create(const Run& run, const std::string& actor,
                                     const std::string& request_id) = 0;
  virtual absl::StatusOr<Run> Get(const std::string& run_id) = 0;
  // What a watcher needs to know each time it looks.
  struct Head {
    std::int64_t revision = 0;
    bool ended = false;
  };
  virtual absl::StatusOr<Head> GetHead(const std::string& run_id) = 0;
  virtual absl::StatusOr<Page<Run>> List(int page_size, const std::string& page_token) = 0;

  // Asks the worker to stop; a queued run is cancelled at once. FailedPrecondition when it ended.
  virtual absl::StatusOr<Run> RequestCancel(const std::string& run_id) = 0;
  // Queues a failed or cancelled run again from its first stage that has not ended well.
  // FailedPrecondition in any other state.
  virtual absl::StatusOr<Run> Retry(const std::string& run_id) = 0;

  // Takes the oldest run that is queued, or whose worker's lease has run out. Nothing while another
  // run is being worked on: runs write the same tables, so they follow one another.
  virtual absl::StatusOr<std::optional<Lease>> Claim(std::chrono::milliseconds lease) = 0;

  // The functions below answer Aborted when the lease has passed to another worker.

  // Prolongs the lease, and tells whether somebody asked to cancel.
  virtual absl::StatusOr<bool> Renew(const Lease& lease, std::chrono::milliseconds duration) = 0;
  virtual absl::StatusOr<Run> Load(const Lease& lease) = 0;
  // Saves one stage; `event` (when not empty) is added to the run's history.
  virtual absl::Status SaveStage(const Lease& lease, const Stage& stage,
                                 const std::string& event) = 0;
  // Ends the run and gives up the lease.
  virtual absl::Status End(const Lease& lease, RunState state, const std::string& error) = 0;
  // Gives up the lease without ending the run, so that the next worker takes it up at once.
  virtual absl::Status Release(const Lease& lease) = 0;

  // The newest version fitted on exactly this data by a run that ended well.
  virtual absl::StatusOr<std::optional<EarlierTraining>> FindTraining(const TrainingData& data) = 0;
};

}  // namespace fairline::pipeline
