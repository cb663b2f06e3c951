#include "services/prediction/rpc/prediction_service.hpp"

#include "services/prediction/rpc/conversion.hpp"
#include "services/prediction/rpc/detail_conversion.hpp"
#include "services/prediction/rpc/portfolio_conversion.hpp"
#include "services/prediction/rpc/value_conversion.hpp"

namespace fairline::prediction {
namespace {

// Edge, stake and advice are for premium accounts, admins and other services.
bool MaySeeAdvice(const rpc::Caller& caller) {
  if (caller.kind == rpc::CallerKind::kService) return true;
  return caller.kind == rpc::CallerKind::kUser &&
         (caller.role == rpc::kRolePremium || caller.role == rpc::kRoleAdmin);
}

absl::Status FillMarkets(const MatchView& view, const MarketSelection& selection,
                         const rpc::Caller& caller, v1::Markets& out) {
  ASSIGN_OR_RETURN(const MatchMarkets markets,
                   PriceMarkets(view.forecast(), view.match, *view.model->goal_rates, selection));
  ToProto(markets, MaySeeAdvice(caller), out);
  return absl::OkStatus();
}

absl::Status FillExplanation(const MatchView& view, std::int32_t max_contributions,
                             v1::Explanation& out) {
  if (max_contributions < 0) return InvalidField("max_contributions", "must not be negative");
  ASSIGN_OR_RETURN(
      const Explanation explanation,
      Explain(*view.model, view.forecast(), static_cast<std::size_t>(max_contributions)));
  ToProto(explanation, out);
  return absl::OkStatus();
}

template <typename Response>
void FillPage(MatchPage page, Response& response) {
  for (const MatchView& view : page.matches) ToProto(view, *response.add_forecasts());
  response.set_next_page_token(std::move(page.next_token));
}

}  // namespace

grpc::Status PredictionService::PredictMatch(grpc::ServerContext* context,
                                             const v1::PredictMatchRequest* request,
                                             v1::PredictMatchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const MatchView view,
                     predictor_.PredictMatch(request->competition(), request->home_team(),
                                             request->away_team()));
    ToProtoWithMembers(view, *response->mutable_forecast());
    if (request->markets()) {
      RETURN_IF_ERROR(FillMarkets(view, {}, call.caller, *response->mutable_markets()));
    }
    if (request->explain()) {
      RETURN_IF_ERROR(FillExplanation(view, 0, *response->mutable_explanation()));
    }
    const bool quoted = view.advice != nullptr && view.advice->quoted();
    if (!quoted || !MaySeeAdvice(call.caller)) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Account account,
                     AccountOf(request->bankroll_minor_units(), request->risk(),
                               request->open_exposure_minor_units(), request->open_bets()));
    ASSIGN_OR_RETURN(const StakedMatch staked, StakeMatch(view, account));
    ToProto(view, staked, *response->mutable_advice());
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::ListTodaysForecasts(grpc::ServerContext* context,
                                                    const v1::ListTodaysForecastsRequest* request,
                                                    v1::ListTodaysForecastsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(MatchPage page,
                     predictor_.ListTodaysForecasts({request->page_size(), request->page_token()}));
    FillPage(std::move(page), *response);
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::ListForecasts(grpc::ServerContext* context,
                                              const v1::ListForecastsRequest* request,
                                              v1::ListForecastsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(MatchPage page,
                     predictor_.ListForecasts(request->competition(),
                                              {request->page_size(), request->page_token()}));
    FillPage(std::move(page), *response);
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::GetMarkets(grpc::ServerContext* context,
                                           const v1::GetMarketsRequest* request,
                                           v1::GetMarketsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    ASSIGN_OR_RETURN(const MatchView view, predictor_.FindMatch({request->match_id()}));
    ToProtoWithMembers(view, *response->mutable_forecast());
    return FillMarkets(view, SelectionOf(*request), call.caller, *response->mutable_markets());
  });
}

grpc::Status PredictionService::GetExplanation(grpc::ServerContext* context,
                                               const v1::GetExplanationRequest* request,
                                               v1::GetExplanationResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const MatchView view, predictor_.FindMatch({request->match_id()}));
    ToProtoWithMembers(view, *response->mutable_forecast());
    return FillExplanation(view, request->max_contributions(), *response->mutable_explanation());
  });
}

