#include "services/pipeline/rpc/conversion.hpp"

#include "libs/rpc/time.hpp"

namespace fairline::pipeline {
namespace {

void ToProto(const Stage& stage, v1::Stage& proto) {
  proto.set_name(std::string(ToString(stage.name)));
  proto.set_state(static_cast<v1::StageState>(stage.state));
  proto.set_attempts(stage.attempts);
  proto.mutable_progress()->set_activity(stage.progress.activity);
  proto.mutable_progress()->set_done(stage.progress.done);
  proto.mutable_progress()->set_total(stage.progress.total);
  if (stage.start_time) *proto.mutable_start_time() = rpc::ToTimestamp(*stage.start_time);
  if (stage.end_time) *proto.mutable_end_time() = rpc::ToTimestamp(*stage.end_time);
  proto.set_message(stage.outcome.message);
  for (const std::string& warning : stage.outcome.warnings) proto.add_warnings(warning);
}

}  // namespace

void ToProto(const Run& run, v1::Run& proto) {
  proto.set_run_id(run.run_id);
  proto.set_state(static_cast<v1::RunState>(run.state));
  for (const std::string& code : run.competition_codes) proto.add_competition_codes(code);
  proto.set_first_season_start(run.first_season_start);
  proto.set_last_season_start(run.last_season_start);
  int warnings = 0;
  for (const Stage& stage : run.stages) {
    ToProto(stage, *proto.add_stages());
    warnings += static_cast<int>(stage.outcome.warnings.size());
  }
  proto.set_warnings(warnings);
  *proto.mutable_create_time() = rpc::ToTimestamp(run.create_time);
  if (run.end_time) *proto.mutable_end_time() = rpc::ToTimestamp(*run.end_time);
  proto.set_error(run.error);
  proto.set_sport(run.sport);
}

RunRequest FromProto(const v1::StartRunRequest& request) {
  return {request.request_id(),
          {request.competition_codes().begin(), request.competition_codes().end()},
          request.first_season_start(),
          request.last_season_start(),
          {request.stages().begin(), request.stages().end()},
          request.sport()};
}

}  // namespace fairline::pipeline
