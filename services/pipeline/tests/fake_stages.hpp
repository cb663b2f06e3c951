#pragma once
// The services behind the stages, as one fake gRPC server that can be killed in mid-stream.

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <grpcpp/grpcpp.h>

#include "fairline/accounts/v1/bets.grpc.pb.h"
#include "fairline/ingest/v1/ingest.grpc.pb.h"
#include "fairline/prediction/v1/prediction.grpc.pb.h"
#include "fairline/preprocessing/v1/preprocessing.grpc.pb.h"
#include "fairline/registry/v1/registry.grpc.pb.h"
#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/rpc/status_code.hpp"

namespace fairline::pipeline {

// What the fakes did and shall do; shared by all of them. Thread-safe.
struct Script {
  std::atomic<int> ingest_calls{0};
  std::atomic<int> train_calls{0};
  std::atomic<int> judge_calls{0};
  std::atomic<int> seal_calls{0};
  std::atomic<int> settle_calls{0};
  std::atomic<int> walk_forwards{0};
  // Ingest says that it could not do all of its work.
  std::atomic<bool> ingest_warns{false};
  // Training breaks its stream off this many times before it succeeds.
  std::atomic<int> train_breaks{0};
  // Training works until it is cancelled.
  std::atomic<bool> train_hangs{false};
  std::atomic<bool> train_was_cancelled{false};
  // What preprocessing fails with; OK: it succeeds.
  std::atomic<grpc::StatusCode> preprocess_fails{grpc::StatusCode::OK};
  // Prediction serves version 4 after so many looks.
  std::atomic<int> looks_before_loaded{2};
  std::mutex mutex;
  std::map<std::string, std::string> request_ids;  // by stage
  std::map<std::string, std::string> sports;       // by stage

