#include "services/pipeline/app/run.hpp"

#include <catch2/catch.hpp>

namespace fairline::pipeline {
namespace {

std::string MessageOf(const RunRequest& request) {
  const absl::Status status = MakeRun(request).status();
  CHECK(absl::IsInvalidArgument(status));
  return fairline::MessageOf(status);
}

TEST_CASE("a request without stages makes a run of all, waiting", "[pipeline]") {
  const auto run = MakeRun({.request_id = "a", .competition_codes = {"E0", "SP1"}, .stages = {}});
  REQUIRE(run.ok());
  CHECK(run->state == RunState::kQueued);
  CHECK_FALSE(run->stages_named);
  for (const StageName name : kStageNames) {
    CHECK(run->stage(name).name == name);
    CHECK(run->stage(name).state == StageState::kWaiting);
  }
}

TEST_CASE("stages left out of the request are skipped", "[pipeline]") {
  const auto run = MakeRun({.competition_codes = {}, .stages = {"ingest", "predict"}});
  REQUIRE(run.ok());
  CHECK(run->stages_named);
  CHECK(run->stage(StageName::kIngest).state == StageState::kWaiting);
  CHECK(run->stage(StageName::kPreprocess).state == StageState::kSkipped);
  CHECK(run->stage(StageName::kTrain).state == StageState::kSkipped);
  CHECK(run->stage(StageName::kRegister).state == StageState::kSkipped);
  CHECK(run->stage(StageName::kPredict).state == StageState::kWaiting);
}

TEST_CASE("a wrong request is refused with the field's name", "[pipeline]") {
  CHECK_THAT(MessageOf({.stages = {"fit"}}), Catch::StartsWith("stages: \"fit\""));
  CHECK_THAT(MessageOf({.stages = {"predict", "ingest"}}), Catch::StartsWith("stages:"));
  CHECK_THAT(MessageOf({.stages = {"ingest", "ingest"}}), Catch::StartsWith("stages:"));
  CHECK_THAT(MessageOf({.stages = {"register"}}), Catch::StartsWith("stages:"));
  CHECK_THAT(MessageOf({.competition_codes = {"E0,E1"}}), Catch::StartsWith("competition_codes:"));
  CHECK_THAT(MessageOf({.competition_codes = {""}}), Catch::StartsWith("competition_codes:"));
  CHECK_THAT(MessageOf({.sport = "foot ball"}), Catch::StartsWith("sport:"));
  CHECK_THAT(MessageOf({.first_season_start = 26}), Catch::StartsWith("first_season_start:"));
  CHECK_THAT(MessageOf({.first_season_start = 2020, .last_season_start = 2019}),
             Catch::StartsWith("last_season_start:"));
}

}  // namespace
}  // namespace fairline::pipeline
