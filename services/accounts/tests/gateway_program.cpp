#include "services/accounts/tests/gateway_program.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <netinet/in.h>
#include <pqxx/pqxx>
#include <sys/socket.h>
#include <unistd.h>

#include "libs/rpc/client.hpp"

namespace fairline::accounts {
namespace {

constexpr char kIdentityKey[] = "a key of thirty-two bytes or more";
constexpr char kPassword[] = "Passw0rd!";

int FreePort() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound =
      ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

std::filesystem::path NewLog() {
  static int made = 0;
  return std::filesystem::temp_directory_path() /
         fmt::format("fairline-gateway-{}-{}.log", ::getpid(), made++);
}

}  // namespace

GatewayProgram::GatewayProgram(const testing::PrivatePostgres& postgres, const std::string& now)
    : postgres_(postgres), log_(NewLog()), http_port_(FreePort()) {
  environment_ = {"FAIRLINE_DATABASE_URL=" + postgres.Url("fairline_accounts"),
                  std::string("FAIRLINE_IDENTITY_KEY=") + kIdentityKey,
                  "FAIRLINE_SESSION_KEY=another key of thirty-two bytes or more",
                  std::string("FAIRLINE_ADMIN_PASSWORD=") + kPassword,
                  "FAIRLINE_LISTEN=127.0.0.1:0",
                  fmt::format("FAIRLINE_HTTP_LISTEN=127.0.0.1:{}", http_port_),
                  "FAIRLINE_METRICS_LISTEN=",
                  "FAIRLINE_NOW=" + now};
  for (const char* peer :
       {"INGEST", "PREPROCESSING", "TRAINING", "MODEL_REGISTRY", "PREDICTION", "PIPELINE"}) {
    environment_.push_back(fmt::format("FAIRLINE_{}_ADDRESS=127.0.0.1:1", peer));
  }
}

GatewayProgram::~GatewayProgram() {
  program_.reset();
  std::filesystem::remove(log_);
}

void GatewayProgram::Start() {
  program_.reset();
  program_ = std::make_unique<testing::Program>(FAIRLINE_GATEWAY_PROGRAM, environment_, log_);
  (void)program_->Address();
  const auto client = Client();
  for (int attempt = 0; attempt < 600; ++attempt) {
    if (const auto answer = client->Get("/readyz"); answer && answer->status == 200) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the gateway does not answer; its log is " + log_.string());
}

std::unique_ptr<httplib::Client> GatewayProgram::Client(const std::string& token) const {
  auto client = std::make_unique<httplib::Client>("127.0.0.1", http_port_);
  client->set_tcp_nodelay(true);
  client->set_read_timeout(std::chrono::seconds(30));
  if (!token.empty()) client->set_default_headers({{"Authorization", "Bearer " + token}});
  return client;
}

std::string GatewayProgram::NewUser(const std::string& username, std::int64_t bankroll) const {
  const nlohmann::json form{{"username", username},
                            {"password", kPassword},
                            {"bankroll_minor_units", std::to_string(bankroll)},
                            {"of_legal_age", true}};
  const auto answer = Client()->Post("/v1/accounts", form.dump(), "application/json");
  if (!answer || answer->status != 200) throw std::runtime_error("cannot open " + username);
  return SignIn(username);
}

std::string GatewayProgram::SignIn(const std::string& username) const {
  const nlohmann::json form{{"username", username}, {"password", kPassword}};
  const auto answer = Client()->Post("/v1/sessions", form.dump(), "application/json");
  if (!answer || answer->status != 200) throw std::runtime_error("cannot sign in " + username);
  return nlohmann::json::parse(answer->body)["access_token"];
}

std::int64_t GatewayProgram::Query(const std::string& sql) const {
  pqxx::connection connection(postgres_.OwnerUrl());
  pqxx::nontransaction query(connection);
  return query.exec1(sql)[0].as<std::int64_t>();
}

grpc::Status SettleAt(const std::string& grpc_address, accounts::v1::SettleSummary* summary) {
  const auto key = rpc::IdentityKey::Make(kIdentityKey).value();
  const auto stub = accounts::v1::BetService::NewStub(rpc::Connect(grpc_address));
  grpc::ClientContext context;
  rpc::PrepareContext(
      context,
      rpc::AsService("pipeline", key, std::chrono::system_clock::now() + std::chrono::seconds(60)));
  const auto reader = stub->SettleBets(&context, {});
  accounts::v1::SettleBetsResponse response;
  while (reader->Read(&response)) {
    if (response.has_summary()) *summary = response.summary();
  }
  return reader->Finish();
}

}  // namespace fairline::accounts
