#include "services/pipeline/rpc/grpc_stage_services.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "services/pipeline/rpc/summaries.hpp"

namespace fairline::pipeline {
namespace {

constexpr std::chrono::milliseconds kUnaryTimeout{30'000};
// Of a check that somebody waits for.
constexpr std::chrono::milliseconds kCheckTimeout{3'000};

std::string RequestId(const Run& run, StageName stage) {
  return fmt::format("{}/{}", run.run_id, ToString(stage));
}

Progress FromProto(const sports::v1::Progress& progress) {
  return {progress.activity(), progress.done(), progress.total()};
}

// What the peer waited for in vain may come yet and is worth another try; the end of the stage's
// own time is not.
absl::Status Ended(const grpc::Status& status, bool in_time) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && in_time) {
    return absl::UnavailableError("the service of this stage waited in vain for another one");
  }
  return rpc::FromGrpc(status);
}

// Reads a stream of Responses to its end: progress goes to the sink, the last summary is returned.
// `open` starts the call in the given context.
template <typename Response, typename Open>
auto Follow(const rpc::Outgoing& outgoing, const Open& open, const ProgressSink& progress,
            std::stop_token stop)
    -> absl::StatusOr<std::decay_t<decltype(std::declval<Response>().summary())>> {
  grpc::ClientContext context;
  rpc::PrepareContext(context, outgoing);
  const std::stop_callback cancel(std::move(stop), [&context] { context.TryCancel(); });
  auto reader = open(&context);
  Response response;
  std::optional<std::decay_t<decltype(response.summary())>> summary;
  while (reader->Read(&response)) {
    if (response.has_progress()) progress(FromProto(response.progress()));
    if (response.has_summary()) summary = response.summary();
  }
  const grpc::Status end = reader->Finish();
  RETURN_IF_ERROR(Ended(end, std::chrono::system_clock::now() < outgoing.deadline));
  if (!summary) return absl::UnavailableError("the service ended its stream without a summary");
  return *std::move(summary);
}

// One unary call.
template <typename Response, typename Call>
absl::StatusOr<Response> Ask(const rpc::Outgoing& outgoing, const Call& call,
                             std::stop_token stop) {
  grpc::ClientContext context;
  rpc::PrepareContext(context, outgoing);
  const std::stop_callback cancel(std::move(stop), [&context] { context.TryCancel(); });
  Response response;
  RETURN_IF_ERROR(Ended(call(&context, &response), true));
  return response;
}

}  // namespace

GrpcStageServices::GrpcStageServices(const PeerChannels& peers, CallMaker make_call,
                                     std::chrono::milliseconds stage_timeout,
                                     std::chrono::milliseconds load_patience)
    : ingest_(ingest::v1::IngestService::NewStub(peers.ingest)),
      preprocessing_(preprocessing::v1::PreprocessingService::NewStub(peers.preprocessing)),
      training_(training::v1::TrainingService::NewStub(peers.training)),
      registry_(registry::v1::ModelRegistryService::NewStub(peers.model_registry)),
      prediction_(prediction::v1::PredictionService::NewStub(peers.prediction)),
      bets_(accounts::v1::BetService::NewStub(peers.accounts)),
      make_call_(std::move(make_call)),
      stage_timeout_(stage_timeout),
      load_patience_(load_patience) {}

absl::Status GrpcStageServices::Check(const Run& wanted) {
  if (wanted.competition_codes.empty() && wanted.first_season_start == 0 &&
      wanted.last_season_start == 0 && wanted.sport.empty()) {
    return absl::OkStatus();
  }
  ingest::v1::CheckIngestRequest request;
  for (const std::string& code : wanted.competition_codes) request.add_competition_codes(code);
  request.set_first_season_start(wanted.first_season_start);
  request.set_last_season_start(wanted.last_season_start);
  request.set_sport(wanted.sport);
  return Ask<ingest::v1::CheckIngestResponse>(
             make_call_(kCheckTimeout),
             [&](grpc::ClientContext* context, auto* response) {
               return ingest_->CheckIngest(context, request, response);
             },
             std::stop_token())
      .status();
}

absl::StatusOr<StageOutcome> GrpcStageServices::RunStage(const Run& run, StageName stage,
                                                         const ProgressSink& progress,
                                                         std::stop_token stop) {
  switch (stage) {
    case StageName::kIngest:
      return Ingest(run, progress, std::move(stop));
    case StageName::kPreprocess:
      return Preprocess(run, progress, std::move(stop));
    case StageName::kTrain:
      return Train(run, progress, std::move(stop));
    case StageName::kRegister:
      return Gate(run, std::move(stop));
    case StageName::kPredict:
      return Predict(run, progress, std::move(stop));
    case StageName::kSettle:
      return Settle(progress, std::move(stop));
  }
  return absl::InternalError("unknown stage");
}

absl::StatusOr<StageOutcome> GrpcStageServices::Ingest(const Run& run, const ProgressSink& progress,
                                                       std::stop_token stop) {
  ingest::v1::IngestRequest request;
  request.set_request_id(RequestId(run, StageName::kIngest));
  for (const std::string& code : run.competition_codes) request.add_competition_codes(code);
  request.set_first_season_start(run.first_season_start);
  request.set_last_season_start(run.last_season_start);
  request.set_sport(run.sport);
  ASSIGN_OR_RETURN(
      const ingest::v1::IngestSummary summary,
      Follow<ingest::v1::IngestResponse>(
          make_call_(stage_timeout_),
          [&](grpc::ClientContext* context) { return ingest_->Ingest(context, request); }, progress,
          std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(summary);
  outcome.warnings.assign(summary.warnings().begin(), summary.warnings().end());
  outcome.data_version = summary.data_version();
  return outcome;
}

absl::StatusOr<StageOutcome> GrpcStageServices::Preprocess(const Run& run,
                                                           const ProgressSink& progress,
                                                           std::stop_token stop) {
  preprocessing::v1::ComputeFeaturesRequest request;
  request.set_sport(run.sport);
  ASSIGN_OR_RETURN(const preprocessing::v1::FeatureSummary summary,
                   Follow<preprocessing::v1::ComputeFeaturesResponse>(
                       make_call_(stage_timeout_),
                       [&](grpc::ClientContext* context) {
                         return preprocessing_->ComputeFeatures(context, request);
                       },
                       progress, std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(summary);
  outcome.data_version = summary.data_version();
  outcome.catalogue_hash = summary.catalogue_hash();
  outcome.finished_matches = summary.finished_matches();
  return outcome;
}

absl::StatusOr<StageOutcome> GrpcStageServices::Train(const Run& run, const ProgressSink& progress,
                                                      std::stop_token stop) {
  training::v1::TrainRequest request;
  request.set_request_id(RequestId(run, StageName::kTrain));
  request.set_sport(run.sport);
  ASSIGN_OR_RETURN(
      const training::v1::TrainSummary summary,
      Follow<training::v1::TrainResponse>(
          make_call_(stage_timeout_),
          [&](grpc::ClientContext* context) { return training_->Train(context, request); },
          progress, std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(summary);
  outcome.model = summary.registered_model();
  outcome.model_version = summary.version();
  return outcome;
}

absl::StatusOr<StageOutcome> GrpcStageServices::Gate(const Run& run, std::stop_token stop) {
  const StageOutcome& trained = run.stage(StageName::kTrain).outcome;
  if (!trained.model || !trained.model_version) {
    return absl::FailedPreconditionError("the train stage made no version to judge");
  }
  registry::v1::JudgeVersionRequest request;
  request.set_model(*trained.model);
  request.set_version(*trained.model_version);
  request.set_actor("pipeline run " + run.run_id);
  ASSIGN_OR_RETURN(const registry::v1::JudgeVersionResponse judgement,
                   Ask<registry::v1::JudgeVersionResponse>(
                       make_call_(kUnaryTimeout),
                       [&](grpc::ClientContext* context, auto* response) {
                         return registry_->JudgeVersion(context, request, response);
                       },
                       std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(judgement);
  outcome.model = trained.model;
  outcome.model_version = trained.model_version;
  outcome.promoted = judgement.promoted();
  return outcome;
}

absl::StatusOr<StageOutcome> GrpcStageServices::Predict(const Run& run,
                                                        const ProgressSink& progress,
                                                        std::stop_token stop) {
  const StageOutcome& judged = run.stage(StageName::kRegister).outcome;
  if (judged.promoted.value_or(false) && judged.model_version) {
    RETURN_IF_ERROR(WaitUntilServing(run.sport, *judged.model_version, progress, stop));
  }
  prediction::v1::SealForecastsRequest request;
  request.set_sport(run.sport);
  ASSIGN_OR_RETURN(const prediction::v1::SealSummary summary,
                   Follow<prediction::v1::SealForecastsResponse>(
                       make_call_(stage_timeout_),
                       [&](grpc::ClientContext* context) {
                         return prediction_->SealForecasts(context, request);
                       },
                       progress, std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(summary);
  outcome.model_version = summary.model_version();
  return outcome;
}

// Settling needs no request id: what is settled stays so, however often it is asked for.
absl::StatusOr<StageOutcome> GrpcStageServices::Settle(const ProgressSink& progress,
                                                       std::stop_token stop) {
  const accounts::v1::SettleBetsRequest request;
  ASSIGN_OR_RETURN(
      const accounts::v1::SettleSummary summary,
      Follow<accounts::v1::SettleBetsResponse>(
          make_call_(stage_timeout_),
          [&](grpc::ClientContext* context) { return bets_->SettleBets(context, request); },
          progress, std::move(stop)));
  StageOutcome outcome;
  outcome.message = Describe(summary);
  outcome.warnings.assign(summary.failures().begin(), summary.failures().end());
  return outcome;
}

// Prediction loads a promoted version beside the old one and switches when it is ready. When it
// does not come, or a newer one is there by now, the forecasts are made with what serves.
absl::Status GrpcStageServices::WaitUntilServing(const std::string& sport, int version,
                                                 const ProgressSink& progress,
                                                 std::stop_token stop) {
  prediction::v1::GetServingModelRequest request;
  request.set_sport(sport);
  const auto give_up = std::chrono::steady_clock::now() + load_patience_;
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    const auto serving = Ask<prediction::v1::GetServingModelResponse>(
        make_call_(kUnaryTimeout),
        [&](grpc::ClientContext* context, auto* response) {
          return prediction_->GetServingModel(context, request, response);
        },
        stop);
    if (serving.ok() && serving->version() >= version) return absl::OkStatus();
    const bool starting = absl::IsFailedPrecondition(serving.status());  // its first model
    if (!serving.ok() && !starting) return serving.status();
    if (std::chrono::steady_clock::now() >= give_up) {
      if (serving.ok()) return absl::OkStatus();
      return absl::UnavailableError(fmt::format("prediction has not loaded version {}", version));
    }
    progress({fmt::format("waiting for prediction to load version {}", version), 0, 0});
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; });
  }
  return absl::CancelledError("stopped");
}

absl::Status GrpcStageServices::StartWalkForward(const Run& run) {
  training::v1::StartWalkForwardRequest request;
  request.set_request_id(run.run_id + "/walk-forward");
  request.set_sport(run.sport);
  return Ask<training::v1::StartWalkForwardResponse>(
             make_call_(kUnaryTimeout),
             [&](grpc::ClientContext* context, auto* response) {
               return training_->StartWalkForward(context, request, response);
             },
             std::stop_token())
      .status();
}

}  // namespace fairline::pipeline
