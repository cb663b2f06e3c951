#include "services/auth_gateway/tests/gateway_fixture.hpp"

#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace fairline::auth_gateway {
namespace {

using prediction::v1::Forecast;
using prediction::v1::MatchAdvice;

void FillForecast(const std::string& home, const std::string& away, Forecast& forecast) {
  forecast.set_competition_code("E0");
  forecast.set_competition_name("English Premier League");
  forecast.set_home_team(home);
  forecast.set_away_team(away);
  for (const auto& [outcome, probability] :
       {std::pair(sports::v1::OUTCOME_HOME, 0.5), std::pair(sports::v1::OUTCOME_DRAW, 0.3),
        std::pair(sports::v1::OUTCOME_AWAY, 0.2)}) {
    auto& one = *forecast.add_outcomes();
    one.set_outcome(outcome);
    one.set_probability(probability);
    one.set_fair_odds(1 / probability);
  }
  if (home == "Arsenal" && away == "Leeds") {
    forecast.set_match_id(11);
    forecast.set_match_date("2026-01-31");
    for (const double odds : {2.2, 3.4, 4.1}) forecast.add_average_odds(odds);
  }
}

// Half a stake on the account's bankroll for home; nothing on the others.
void FillAdvice(std::int64_t bankroll, MatchAdvice& advice) {
  FillForecast("Arsenal", "Leeds", *advice.mutable_forecast());
  auto& draw = *advice.add_outcomes();
  draw.set_outcome(sports::v1::OUTCOME_DRAW);
  auto& home = *advice.add_outcomes();
  home.set_outcome(sports::v1::OUTCOME_HOME);
  home.set_edge(0.1);
  home.set_stake_fraction(0.05);
  home.set_stake_minor_units(bankroll / 20);
  advice.set_has_bet(bankroll >= 20);
}

}  // namespace

grpc::Status FakeIngest::ListCompetitions(grpc::ServerContext*,
                                          const ingest::v1::ListCompetitionsRequest* request,
                                          ingest::v1::ListCompetitionsResponse* response) {
  if (request->sport() != "football" && !request->sport().empty()) return grpc::Status::OK;
  // One a page, so that a caller who does not page misses the second.
  auto& competition = *response->add_competitions();
  if (request->page_token().empty()) {
    competition.set_code("E0");
    competition.set_name("English Premier League");
    auto& other = *response->add_other_names();
    other.set_competition_code("E0");
    other.set_name("EPL");
    competition.set_current_season("2025-26");
    response->set_next_page_token("2");
  } else {
    competition.set_code("T1");
    competition.set_name("Turkey Süper Lig");
    competition.set_current_season("2024-25");
  }
  return grpc::Status::OK;
}

grpc::Status FakeIngest::ListTeams(grpc::ServerContext*,
                                   const ingest::v1::ListTeamsRequest* request,
                                   ingest::v1::ListTeamsResponse* response) {
  if (request->competition_code() == "E0") {
    response->add_teams()->set_name("Arsenal");
    response->add_teams()->set_name("Leeds");
  }
  return grpc::Status::OK;
}

grpc::Status FakePrediction::PredictMatch(grpc::ServerContext* context,
                                          const prediction::v1::PredictMatchRequest* request,
                                          prediction::v1::PredictMatchResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call& call) {
    if (request->competition() != "E0" && request->competition() != "English Premier League") {
      return FieldError(absl::StatusCode::kNotFound, "competition",
                        "there is no " + request->competition());
    }
    if (request->home_team() == "Nowhere") return InvalidField("home_team", "is not known");
    FillForecast(request->home_team(), request->away_team(), *response->mutable_forecast());
    if (call.caller.role != rpc::kRoleFree && response->forecast().match_id() != 0) {
      FillAdvice(request->bankroll_minor_units(), *response->mutable_advice());
    }
    return absl::OkStatus();
  });
}

grpc::Status FakePrediction::ListForecasts(grpc::ServerContext* context,
                                           const prediction::v1::ListForecastsRequest* request,
                                           prediction::v1::ListForecastsResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) {
    FillForecast("Arsenal", "Leeds", *response->add_forecasts());
    Forecast& without_odds = *response->add_forecasts();
    FillForecast("Leeds", "Arsenal", without_odds);
    without_odds.set_match_id(12);
    without_odds.set_match_date("2026-02-01");
    return absl::OkStatus();
  });
}

