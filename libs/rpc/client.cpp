#include "libs/rpc/client.hpp"

#include "grpc/health/v1/health.grpc.pb.h"
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

namespace fairline::rpc {

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30000);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Outgoing AsService(const std::string& service, const IdentityKey& key,
                   std::chrono::system_clock::time_point deadline) {
  const telemetry::TraceContext* current = telemetry::TraceScope::Current();
  return {
      deadline, current != nullptr ? current->Child() : telemetry::TraceContext::Start(),
      key.Sign(Caller{CallerKind::kService, 0, service, 0, ""}, std::chrono::system_clock::now())};
}

void PrepareContext(grpc::ClientContext& context, const Outgoing& outgoing) {
  context.set_deadline(outgoing.deadline);
  context.AddMetadata("traceparent", outgoing.trace.Traceparent());
  if (!outgoing.identity_token.empty()) {
    context.AddMetadata(kIdentityMetadataKey, outgoing.identity_token);
  }
}

absl::Status CheckHealth(const std::string& address, std::chrono::milliseconds timeout) {
  return CheckHealth(Connect(address), timeout);
}

absl::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                         std::chrono::milliseconds timeout) {
  auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  context.set_wait_for_ready(true);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, {}, &response);
  if (!status.ok()) return FromGrpc(status);
  if (response.status() != grpc::health::v1::HealthCheckResponse::SERVING) {
    return absl::UnavailableError("not serving");
  }
  return absl::OkStatus();
}

}  // namespace fairline::rpc
