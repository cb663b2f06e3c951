#pragma once
// The gateway put together: accounts, routes and the HTTP server in front of them.

#include <map>
#include <memory>
#include <string>

#include "libs/rpc/host.hpp"
#include "services/auth_gateway/config.hpp"
#include "services/auth_gateway/http/gateway.hpp"
#include "services/auth_gateway/http/http_server.hpp"
#include "services/auth_gateway/rest/contract.hpp"

namespace fairline::auth_gateway {

// The channels to the services, by the full name of their gRPC service.
using Channels = std::map<std::string, std::shared_ptr<grpc::Channel>>;

// Channels to all peers, without the accounts that live in this process.
[[nodiscard]] Channels ConnectPeers(const Config& config);
// Those too, by the channel of this process.
void AddOwnServices(Channels& channels, const std::shared_ptr<grpc::Channel>& in_process);

class GatewayServer {
 public:
  struct Parts {
    Accounts& accounts;  // these outlive the server
    const rpc::IdentityKey& key;
    telemetry::Metrics& metrics;
    Channels channels;
    StaticFiles files;
    std::function<absl::Status()> ready;
  };

  // Listens at once. InvalidArgument when the protos' annotations make no sense.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<GatewayServer>> Start(
      Parts parts, HttpServerOptions options);

  [[nodiscard]] int port() const { return server_->port(); }
  // Ends streams, lets running requests end, takes no more. Idempotent.
  void Stop();

 private:
  GatewayServer() = default;

  std::unique_ptr<Contract> contract_;
  std::unique_ptr<RouteTable> table_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> factory_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<DeclaredRoutes> declared_;
  std::unique_ptr<OldApi> old_api_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace fairline::auth_gateway