grpc::Status PredictionService::ListAdvice(grpc::ServerContext* context,
                                           const v1::ListAdviceRequest* request,
                                           v1::ListAdviceResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Account account,
                     AccountOf(request->bankroll_minor_units(), request->risk(),
                               request->open_exposure_minor_units(), request->open_bets()));
    ASSIGN_OR_RETURN(AdvicePage advice,
                     predictor_.ListAdvice(request->competition(), request->only_bets(), account,
                                           {request->page_size(), request->page_token()}));
    for (std::size_t i = 0; i < advice.page.matches.size(); ++i) {
      ToProto(advice.page.matches[i], advice.staked[i], *response->add_advice());
    }
    response->set_next_page_token(std::move(advice.page.next_token));
    for (const DayOutlook& day : advice.days) ToProto(day, *response->add_days());
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::ListValue(grpc::ServerContext* context,
                                          const v1::ListValueRequest* request,
                                          v1::ListValueResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ValueFilter filter{.min_edge = request->min_edge(),
                       .only_usable = request->only_usable(),
                       .include_unanchored = request->include_unanchored()};
    if (request->has_exchange_commission()) {
      filter.exchange_commission = request->exchange_commission();
    }
    ASSIGN_OR_RETURN(const ValuePage page,
                     predictor_.ListValue(request->competition(), filter,
                                          {request->page_size(), request->page_token()}));
    ToProto(page, *response);
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::GetStakingPolicy(grpc::ServerContext* context,
                                                 const v1::GetStakingPolicyRequest* request,
                                                 v1::GetStakingPolicyResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PolicyVersion current, policies_.Current());
    ToProto(current, *response->mutable_policy_version());
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::SetStakingPolicy(grpc::ServerContext* context,
                                                 const v1::SetStakingPolicyRequest* request,
                                                 v1::SetStakingPolicyResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    PolicyChange change{.policy = {},
                        .actor_id = call.caller.user_id,
                        .actor = call.caller.name,
                        .reason = request->reason()};
    ASSIGN_OR_RETURN(change.policy, PolicyOf(request->policy()));
    if (request->has_base_version()) change.base_version = request->base_version();
    ASSIGN_OR_RETURN(const PolicyVersion added, policies_.Change(change, call.deadline));
    ToProto(added, *response->mutable_policy_version());
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::ComputeStake(grpc::ServerContext* context,
                                             const v1::ComputeStakeRequest* request,
                                             v1::ComputeStakeResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const Account account,
                     AccountOf(request->bankroll_minor_units(), request->risk()));
    ASSIGN_OR_RETURN(
        const std::vector<OwnStake> stakes,
        predictor_.ComputeStake({request->probabilities().begin(), request->probabilities().end()},
                                {request->odds().begin(), request->odds().end()}, account));
    for (const OwnStake& stake : stakes) ToProto(stake, *response->add_outcomes());
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::ComputePortfolio(grpc::ServerContext* context,
                                                 const v1::ComputePortfolioRequest* request,
                                                 v1::ComputePortfolioResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    ASSIGN_OR_RETURN(const PortfolioQuestion question,
                     QuestionOf(*request, predictor_.CurrentPolicy()));
    ASSIGN_OR_RETURN(const staking::CustomPortfolio answer,
                     staking::StakePortfolio(question.matches, question.caps,
                                             question.kelly_fraction, question.drawdowns));
    ToProto(question, answer, *response);
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::SealForecasts(
    grpc::ServerContext* context, const v1::SealForecastsRequest* request,
    grpc::ServerWriter<v1::SealForecastsResponse>* writer) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) -> absl::Status {
    const auto progress = [&](std::int64_t done, std::int64_t total) {
      v1::SealForecastsResponse message;
      message.mutable_progress()->set_activity("writing forecasts and advice to the log");
      message.mutable_progress()->set_done(done);
      message.mutable_progress()->set_total(total);
      return !call.Cancelled() && writer->Write(message);
    };
    ASSIGN_OR_RETURN(const SealSummary summary,
                     sealer_.Seal(request->sport(), call.deadline, progress));
    v1::SealForecastsResponse last;
    last.mutable_progress()->set_activity("done");
    last.mutable_progress()->set_done(summary.forecasts);
    last.mutable_progress()->set_total(summary.forecasts);
    ToProto(summary, *last.mutable_summary());
    writer->Write(last);
    return absl::OkStatus();
  });
}

grpc::Status PredictionService::GetServingModel(grpc::ServerContext* context,
                                                const v1::GetServingModelRequest* request,
                                                v1::GetServingModelResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) -> absl::Status {
    const std::string sport =
        request->sport().empty() ? std::string(features::DefaultSport()) : request->sport();
    ASSIGN_OR_RETURN(const ServingModel serving, predictor_.GetServingModel(sport));
    ToProto(serving, *response);
    return absl::OkStatus();
  });
}

}  // namespace fairline::prediction
