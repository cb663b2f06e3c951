#pragma once
// The services behind the stages, as the worker sees them.

#include <functional>
#include <stop_token>
#include <string>

#include "services/pipeline/app/run.hpp"

namespace fairline::pipeline {

// Called from the thread that runs the stage, as often as the service reports.
using ProgressSink = std::function<void(const Progress&)>;

class StageServices {
 public:
  virtual ~StageServices() = default;

  // Whether what a new run names (competitions, seasons, sport) exists: InvalidArgument naming the
  // field when it does not. Asks nobody when the run names nothing.
  virtual absl::Status Check(const Run& wanted) = 0;

  // Does one stage of `run`, whose earlier stages have ended, and returns what came of it. Calling
  // it again for the same run and stage goes on where the earlier call stood. Returns soon with
  // Cancelled when `stop` is requested. Blocks for as long as the stage takes.
  virtual absl::StatusOr<StageOutcome> RunStage(const Run& run, StageName stage,
                                                const ProgressSink& progress,
                                                std::stop_token stop) = 0;

  // Has the promoted models judged over past seasons, in the background; the same run asks once.
  virtual absl::Status StartWalkForward(const Run& run) = 0;
};

}  // namespace fairline::pipeline
