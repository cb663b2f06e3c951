#pragma once
// The gateway put together: routes and the HTTP server in front of them.

#include <map>
#include <memory>
#include <string>

#include "libs/rpc/host.hpp"
#include "services/auth_gateway/config.hpp"
#include "services/auth_gateway/http/http_server.hpp"
#include "services/auth_gateway/peers/accounts_client.hpp"
#include "services/auth_gateway/peers/peer_health.hpp"
#include "services/auth_gateway/rest/contract.hpp"
#include "services/auth_gateway/routing/gateway.hpp"

namespace fairline::auth_gateway {

// The channels to the services, by the full name of their gRPC service.
using Channels = std::map<std::string, std::shared_ptr<grpc::Channel>>;

[[nodiscard]] Channels ConnectPeers(const Config& config);

class GatewayServer {
 public:
  struct Parts {
    AccountsClient& accounts;  // these outlive the server
    const rpc::IdentityKey& key;
    telemetry::Metrics& metrics;
    Channels channels;
    StaticFiles files;
  };

  // Listens at once. InvalidArgument when the protos' annotations make no sense.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<GatewayServer>> Start(
      Parts parts, HttpServerOptions options);

  // What /readyz says: Unavailable, naming the services behind the door that are not able. Never
  // waits.
  [[nodiscard]] absl::Status Ready() const { return peer_health_->Now(); }
  [[nodiscard]] int port() const { return server_->port(); }
  // Ends streams, lets running requests end, takes no more. Idempotent.
  void Stop();

 private:
  GatewayServer() = default;

  std::unique_ptr<Contract> contract_;
  std::unique_ptr<RouteTable> table_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> factory_;
  std::unique_ptr<PeerHealth> peer_health_;
  std::unique_ptr<DeclaredRoutes> declared_;
  std::unique_ptr<OldApi> old_api_;
  std::unique_ptr<Gateway> gateway_;
  // Goes before those who print what its streams bring.
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace fairline::auth_gateway