grpc::Status FakePrediction::ListAdvice(grpc::ServerContext* context,
                                        const prediction::v1::ListAdviceRequest* request,
                                        prediction::v1::ListAdviceResponse* response) {
  return rpc::Serve(*context, endpoint_, *request, [&](const rpc::Call&) {
    FillAdvice(request->bankroll_minor_units(), *response->add_advice());
    return absl::OkStatus();
  });
}

grpc::Status FakePipeline::WatchRun(grpc::ServerContext*,
                                    const pipeline::v1::WatchRunRequest* request,
                                    grpc::ServerWriter<pipeline::v1::WatchRunResponse>* writer) {
  if (request->run_id() == "missing") return {grpc::StatusCode::NOT_FOUND, "no such run"};
  for (const int token : {1, 2}) {
    if (request->resume_token() == "1" && token == 1) continue;
    pipeline::v1::WatchRunResponse event;
    event.mutable_run()->set_run_id(request->run_id());
    event.mutable_run()->set_state(token == 1 ? pipeline::v1::RUN_STATE_RUNNING
                                              : pipeline::v1::RUN_STATE_SUCCEEDED);
    event.set_resume_token(std::to_string(token));
    writer->Write(event);
  }
  return grpc::Status::OK;
}

// Matches 1 to 4 of competition L1 between "Home n" and "Away n", kicking off at noon of
// 2026-02-01.
constexpr char kLeague[] = R"(
    INSERT INTO sports.competitions (code, sport, name, country, tier)
      VALUES ('L1', 'football', 'First League', 'Nowhere', 1);
    INSERT INTO sports.teams (sport, country, name)
      SELECT 'football', 'Nowhere', side || ' ' || n
      FROM generate_series(1, 4) n, unnest(ARRAY['Home', 'Away']) side;
    INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, kickoff_time,
                                home_team_id, away_team_id, state, listed_from)
      SELECT n, (SELECT competition_id FROM sports.competitions WHERE code = 'L1'), 2025,
             '2026-02-01', '2026-02-01T12:00:00Z', h.team_id, a.team_id, 1, '2026-01-01'
      FROM generate_series(1, 4) n
      JOIN sports.teams h ON h.name = 'Home ' || n JOIN sports.teams a ON a.name = 'Away ' || n;)";

testing::PrivatePostgres& GatewayFixture::Postgres() {
  static const auto postgres = [] {
    auto made = testing::PrivatePostgres::Start();
    made->Execute(kLeague);
    return made;
  }();
  return *postgres;
}

GatewayFixture::GatewayFixture(HttpServerOptions options, StaticFiles files)
    : accounts_log_(std::filesystem::temp_directory_path() /
                    fmt::format("fairline-door-test-{}-{}.log", ::getpid(), accounts_port_)),
      host_("auth_gateway", ParseInstant("2026-01-31T09:00:00Z").value()),
      prediction_(host_.host().EndpointFor<prediction::v1::PredictionService>()) {
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &ingest_, &prediction_, &pipeline_, &preprocessing_, &training_, &registry_}) {
    host_.host().Register(*service);
  }
  host_.Start();
  Channels channels;
  for (const char* name :
       {"fairline.ingest.v1.IngestService", "fairline.preprocessing.v1.PreprocessingService",
        "fairline.training.v1.TrainingService", "fairline.training.v1.BacktestService",
        "fairline.registry.v1.ModelRegistryService", "fairline.prediction.v1.PredictionService",
        "fairline.prediction.v1.RecordService", "fairline.pipeline.v1.PipelineService"}) {
    channels[name] = host_.channel();
  }
  for (const char* name : {"AccountsService", "BetService", "LimitService"}) {
    channels[std::string("fairline.accounts.v1.") + name] = rpc::Connect(AccountsAddress());
  }
  const auto channel = rpc::Connect(AccountsAddress());
  accounts_stub_ = accounts::v1::AccountsService::NewStub(channel);
  accounts_ = std::make_unique<AccountsClient>(channel, testing::TestIdentityKey(), clock_);
  StartAccounts();
  for (const auto& [name, to] : channels) {
    to->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  }
  if (options.listen.empty()) options.listen = "127.0.0.1:0";
  server_ = GatewayServer::Start({.accounts = *accounts_,
                                  .key = testing::TestIdentityKey(),
                                  .metrics = host_.host().metrics(),
                                  .channels = std::move(channels),
                                  .files = std::move(files)},
                                 std::move(options))
                .value();
}

