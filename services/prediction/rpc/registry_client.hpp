#pragma once
// The model registry over gRPC.

#include <functional>
#include <memory>

#include "fairline/registry/v1/registry.grpc.pb.h"

#include "libs/rpc/client.hpp"
#include "services/prediction/app/serving/ports.hpp"

namespace fairline::prediction {

class RegistryClient final : public ModelRegistry {
 public:
  // `outgoing` makes the metadata of one call.
  RegistryClient(std::shared_ptr<grpc::Channel> channel, std::function<rpc::Outgoing()> outgoing)
      : stub_(registry::v1::ModelRegistryService::NewStub(channel)),
        outgoing_(std::move(outgoing)) {}

  absl::StatusOr<std::optional<ProductionVersion>> Production(std::string_view sport) override;

 private:
  std::unique_ptr<registry::v1::ModelRegistryService::Stub> stub_;
  std::function<rpc::Outgoing()> outgoing_;
};

}  // namespace fairline::prediction
