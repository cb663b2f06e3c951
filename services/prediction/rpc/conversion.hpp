#pragma once
// Between the answers of the use cases and their proto messages.

#include <vector>

#include "fairline/prediction/v1/prediction.pb.h"

#include "libs/core/status.hpp"
#include "services/prediction/app/record/sealer.hpp"
#include "services/prediction/app/serving/predictor.hpp"

namespace fairline::prediction {

// InvalidArgument names `bankroll_minor_units`, `risk`, `open_exposure_minor_units` or a field of
// `open_bets`.
[[nodiscard]] absl::StatusOr<Account> AccountOf(std::int64_t bankroll_minor_units,
                                                sports::v1::Risk risk,
                                                std::int64_t open_exposure_minor_units = 0,
                                                const sports::v1::OpenBets& open_bets = {});

// InvalidArgument naming `field` when it is negative or beyond any bankroll.
[[nodiscard]] absl::Status CheckMoney(std::string_view field, std::int64_t minor_units);

using OutcomeProbabilities = google::protobuf::RepeatedPtrField<sports::v1::OutcomeProbability>;
// Of a market with so many outcomes, in its order.
void AddProbabilities(const std::vector<double>& probabilities, OutcomeProbabilities& out);

void ToProto(const MatchView& view, v1::Forecast& out);
// The same with the models that it is pooled from.
void ToProtoWithMembers(const MatchView& view, v1::Forecast& out);
// `staked` is of `view`.
void ToProto(const MatchView& view, const StakedMatch& staked, v1::MatchAdvice& out);
void ToProto(const DayOutlook& day, v1::DayOutlook& out);
void ToProto(const OwnStake& stake, v1::OutcomeStake& out);
void ToProto(const SealSummary& summary, v1::SealSummary& out);
void ToProto(const ServingModel& serving, v1::GetServingModelResponse& out);

}  // namespace fairline::prediction
