#pragma once
// fairline.prediction.v1.RecordService: reading of the public record.

#include "fairline/prediction/v1/record.grpc.pb.h"

#include "libs/core/clock.hpp"
#include "libs/rpc/call.hpp"
#include "services/prediction/app/record/record_reader.hpp"
#include "services/prediction/app/record/track_record.hpp"

namespace fairline::prediction {

class RecordService final : public v1::RecordService::Service {
 public:
  // Reader and clock outlive the service.
  RecordService(RecordReader& reader, const Clock& as_of, rpc::Endpoint endpoint)
      : reader_(reader), as_of_(as_of), track_record_(reader), endpoint_(std::move(endpoint)) {}

  grpc::Status GetTrackRecord(grpc::ServerContext* context,
                              const v1::GetTrackRecordRequest* request,
                              v1::GetTrackRecordResponse* response) override;
  grpc::Status ListScoredForecasts(grpc::ServerContext* context,
                                   const v1::ListScoredForecastsRequest* request,
                                   v1::ListScoredForecastsResponse* response) override;
  grpc::Status ListSeals(grpc::ServerContext* context, const v1::ListSealsRequest* request,
                         v1::ListSealsResponse* response) override;
  grpc::Status ListRecordLines(grpc::ServerContext* context,
                               const v1::ListRecordLinesRequest* request,
                               v1::ListRecordLinesResponse* response) override;

 private:
  RecordReader& reader_;
  const Clock& as_of_;
  TrackRecordKeeper track_record_;
  rpc::Endpoint endpoint_;
};

}  // namespace fairline::prediction
