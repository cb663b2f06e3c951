#pragma once
// fairline.preprocessing.v1.PreprocessingService over the use cases.

#include "fairline/preprocessing/v1/preprocessing.grpc.pb.h"

#include "libs/rpc/host.hpp"
#include "services/preprocessing/app/ports.hpp"

namespace fairline::preprocessing {

class PreprocessingService final : public v1::PreprocessingService::Service {
 public:
  PreprocessingService(MatchSource& matches, FeatureStore& store, rpc::Host& host);

  grpc::Status ComputeFeatures(grpc::ServerContext* context,
                               const v1::ComputeFeaturesRequest* request,
                               grpc::ServerWriter<v1::ComputeFeaturesResponse>* writer) override;
  grpc::Status GetFeatureCatalogue(grpc::ServerContext* context,
                                   const v1::GetFeatureCatalogueRequest* request,
                                   v1::GetFeatureCatalogueResponse* response) override;
  grpc::Status GetMatchFeatures(grpc::ServerContext* context,
                                const v1::GetMatchFeaturesRequest* request,
                                v1::GetMatchFeaturesResponse* response) override;

 private:
  MatchSource& matches_;
  FeatureStore& store_;
  const rpc::Endpoint endpoint_;
  const Clock& as_of_;
};

}  // namespace fairline::preprocessing
