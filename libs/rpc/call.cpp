#include "libs/rpc/call.hpp"

#include <exception>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "libs/core/call_scope.hpp"
#include "libs/rpc/client_address.hpp"
#include "libs/rpc/contract.hpp"
#include "libs/rpc/status_code.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::rpc {
namespace {

std::string Metadata(const grpc::ServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
}

// Whose share of what callers share this call takes. The services themselves have no share.
std::string Asker(const Caller& caller, const grpc::ServerContext& context) {
  if (caller.kind == CallerKind::kService) return "";
  if (caller.kind == CallerKind::kUser) return fmt::format("user {}", caller.user_id);
  return "visitor " + Metadata(context, kClientAddressMetadataKey);
}

absl::Status Guarded(const std::function<absl::Status(const Call&)>& body, const Call& call) {
  try {
    return body(call);
  } catch (const std::exception& error) {
    return absl::InternalError(fmt::format("exception: {}", error.what()));
  }
}

}  // namespace

Endpoint::Endpoint(std::string service, const IdentityKey& key, telemetry::Metrics& metrics)
    : service_(std::move(service)), key_(&key), metrics_(&metrics) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_);
  for (int i = 0; descriptor != nullptr && i < descriptor->method_count(); ++i) {
    const auto* method = descriptor->method(i);
    const bool own =
        methods_
            .emplace(method->input_type(),
                     Method{method->name(), method->options().GetExtension(api::v1::access)})
            .second;
    // A bug of the protos: the first program that is started with it says so.
    if (!own) throw std::logic_error(method->full_name() + " shares its request type");
  }
}

const Endpoint::Method& Endpoint::MethodOf(const google::protobuf::Descriptor& request) const {
  static const Method kNone{"unknown", api::v1::ACCESS_UNSPECIFIED};
  const auto found = methods_.find(&request);
  return found == methods_.end() ? kNone : found->second;
}

grpc::Status Serve(grpc::ServerContext& context, const Endpoint& endpoint,
                   const google::protobuf::Message& request,
                   const std::function<absl::Status(const Call&)>& body) {
  const auto begun = std::chrono::steady_clock::now();
  const auto& [method, access] = endpoint.MethodOf(*request.GetDescriptor());
  const auto incoming = telemetry::TraceContext::Parse(Metadata(context, "traceparent"));
  Call call;
  call.trace = incoming ? incoming->Child() : telemetry::TraceContext::Start();
  call.deadline = context.deadline();
  call.context = &context;
  const telemetry::TraceScope scope(call.trace);

  absl::Status status = absl::OkStatus();
  auto caller = endpoint.key().Verify(Metadata(context, kIdentityMetadataKey),
                                      std::chrono::system_clock::now());
  if (!caller.ok()) {
    status = caller.status();
  } else {
    call.caller = *std::move(caller);
    status = CheckAccess(access, call.caller);
    if (status.ok()) status = CheckContract(request);
    if (status.ok()) {
      const CallScope limits(call.deadline, Asker(call.caller, context));
      status = Guarded(body, call);
    }
  }

  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const std::string code = absl::StatusCodeToString(status.code());
  endpoint.metrics().CountRequest(method, code, seconds);
  const std::string duration = fmt::format("{:.3f}", seconds * 1000);
  if (status.ok()) {
    telemetry::Debug("call", {{"method", method}, {"code", code}, {"ms", duration}});
  } else {
    const std::string message = MessageOf(status);
    const bool ours =
        status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown;
    (ours ? telemetry::Error : telemetry::Info)("call failed", {{"method", method},
                                                                {"code", code},
                                                                {"ms", duration},
                                                                {"caller", call.caller.name},
                                                                {"error", message}});
  }
  return ToGrpc(status);
}

}  // namespace fairline::rpc
