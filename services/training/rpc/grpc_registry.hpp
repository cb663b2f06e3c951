#pragma once

#include <functional>
#include <memory>

#include "fairline/registry/v1/registry.grpc.pb.h"

#include "libs/rpc/client.hpp"
#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

// The model_registry service as the port Registry. Every call is idempotent on the other side, so
// an Unavailable one is retried for a while: the registry may be restarting.
class GrpcRegistry final : public Registry {
 public:
  // `outgoing` makes the deadline, trace and identity of a call.
  GrpcRegistry(std::shared_ptr<grpc::Channel> channel, std::function<rpc::Outgoing()> outgoing)
      : stub_(registry::v1::ModelRegistryService::NewStub(channel)),
        outgoing_(std::move(outgoing)) {}

  absl::StatusOr<std::string> CreateRun(std::string_view request_id, std::string_view experiment,
                                        std::string_view name) override;
  absl::Status LogToRun(std::string_view run_id, const RegistryRun& run) override;
  absl::Status FinishRun(std::string_view run_id, bool succeeded) override;
  absl::StatusOr<int> RegisterVersion(std::string_view request_id,
                                      const CandidateVersion& version) override;
  absl::StatusOr<std::optional<ProductionVersion>> FindProduction(std::string_view model) override;

 private:
  [[nodiscard]] absl::Status Call(
      const std::function<grpc::Status(grpc::ClientContext&)>& call) const;

  std::unique_ptr<registry::v1::ModelRegistryService::Stub> stub_;
  std::function<rpc::Outgoing()> outgoing_;
};

}  // namespace fairline::training
