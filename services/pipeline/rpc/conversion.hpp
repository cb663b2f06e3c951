#pragma once
// Runs to and from protos.

#include "fairline/pipeline/v1/pipeline.pb.h"

#include "services/pipeline/app/run.hpp"

namespace fairline::pipeline {

void ToProto(const Run& run, v1::Run& proto);
[[nodiscard]] RunRequest FromProto(const v1::StartRunRequest& request);

}  // namespace fairline::pipeline
