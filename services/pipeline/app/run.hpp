#pragma once
// A run: the stages from sources to sealed forecasts and settled bets, done in order. Values only.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/status.hpp"

namespace fairline::pipeline {

// Numbers are the database's and the proto's.
enum class RunState { kQueued = 1, kRunning = 2, kSucceeded = 3, kFailed = 4, kCancelled = 5 };
enum class StageState { kWaiting = 1, kRunning = 2, kSucceeded = 3, kFailed = 4, kSkipped = 5 };

// In the order in which they are done.
enum class StageName {
  kIngest = 1,
  kPreprocess = 2,
  kTrain = 3,
  kRegister = 4,
  kPredict = 5,
  kSettle = 6,
};
inline constexpr std::array kStageNames = {StageName::kIngest,  StageName::kPreprocess,
                                           StageName::kTrain,   StageName::kRegister,
                                           StageName::kPredict, StageName::kSettle};

// "ingest", "preprocess", "train", "register", "predict", "settle".
[[nodiscard]] std::string_view ToString(StageName name);
[[nodiscard]] absl::StatusOr<StageName> ParseStageName(std::string_view text);

struct Progress {
  std::string activity;
  std::int64_t done = 0;
  std::int64_t total = 0;  // 0: not known yet
};

// What a stage leaves for later stages and later runs; absent where it does not apply.
struct StageOutcome {
  std::string message = {};                // one sentence for people
  std::vector<std::string> warnings = {};  // sentences on what it did not do, or doubts
  std::optional<std::int64_t> data_version = {};
  std::optional<std::string> catalogue_hash = {};
  std::optional<std::int64_t> finished_matches = {};
  std::optional<std::string> model = {};
  std::optional<int> model_version = {};
  std::optional<bool> promoted = {};
};

struct Stage {
  StageName name = StageName::kIngest;
  StageState state = StageState::kWaiting;
  int attempts = 0;  // how often it was begun
  Progress progress;
  std::optional<Instant> start_time;
  std::optional<Instant> end_time;
  StageOutcome outcome;  // its message also tells why a stage failed or was skipped
};

struct Run {
  std::string run_id;  // UUID
  RunState state = RunState::kQueued;
  std::string sport;                           // empty: as the services take it, see the proto
  std::vector<std::string> competition_codes;  // empty: all
  int first_season_start = 0;                  // 0: the source's usual first season
  int last_season_start = 0;                   // 0: the current season
  bool stages_named = false;                   // the caller named the stages to run
  bool cancel_requested = false;
  std::array<Stage, kStageNames.size()> stages;
  std::string error;
  std::int64_t revision = 0;
  Instant create_time;
  std::optional<Instant> end_time;

  [[nodiscard]] const Stage& stage(StageName name) const {
    return stages[static_cast<std::size_t>(name) - 1];
  }
  [[nodiscard]] Stage& stage(StageName name) { return stages[static_cast<std::size_t>(name) - 1]; }
  [[nodiscard]] bool Ended() const {
    return state != RunState::kQueued && state != RunState::kRunning;
  }
};

// What a caller asks for.
struct RunRequest {
  std::string request_id = {};  // empty: every call makes a run
  std::vector<std::string> competition_codes = {};
  int first_season_start = 0;
  int last_season_start = 0;
  std::vector<std::string> stages = {};  // empty: all
  std::string sport = {};
};

// The run that a request makes: queued, with the stages left out marked as skipped. InvalidArgument
// names the field that is wrong.
[[nodiscard]] absl::StatusOr<Run> MakeRun(const RunRequest& request);

// What a run that MakeRun has made was asked to do, as text: the same for the same request.
[[nodiscard]] std::string ContentOf(const Run& made);

}  // namespace fairline::pipeline
