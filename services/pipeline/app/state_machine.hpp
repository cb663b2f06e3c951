#pragma once
// Pure policies of a run: a snapshot goes in, the next action comes out.

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "services/pipeline/app/run.hpp"

namespace fairline::pipeline {

// What a worker that holds a run does next.
struct BeginStage {
  StageName stage;
};
struct SkipStage {
  StageName stage;
  std::string reason;
};
struct EndRun {
  RunState state;
  std::string error;
};
using Action = std::variant<BeginStage, SkipStage, EndRun>;

// A version that an earlier run fitted on the very data that the features of this run describe.
struct EarlierTraining {
  std::string model;
  int version = 0;
};

// `earlier` matters only when the next stage is train; see TrainsOn.
[[nodiscard]] Action NextAction(const Run& run, const std::optional<EarlierTraining>& earlier);

// The data that the train stage of `run` would fit on, once preprocess has told; absent before that
// and when the caller named the stages, because a named stage is run in any case.
struct TrainingData {
  std::int64_t data_version = 0;
  std::string catalogue_hash;
  std::int64_t finished_matches = 0;  // differs when the as-of moment was moved
};
[[nodiscard]] std::optional<TrainingData> TrainsOn(const Run& run);

struct RetryPolicy {
  std::chrono::milliseconds first_delay{500};
  std::chrono::milliseconds max_delay{5'000};
  // How long a stage may fail again and again without getting further than before.
  std::chrono::milliseconds patience{120'000};
  // How often a stage is begun in all: a stage that brings its worker down must not do so for ever.
  int max_attempts = 100;
};

// How long to wait before a stage that failed with `status` is tried again, doubling from
// first_delay with each of `failures_in_a_row` (1 or more); nothing when it has failed for good.
// Only errors that mean "the peer is away or busy" are retried; a full disk (ResourceExhausted) is
// for a person to repair. `since_first_failure` is counted
// from the first of the failures in a row.
[[nodiscard]] std::optional<std::chrono::milliseconds> DelayBeforeRetry(
    const RetryPolicy& policy, const absl::Status& status, int failures_in_a_row,
    std::chrono::milliseconds since_first_failure, int attempts);

}  // namespace fairline::pipeline
