#include "libs/core/clock.hpp"
#include "libs/rpc/service_main.hpp"
#include "services/accounts/rpc/accounts_service.hpp"
#include "services/accounts/rpc/bet_service.hpp"
#include "services/accounts/rpc/limit_service.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"
#include "services/auth_gateway/config.hpp"
#include "services/auth_gateway/gateway_server.hpp"

namespace fairline::auth_gateway {
namespace {

absl::Status Run(const Config& config, rpc::Host& host) {
  ASSIGN_OR_RETURN(const auto database,
                   storage::Database::Open(config.database, PgAccountStore::PrepareStatements));
  const RealClock clock;
  PgAccountStore store(*database, clock);
  PasswordHasher hasher;
  const SessionTokens tokens(config.session_key, clock);
  SignInLimiter limiter(clock);
  Accounts accounts(store, hasher, tokens, limiter, clock, config.new_user_role);
  RETURN_IF_ERROR(accounts.EnsureAdmin(config.admin_password));
  PgBetStore bet_store(*database, clock);
  Bets bets(bet_store, accounts, host.as_of());

  AccountsService service(accounts, host.EndpointFor("fairline.accounts.v1.AccountsService"));
  BetService bet_service(bets, host.EndpointFor("fairline.accounts.v1.BetService"));
  LimitService limit_service(bets, accounts, host.EndpointFor("fairline.accounts.v1.LimitService"));
  host.Register(service);
  host.Register(bet_service);
  host.Register(limit_service);
  std::unique_ptr<GatewayServer> server;
  host.SetReadiness([&] {
    return server ? database->Ping() : absl::UnavailableError("HTTP does not listen yet");
  });
  RETURN_IF_ERROR(host.Start());

  StaticFiles files;
  if (!config.web_dir.empty()) {
    ASSIGN_OR_RETURN(files, StaticFiles::Load(config.web_dir));
  }
  Channels channels = ConnectPeers(config);
  AddOwnServices(channels, host.InProcessChannel());
  HttpServerOptions http;
  http.listen = config.http_listen;
  ASSIGN_OR_RETURN(server, GatewayServer::Start({.accounts = accounts,
                                                 .key = host.key(),
                                                 .metrics = host.metrics(),
                                                 .channels = std::move(channels),
                                                 .files = std::move(files),
                                                 .ready = [&] { return database->Ping(); }},
                                                http));
  host.OnDrain([&] { server->Stop(); });
  return host.Serve();
}

}  // namespace
}  // namespace fairline::auth_gateway

int main(int argc, char** argv) {
  return fairline::rpc::ServiceMain<fairline::auth_gateway::Config>(
      "auth_gateway", "REST, the web page, and the accounts behind them", argc, argv,
      fairline::auth_gateway::Run);
}
