#include "services/auth_gateway/tests/gateway_fixture.hpp"

#include "services/accounts/tests/accounts_database.hpp"
#include "services/accounts/tests/league.hpp"

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
  return rpc::Serve(*context, endpoint_, "PredictMatch", [&](const rpc::Call& call) {
    if (request->competition() != "E0" && request->competition() != "English Premier League") {
      return absl::NotFoundError("competition: there is no " + request->competition());
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
                                           const prediction::v1::ListForecastsRequest*,
                                           prediction::v1::ListForecastsResponse* response) {
  return rpc::Serve(*context, endpoint_, "ListForecasts", [&](const rpc::Call&) {
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
  return rpc::Serve(*context, endpoint_, "ListAdvice", [&](const rpc::Call&) {
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

testing::PrivatePostgres& GatewayFixture::Postgres() {
  static const auto postgres = [] {
    auto made = testing::PrivatePostgres::Start();
    FillLeague(*made, 4);
    return made;
  }();
  return *postgres;
}

GatewayFixture::GatewayFixture(HttpServerOptions options, StaticFiles files)
    : database_(OpenAccountsDatabase(Postgres())),
      store_(*database_, clock_),
      accounts_(store_, hasher_, tokens_, limiter_, clock_, Role::kFree),
      bet_store_(*database_, clock_),
      host_("auth_gateway", ParseInstant("2026-01-31T09:00:00Z").value()),
      bets_(bet_store_, accounts_, host_.host().as_of()),
      service_(accounts_, host_.host().EndpointFor("fairline.accounts.v1.AccountsService")),
      bet_service_(bets_, host_.host().EndpointFor("fairline.accounts.v1.BetService")),
      limit_service_(bets_, accounts_,
                     host_.host().EndpointFor("fairline.accounts.v1.LimitService")),
      prediction_(host_.host().EndpointFor("fairline.prediction.v1.PredictionService")) {
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &service_, &bet_service_, &limit_service_, &ingest_, &prediction_, &pipeline_,
           &preprocessing_, &training_, &registry_}) {
    host_.host().Register(*service);
  }
  host_.Start();
  if (!accounts_.EnsureAdmin(kPassword).ok()) throw std::runtime_error("no admin");
  Channels channels;
  for (const char* name :
       {"fairline.ingest.v1.IngestService", "fairline.preprocessing.v1.PreprocessingService",
        "fairline.training.v1.TrainingService", "fairline.training.v1.BacktestService",
        "fairline.registry.v1.ModelRegistryService", "fairline.prediction.v1.PredictionService",
        "fairline.prediction.v1.RecordService", "fairline.pipeline.v1.PipelineService"}) {
    channels[name] = host_.channel();
    channels[name]->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  }
  // As in main: the accounts live in this process.
  AddOwnServices(channels, host_.host().InProcessChannel());
  if (options.listen.empty()) options.listen = "127.0.0.1:0";
  server_ = GatewayServer::Start({.accounts = accounts_,
                                  .key = testing::TestIdentityKey(),
                                  .metrics = host_.host().metrics(),
                                  .channels = std::move(channels),
                                  .files = std::move(files),
                                  .ready = [this] { return database_->Ping(); }},
                                 std::move(options))
                .value();
}

GatewayFixture::~GatewayFixture() { server_->Stop(); }

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

std::string GatewayFixture::Token(const std::string& username) {
  return accounts_.SignIn(username, kPassword, "fixture").value();
}

std::string GatewayFixture::NewUser(const std::string& username, Role role) {
  SignUpForm form;
  form.username = username;
  form.password = kPassword;
  form.bankroll = Money{25'000};
  form.risk = Risk::kMedium;
  if (!accounts_.Open(form).ok()) throw std::runtime_error("cannot open " + username);
  UserChanges changes;
  changes.role = role;
  if (!accounts_.Update(username, changes, "fixture").ok()) throw std::runtime_error("no role");
  return Token(username);
}

}  // namespace fairline::auth_gateway