GatewayFixture::~GatewayFixture() {
  server_->Stop();
  accounts_program_.reset();
  std::filesystem::remove(accounts_log_);
}

std::string GatewayFixture::AccountsAddress() const {
  return fmt::format("127.0.0.1:{}", accounts_port_);
}

void GatewayFixture::StartAccounts() {
  accounts_program_ = std::make_unique<testing::Program>(
      FAIRLINE_ACCOUNTS_PROGRAM,
      std::vector<std::string>{"FAIRLINE_DATABASE_URL=" + Postgres().Url("fairline_accounts"),
                               "FAIRLINE_IDENTITY_KEY=" + std::string(32, 't'),
                               "FAIRLINE_SESSION_KEY=" + std::string(32, 'k'),
                               std::string("FAIRLINE_ADMIN_PASSWORD=") + kPassword,
                               "FAIRLINE_LISTEN=" + AccountsAddress(),
                               "FAIRLINE_NOW=2026-01-31T09:00:00Z"},
      accounts_log_);
  (void)accounts_program_->Address();
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (rpc::CheckHealth(AccountsAddress(), std::chrono::milliseconds(500)).ok()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("accounts is not ready; its log is " + accounts_log_.string());
}

std::unique_ptr<httplib::Client> GatewayFixture::Client(const std::string& token,
                                                        bool versioned) const {
  auto client = std::make_unique<httplib::Client>("127.0.0.1", port());
  client->set_keep_alive(true);
  client->set_tcp_nodelay(true);
  httplib::Headers headers;
  if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
  if (versioned) headers.emplace("api-version", "1");
  client->set_default_headers(headers);
  return client;
}

std::string GatewayFixture::AwaitReady(int status) const {
  const auto client = Client();
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto answer = client->Get("/readyz");
    if (answer && answer->status == status) {
      return nlohmann::json::parse(answer->body).value("detail", "");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error(fmt::format("/readyz does not become {}", status));
}

std::string GatewayFixture::Token(const std::string& username) {
  accounts::v1::SignInRequest request;
  request.set_username(username);
  request.set_password(kPassword);
  accounts::v1::SignInResponse response;
  grpc::ClientContext context;
  testing::CallAs(context, rpc::Caller{});
  if (!accounts_stub_->SignIn(&context, request, &response).ok()) {
    throw std::runtime_error("cannot sign in " + username);
  }
  return response.access_token();
}

void GatewayFixture::ChangePassword(const std::string& username) {
  accounts::v1::AuthenticateRequest question;
  question.set_access_token(Token(username));
  accounts::v1::AuthenticateResponse account;
  grpc::ClientContext asking;
  testing::CallAs(asking, testing::ServiceCaller("fixture"));
  accounts::v1::ChangePasswordRequest change;
  accounts::v1::ChangePasswordResponse changed;
  grpc::ClientContext changing;
  testing::CallAs(changing, testing::ServiceCaller("fixture"));
  change.set_current_password(kPassword);
  change.set_new_password("N3w-passw0rd");
  bool done = accounts_stub_->Authenticate(&asking, question, &account).ok();
  change.set_user_id(account.account().user_id());
  done = done && accounts_stub_->ChangePassword(&changing, change, &changed).ok();
  if (!done) throw std::runtime_error("no new password for " + username);
}

std::string GatewayFixture::NewUser(const std::string& username, Role role) {
  accounts::v1::SignUpRequest form;
  form.set_username(username);
  form.set_password(kPassword);
  form.set_bankroll_minor_units(25'000);
  form.set_risk(sports::v1::RISK_MEDIUM);
  form.set_of_legal_age(true);
  accounts::v1::SignUpResponse opened;
  grpc::ClientContext opening;
  testing::CallAs(opening, rpc::Caller{});
  if (!accounts_stub_->SignUp(&opening, form, &opened).ok()) {
    throw std::runtime_error("cannot open " + username);
  }
  accounts::v1::UpdateUserRequest change;
  change.set_username(username);
  change.set_new_role(static_cast<int>(role));
  accounts::v1::UpdateUserResponse changed;
  grpc::ClientContext changing;
  testing::CallAs(changing, testing::ServiceCaller("fixture"));
  if (!accounts_stub_->UpdateUser(&changing, change, &changed).ok()) {
    throw std::runtime_error("no role for " + username);
  }
  return Token(username);
}

}  // namespace fairline::auth_gateway
