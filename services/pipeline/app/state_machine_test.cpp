#include "services/pipeline/app/state_machine.hpp"

#include <catch2/catch.hpp>

namespace fairline::pipeline {
namespace {

using namespace std::chrono_literals;

// One letter a stage: w waiting, r running, s succeeded, f failed, k skipped.
Run RunIn(const std::string& states) {
  Run run;
  run.state = RunState::kRunning;
  for (std::size_t i = 0; i < states.size(); ++i) {
    Stage& stage = run.stages.at(i);
    stage.name = kStageNames.at(i);
    switch (states[i]) {
      case 'w':
        stage.state = StageState::kWaiting;
        break;
      case 'r':
        stage.state = StageState::kRunning;
        break;
      case 's':
        stage.state = StageState::kSucceeded;
        break;
      case 'f':
        stage.state = StageState::kFailed;
        break;
      case 'k':
        stage.state = StageState::kSkipped;
        break;
      default:
        FAIL("unknown letter");
    }
  }
  return run;
}

StageName Begun(const Action& action) {
  REQUIRE(std::holds_alternative<BeginStage>(action));
  return std::get<BeginStage>(action).stage;
}

EndRun Ended(const Action& action) {
  REQUIRE(std::holds_alternative<EndRun>(action));
  return std::get<EndRun>(action);
}

TEST_CASE("stages are begun in order", "[pipeline]") {
  CHECK(Begun(NextAction(RunIn("wwwwww"), {})) == StageName::kIngest);
  CHECK(Begun(NextAction(RunIn("swwwww"), {})) == StageName::kPreprocess);
  CHECK(Begun(NextAction(RunIn("ssssww"), {})) == StageName::kPredict);
  CHECK(Begun(NextAction(RunIn("skkkww"), {})) == StageName::kPredict);
}

TEST_CASE("bets are settled last, whatever was skipped", "[pipeline]") {
  CHECK(Begun(NextAction(RunIn("sssssw"), {})) == StageName::kSettle);
  CHECK(Begun(NextAction(RunIn("skkksw"), {})) == StageName::kSettle);
}

TEST_CASE("a stage whose worker died is begun again", "[pipeline]") {
  CHECK(Begun(NextAction(RunIn("ssrwww"), {})) == StageName::kTrain);
}

TEST_CASE("a run ends well when every stage has succeeded or was skipped", "[pipeline]") {
  CHECK(Ended(NextAction(RunIn("ssssss"), {})).state == RunState::kSucceeded);
  CHECK(Ended(NextAction(RunIn("kskkss"), {})).state == RunState::kSucceeded);
}

TEST_CASE("a failed stage fails the run and names itself", "[pipeline]") {
  Run run = RunIn("sfwwww");
  run.stage(StageName::kPreprocess).outcome.message = "disk full";
  const EndRun end = Ended(NextAction(run, {}));
  CHECK(end.state == RunState::kFailed);
  CHECK(end.error == "preprocess: disk full");
}

TEST_CASE("a cancelled run ends before its next stage", "[pipeline]") {
  Run run = RunIn("sswwww");
  run.cancel_requested = true;
  CHECK(Ended(NextAction(run, {})).state == RunState::kCancelled);
}

TEST_CASE("training is skipped when a version was fitted on the same data", "[pipeline]") {
  Run run = RunIn("sswwww");
  StageOutcome& features = run.stage(StageName::kPreprocess).outcome;
  features.data_version = 7;
  features.catalogue_hash = "abc";
  features.finished_matches = 1000;
  REQUIRE(TrainsOn(run));
  CHECK(TrainsOn(run)->finished_matches == 1000);

  const Action action = NextAction(run, EarlierTraining{"football", 3});
  REQUIRE(std::holds_alternative<SkipStage>(action));
  CHECK(std::get<SkipStage>(action).stage == StageName::kTrain);
  CHECK(Begun(NextAction(run, {})) == StageName::kTrain);

  SECTION("but not when the caller named it") {
    run.stages_named = true;
    CHECK_FALSE(TrainsOn(run));
    CHECK(Begun(NextAction(run, EarlierTraining{"football", 3})) == StageName::kTrain);
  }
  SECTION("and not when it had begun") {
    run.stage(StageName::kTrain).state = StageState::kRunning;
    run.stage(StageName::kTrain).attempts = 1;
    CHECK(Begun(NextAction(run, EarlierTraining{"football", 3})) == StageName::kTrain);
  }
}

TEST_CASE("nothing is registered when nothing was trained", "[pipeline]") {
  const Action action = NextAction(RunIn("sskwww"), {});
  REQUIRE(std::holds_alternative<SkipStage>(action));
  CHECK(std::get<SkipStage>(action).stage == StageName::kRegister);
}

TEST_CASE("only errors of a peer that is away are retried, with doubling pauses", "[pipeline]") {
  const RetryPolicy policy{
      .first_delay = 100ms, .max_delay = 1s, .patience = 60s, .max_attempts = 10};
  const absl::Status away = absl::UnavailableError("connection refused");
  CHECK(DelayBeforeRetry(policy, away, 1, 0s, 1) == 100ms);
  CHECK(DelayBeforeRetry(policy, away, 3, 5s, 3) == 400ms);
  CHECK(DelayBeforeRetry(policy, away, 9, 5s, 9) == 1s);
  CHECK(DelayBeforeRetry(policy, absl::CancelledError(""), 1, 0s, 1) == 100ms);
  for (const absl::Status& final :
       {absl::InvalidArgumentError(""), absl::InternalError(""), absl::FailedPreconditionError(""),
        absl::DeadlineExceededError(""), absl::ResourceExhaustedError("the disk is full")}) {
    CHECK_FALSE(DelayBeforeRetry(policy, final, 1, 0s, 1));
  }
}

TEST_CASE("patience and attempts are bounded", "[pipeline]") {
  const RetryPolicy policy{
      .first_delay = 100ms, .max_delay = 1s, .patience = 60s, .max_attempts = 10};
  const absl::Status away = absl::UnavailableError("");
  CHECK(DelayBeforeRetry(policy, away, 500, 59s, 9));
  CHECK_FALSE(DelayBeforeRetry(policy, away, 1, 60s, 1));
  CHECK_FALSE(DelayBeforeRetry(policy, away, 1, 0s, 10));
}

}  // namespace
}  // namespace fairline::pipeline
