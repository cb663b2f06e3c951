// fairline-auth-gateway: the door to everything over HTTP.

#include "libs/core/clock.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/auth_gateway/config.hpp"
#include "services/auth_gateway/gateway_server.hpp"

namespace fairline::auth_gateway {
namespace {

absl::Status Serve(const Config& config, rpc::Host& host) {
  StaticFiles files;
  if (!config.web_dir.empty()) {
    ASSIGN_OR_RETURN(files, StaticFiles::Load(config.web_dir));
  }
  const RealClock clock;
  AccountsClient accounts(rpc::Connect(config.accounts_address), host.key(), clock);
  HttpServerOptions http;
  http.listen = config.http_listen;
  http.drain_time = host.drain_time();
  http.tls_certificate_file = config.tls_certificate_file;
  http.tls_key_file = config.tls_key_file;
  ASSIGN_OR_RETURN(http.trusted_proxies, TrustedProxies::Parse(config.trusted_proxies));
  ASSIGN_OR_RETURN(const auto server, GatewayServer::Start({.accounts = accounts,
                                                            .key = host.key(),
                                                            .metrics = host.metrics(),
                                                            .channels = ConnectPeers(config),
                                                            .files = std::move(files)},
                                                           http));
  host.OnDrain([&server] { server->Stop(); });
  host.AddReadiness([&server] { return server->Ready(); });
  return host.Serve();
}

}  // namespace
}  // namespace fairline::auth_gateway

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::auth_gateway::Config>(
      "auth_gateway", "the door: REST, the web page and the older API", argc, argv,
      fairline::auth_gateway::Serve);
}
