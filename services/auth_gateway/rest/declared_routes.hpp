#pragma once
// Answers the routes that the protos declare: finds the route, checks who may call it, builds the
// gRPC request, calls, and prints the answer as JSON; a server stream becomes Server-Sent Events.

#include <atomic>
#include <memory>

#include "services/auth_gateway/http/exchange.hpp"
#include "services/auth_gateway/peers/accounts_client.hpp"
#include "services/auth_gateway/rest/request_builder.hpp"

namespace fairline::auth_gateway {

class DeclaredRoutes {
 public:
  // Everything given outlives this.
  DeclaredRoutes(const RouteTable& table, google::protobuf::DynamicMessageFactory& factory,
                 const Upstream& upstream, AccountsClient& accounts, const rpc::IdentityKey& key)
      : table_(table),
        factory_(factory),
        upstream_(upstream),
        accounts_(accounts),
        key_(key),
        builder_(factory) {}

  // False when no declared route has this path. Thread-safe.
  [[nodiscard]] bool Handle(Exchange& exchange);

  // Opens no more streams, for a graceful stop.
  void EndStreams() { ending_ = true; }

 private:
  // The bytes of a response as JSON, or as the text that its media type asks for.
  [[nodiscard]] absl::StatusOr<std::string> Print(const Route& route, const std::string& bytes);
  [[nodiscard]] absl::Status Answer(const Route& route, RestInput input, Exchange& exchange);
  [[nodiscard]] absl::Status Stream(const Route& route, const std::string& request,
                                    const rpc::Outgoing& outgoing, Exchange& exchange);

  const RouteTable& table_;
  google::protobuf::DynamicMessageFactory& factory_;
  const Upstream& upstream_;
  AccountsClient& accounts_;
  const rpc::IdentityKey& key_;
  RequestBuilder builder_;
  std::atomic<int> streams_{0};
  std::atomic<bool> ending_{false};
};

}  // namespace fairline::auth_gateway
