#include "services/accounts/tests/ledger_programs.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <pqxx/pqxx>
#include <unistd.h>

#include "libs/rpc/client.hpp"

namespace fairline::accounts {
namespace {

constexpr char kIdentityKey[] = "a key of thirty-two bytes or more";
constexpr char kPassword[] = "Passw0rd!";

std::filesystem::path NewLog(const char* program) {
  static int made = 0;
  return std::filesystem::temp_directory_path() /
         fmt::format("fairline-{}-{}-{}.log", program, ::getpid(), made++);
}

}  // namespace

LedgerPrograms::LedgerPrograms(const testing::PrivatePostgres& postgres, const std::string& now)
    : postgres_(postgres),
      log_(NewLog("accounts")),
      door_log_(NewLog("door")),
      port_(testing::FreePort()),
      http_port_(testing::FreePort()) {
  environment_ = {"FAIRLINE_DATABASE_URL=" + postgres.Url("fairline_accounts"),
                  std::string("FAIRLINE_IDENTITY_KEY=") + kIdentityKey,
                  "FAIRLINE_SESSION_KEY=another key of thirty-two bytes or more",
                  std::string("FAIRLINE_ADMIN_PASSWORD=") + kPassword,
                  "FAIRLINE_LISTEN=" + grpc_address(),
                  "FAIRLINE_METRICS_LISTEN=",
                  "FAIRLINE_NOW=" + now};
  std::vector<std::string> door{std::string("FAIRLINE_IDENTITY_KEY=") + kIdentityKey,
                                "FAIRLINE_LISTEN=127.0.0.1:0",
                                fmt::format("FAIRLINE_HTTP_LISTEN=127.0.0.1:{}", http_port_),
                                "FAIRLINE_METRICS_LISTEN=",
                                "FAIRLINE_NOW=" + now,
                                "FAIRLINE_ACCOUNTS_ADDRESS=" + grpc_address()};
  for (const char* peer :
       {"INGEST", "PREPROCESSING", "TRAINING", "MODEL_REGISTRY", "PREDICTION", "PIPELINE"}) {
    door.push_back(fmt::format("FAIRLINE_{}_ADDRESS=127.0.0.1:1", peer));
  }
  door_ = std::make_unique<testing::Program>(FAIRLINE_GATEWAY_PROGRAM, door, door_log_);
}

LedgerPrograms::~LedgerPrograms() {
  program_.reset();
  door_.reset();
  std::filesystem::remove(log_);
  std::filesystem::remove(door_log_);
}

std::string LedgerPrograms::grpc_address() const { return fmt::format("127.0.0.1:{}", port_); }

void LedgerPrograms::Start() {
  program_.reset();
  program_ = std::make_unique<testing::Program>(FAIRLINE_ACCOUNTS_PROGRAM, environment_, log_);
  (void)program_->Address();
  // The door is never ready, its other services are not there; but accounts answers through it.
  const auto client = Client("of nobody");
  for (int attempt = 0; attempt < 1'500; ++attempt) {
    if (const auto answer = client->Get("/v1/account"); answer && answer->status == 401) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("accounts does not answer through the door, whose log is " +
                           door_log_.string());
}

std::unique_ptr<httplib::Client> LedgerPrograms::Client(const std::string& token) const {
  auto client = std::make_unique<httplib::Client>("127.0.0.1", http_port_);
  client->set_tcp_nodelay(true);
  client->set_read_timeout(std::chrono::seconds(30));
  if (!token.empty()) client->set_default_headers({{"Authorization", "Bearer " + token}});
  return client;
}

std::string LedgerPrograms::NewUser(const std::string& username, std::int64_t bankroll) const {
  const nlohmann::json form{{"username", username},
                            {"password", kPassword},
                            {"bankroll_minor_units", std::to_string(bankroll)},
                            {"of_legal_age", true}};
  const auto answer = Client()->Post("/v1/accounts", form.dump(), "application/json");
  if (!answer || answer->status != 200) throw std::runtime_error("cannot open " + username);
  return SignIn(username);
}

std::string LedgerPrograms::SignIn(const std::string& username) const {
  const nlohmann::json form{{"username", username}, {"password", kPassword}};
  const auto answer = Client()->Post("/v1/sessions", form.dump(), "application/json");
  if (!answer || answer->status != 200) throw std::runtime_error("cannot sign in " + username);
  return nlohmann::json::parse(answer->body)["access_token"];
}

std::int64_t LedgerPrograms::Query(const std::string& sql) const {
  pqxx::connection connection(postgres_.OwnerUrl());
  pqxx::nontransaction query(connection);
  return query.exec1(sql)[0].as<std::int64_t>();
}

grpc::Status SettleAt(const std::string& grpc_address, accounts::v1::SettleSummary* summary) {
  const auto key = rpc::IdentityKey::Make(kIdentityKey).value();
  const auto stub = accounts::v1::BetService::NewStub(rpc::Connect(grpc_address));
  const auto give_up = std::chrono::system_clock::now() + std::chrono::seconds(60);
  grpc::Status status;
  // As the pipeline does: a service that was killed just before is asked again.
  do {
    grpc::ClientContext context;
    rpc::PrepareContext(context, rpc::AsService("pipeline", key, give_up));
    const auto reader = stub->SettleBets(&context, {});
    accounts::v1::SettleBetsResponse response;
    while (reader->Read(&response)) {
      if (response.has_summary()) *summary = response.summary();
    }
    status = reader->Finish();
  } while (status.error_code() == grpc::StatusCode::UNAVAILABLE &&
           std::chrono::system_clock::now() < give_up);
  return status;
}

}  // namespace fairline::accounts