  void Note(const std::string& stage, const std::string& sport,
            const std::string& request_id = "") {
    const std::lock_guard lock(mutex);
    request_ids[stage] = request_id;
    sports[stage] = sport;
  }
  std::string SportOf(const std::string& stage) {
    const std::lock_guard lock(mutex);
    return sports[stage];
  }
  // The model that training registers is named as its sport.
  static std::string ModelOf(const std::string& sport) {
    return sport.empty() ? "football" : sport;
  }
};

class FakeIngest final : public ingest::v1::IngestService::Service {
 public:
  explicit FakeIngest(Script& script) : script_(script) {}
  // It knows E0 and F1 from 1993 on, and every sport.
  grpc::Status CheckIngest(grpc::ServerContext*, const ingest::v1::CheckIngestRequest* request,
                           ingest::v1::CheckIngestResponse*) override {
    for (const std::string& code : request->competition_codes()) {
      if (code == "E0" || code == "F1") continue;
      return rpc::ToGrpc(InvalidField("competition_codes", "'" + code + "' is not a known one"));
    }
    if (request->first_season_start() != 0 && request->first_season_start() < 1993) {
      return rpc::ToGrpc(InvalidField("first_season_start", "is not from 1993 to 2026"));
    }
    return grpc::Status::OK;
  }
  grpc::Status Ingest(grpc::ServerContext*, const ingest::v1::IngestRequest* request,
                      grpc::ServerWriter<ingest::v1::IngestResponse>* writer) override {
    ++script_.ingest_calls;
    script_.Note("ingest", request->sport(), request->request_id());
    ingest::v1::IngestResponse response;
    response.mutable_progress()->set_activity("reading E0");
    response.mutable_progress()->set_done(1);
    response.mutable_progress()->set_total(2);
    writer->Write(response);
    response.mutable_summary()->set_matches_added(380);
    response.mutable_summary()->set_data_version(7);
    if (script_.ingest_warns) response.mutable_summary()->add_warnings("E0.csv: 503");
    writer->Write(response);
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class FakePreprocessing final : public preprocessing::v1::PreprocessingService::Service {
 public:
  explicit FakePreprocessing(Script& script) : script_(script) {}
  grpc::Status ComputeFeatures(
      grpc::ServerContext*, const preprocessing::v1::ComputeFeaturesRequest* request,
      grpc::ServerWriter<preprocessing::v1::ComputeFeaturesResponse>* writer) override {
    script_.Note("preprocess", request->sport());
    const grpc::StatusCode failure = script_.preprocess_fails;
    if (failure != grpc::StatusCode::OK) return {failure, "told to fail"};
    preprocessing::v1::ComputeFeaturesResponse response;
    response.mutable_summary()->set_finished_matches(380);
    response.mutable_summary()->set_catalogue_hash("abc");
    response.mutable_summary()->set_data_version(7);
    writer->Write(response);
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class FakeTraining final : public training::v1::TrainingService::Service {
 public:
  explicit FakeTraining(Script& script) : script_(script) {}
  grpc::Status Train(grpc::ServerContext* context, const training::v1::TrainRequest* request,
                     grpc::ServerWriter<training::v1::TrainResponse>* writer) override {
    ++script_.train_calls;
    script_.Note("train", request->sport(), request->request_id());
    training::v1::TrainResponse response;
    response.mutable_progress()->set_activity("fitting");
    response.mutable_progress()->set_done(1);
    writer->Write(response);
    while (script_.train_hangs && !context->IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (context->IsCancelled()) {
      script_.train_was_cancelled = true;
      return grpc::Status::CANCELLED;
    }
    if (script_.train_breaks > 0) {
      --script_.train_breaks;
      return {grpc::StatusCode::UNAVAILABLE, "Socket closed"};
    }
    response.mutable_summary()->set_registered_model(Script::ModelOf(request->sport()));
    response.mutable_summary()->set_version(4);
    writer->Write(response);
    return grpc::Status::OK;
  }
  grpc::Status StartWalkForward(grpc::ServerContext*,
                                const training::v1::StartWalkForwardRequest* request,
                                training::v1::StartWalkForwardResponse*) override {
    ++script_.walk_forwards;
    script_.Note("walk_forward", request->sport(), request->request_id());
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class FakeRegistry final : public registry::v1::ModelRegistryService::Service {
 public:
  explicit FakeRegistry(Script& script) : script_(script) {}
  grpc::Status JudgeVersion(grpc::ServerContext*, const registry::v1::JudgeVersionRequest* request,
                            registry::v1::JudgeVersionResponse* response) override {
    ++script_.judge_calls;
    if (request->model() != Script::ModelOf(script_.SportOf("train")) || request->version() != 4) {
      return {grpc::StatusCode::NOT_FOUND, "no such version"};
    }
    response->set_promoted(true);
    response->set_quality("good");
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class FakePrediction final : public prediction::v1::PredictionService::Service {
 public:
  explicit FakePrediction(Script& script) : script_(script) {}
  grpc::Status GetServingModel(grpc::ServerContext*,
                               const prediction::v1::GetServingModelRequest* request,
                               prediction::v1::GetServingModelResponse* response) override {
    {
      const std::lock_guard lock(script_.mutex);
      script_.sports["serving"] = request->sport();
    }
    if (script_.looks_before_loaded > 0) {
      --script_.looks_before_loaded;
      return {grpc::StatusCode::FAILED_PRECONDITION, "no production model"};
    }
    response->set_version(4);
    return grpc::Status::OK;
  }
  grpc::Status SealForecasts(
      grpc::ServerContext*, const prediction::v1::SealForecastsRequest* request,
      grpc::ServerWriter<prediction::v1::SealForecastsResponse>* writer) override {
    ++script_.seal_calls;
    script_.Note("predict", request->sport());
    if (script_.looks_before_loaded > 0) {
      return {grpc::StatusCode::FAILED_PRECONDITION, "no production model"};
    }
    prediction::v1::SealForecastsResponse response;
    response.mutable_summary()->set_forecasts(10);
    response.mutable_summary()->set_model_version(4);
    writer->Write(response);
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class FakeBets final : public accounts::v1::BetService::Service {
 public:
  explicit FakeBets(Script& script) : script_(script) {}
  grpc::Status SettleBets(grpc::ServerContext*, const accounts::v1::SettleBetsRequest*,
                          grpc::ServerWriter<accounts::v1::SettleBetsResponse>* writer) override {
    ++script_.settle_calls;
    accounts::v1::SettleBetsResponse response;
    response.mutable_summary()->set_settled(3);
    response.mutable_summary()->set_still_open(2);
    writer->Write(response);
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

// All of them on one port of loopback.
class FakeStages {
 public:
  FakeStages() { Start(0); }
  ~FakeStages() { Kill(); }

  Script script;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Breaks every stream and stops listening.
  void Kill() {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }
  // Listens again, on the same port.
  void Restart() { Start(port_); }

 private:
  void Start(int port) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&ingest_).RegisterService(&preprocessing_).RegisterService(&training_);
    builder.RegisterService(&registry_).RegisterService(&prediction_);
    builder.RegisterService(&bets_);
    server_ = builder.BuildAndStart();
  }

  FakeIngest ingest_{script};
  FakePreprocessing preprocessing_{script};
  FakeTraining training_{script};
  FakeRegistry registry_{script};
  FakePrediction prediction_{script};
  FakeBets bets_{script};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace fairline::pipeline
