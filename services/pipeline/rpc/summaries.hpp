#pragma once
// What came of a stage, in one sentence for people.

#include <string>

#include "fairline/accounts/v1/bets.pb.h"
#include "fairline/ingest/v1/ingest.pb.h"
#include "fairline/prediction/v1/prediction.pb.h"
#include "fairline/preprocessing/v1/preprocessing.pb.h"
#include "fairline/registry/v1/registry.pb.h"
#include "fairline/training/v1/training.pb.h"

namespace fairline::pipeline {

[[nodiscard]] std::string Describe(const ingest::v1::IngestSummary& summary);
[[nodiscard]] std::string Describe(const preprocessing::v1::FeatureSummary& summary);
// Names the log loss of the with-odds model on the held-out matches and its difference to the
// market's, with the interval.
[[nodiscard]] std::string Describe(const training::v1::TrainSummary& summary);
[[nodiscard]] std::string Describe(const registry::v1::JudgeVersionResponse& judgement);
[[nodiscard]] std::string Describe(const prediction::v1::SealSummary& summary);
[[nodiscard]] std::string Describe(const accounts::v1::SettleSummary& summary);

}  // namespace fairline::pipeline
