#pragma once
// One incoming call: who, until when, in which trace; and the frame around every handler.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include "libs/rpc/access.hpp"
#include "libs/rpc/identity.hpp"
#include "libs/telemetry/metrics.hpp"
#include "libs/telemetry/trace.hpp"

namespace fairline::rpc {

struct Call {
  Caller caller;
  telemetry::TraceContext trace;
  // The caller's deadline; far away when it gave none.
  std::chrono::system_clock::time_point deadline;
  grpc::ServerContext* context = nullptr;

  // True once the caller has gone away or the deadline has passed. Long work asks now and then.
  [[nodiscard]] bool Cancelled() const { return context->IsCancelled(); }
};

// What the handlers of one gRPC service share. Copyable; must not outlive the Host.
class Endpoint {
 public:
  Endpoint(std::string service, const IdentityKey& key, telemetry::Metrics& metrics);

  [[nodiscard]] const std::string& service() const { return service_; }
  [[nodiscard]] const IdentityKey& key() const { return *key_; }
  [[nodiscard]] telemetry::Metrics& metrics() const { return *metrics_; }

  // A method of the service: its name and who may call it, read once from the descriptors.
  struct Method {
    std::string name;
    api::v1::Access access = api::v1::ACCESS_UNSPECIFIED;
  };
  // The method that takes messages of this type: each method has a request type of its own
  // (checked by buf's lint, and when the endpoint is made). Unspecified access for any other type,
  // which nobody has.
  [[nodiscard]] const Method& MethodOf(const google::protobuf::Descriptor& request) const;

 private:
  std::string service_;
  const IdentityKey* key_;
  telemetry::Metrics* metrics_;
  std::unordered_map<const google::protobuf::Descriptor*, Method> methods_;
};

// Runs `body` as the handler of the method that takes `request`: verifies the identity token,
// checks the declared access and the fields (contract.hpp), takes up the trace, opens a CallScope
// with the call's deadline, logs one line, counts, and maps the Status. An exception from `body`
// becomes Internal.
[[nodiscard]] grpc::Status Serve(grpc::ServerContext& context, const Endpoint& endpoint,
                                 const google::protobuf::Message& request,
                                 const std::function<absl::Status(const Call&)>& body);

}  // namespace fairline::rpc
