#pragma once

#include "fairline/training/v1/training.pb.h"

#include "services/training/app/fit/ports.hpp"
#include "services/training/app/jobs/jobs.hpp"

namespace fairline::training {

void ToProto(const TaskProgress& progress, sports::v1::Progress& out);
void ToProto(const ModelEvaluation& evaluation, v1::Evaluation& out);
void ToProto(const TrainSummary& summary, v1::TrainSummary& out);
void ToProto(const WalkForward& walk, v1::WalkForward& out);
void ToProto(const Search& search, v1::Search& out);

}  // namespace fairline::training
