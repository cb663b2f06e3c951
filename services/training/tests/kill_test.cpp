// The real program, killed in the middle of a training.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>
#include <stdlib.h>

#include "fairline/registry/v1/registry.grpc.pb.h"
#include "fairline/training/v1/training.grpc.pb.h"

#include "libs/rpc/client.hpp"
#include "libs/testing/postgres.hpp"
#include "libs/testing/program.hpp"
#include "libs/testing/rpc.hpp"
#include "services/training/tests/fakes.hpp"

namespace fairline::training {
namespace {

namespace fs = std::filesystem;

constexpr char kKey[] = "a key of thirty-two bytes or more";

// Five seasons of 300 matches between two teams, whose outcome the first feature half explains.
constexpr char kLeague[] = R"(
  SELECT setseed(0.5);
  INSERT INTO sports.competitions (code, sport, name, country, tier)
    VALUES ('K0', 'football', 'Kill', 'Nowhere', 1);
  INSERT INTO sports.teams (sport, country, name)
    SELECT 'football', 'Nowhere', 'Team ' || n FROM generate_series(1, 600) n;
  INSERT INTO sports.bookmakers (code, name, kind) VALUES ('average', 'Average', 'aggregate')
    ON CONFLICT DO NOTHING;
  CREATE TEMPORARY TABLE drawn AS
    SELECT season * 1000 + n AS id, season, make_date(season, 8, 10) + n AS day, n,
           random() - 0.5 AS strength, random() AS luck
    FROM generate_series(2019, 2023) season, generate_series(1, 250) n;
  INSERT INTO sports.matches (match_id, competition_id, season_start, match_date, home_team_id,
                              away_team_id, state, home_score, away_score)
    SELECT id, (SELECT competition_id FROM sports.competitions WHERE code = 'K0'), season, day,
           (SELECT team_id FROM sports.teams WHERE name = 'Team ' || n),
           (SELECT team_id FROM sports.teams WHERE name = 'Team ' || (n + 300)), 4,
           CASE WHEN luck < 0.45 + strength / 2 THEN 1 ELSE 0 END,
           CASE WHEN luck > 0.75 + strength / 3 THEN 1 ELSE 0 END
    FROM drawn;
  INSERT INTO sports.quotes (match_id, match_date, bookmaker_id, market, phase, price_1, price_2,
                             price_3, batch_id)
    SELECT id, day, (SELECT bookmaker_id FROM sports.bookmakers WHERE code = 'average'), 1, 1,
           0.95 / (0.45 + strength / 2), 3.2, 0.95 / (0.25 - strength / 3), 1
    FROM drawn;
  INSERT INTO features.feature_sets (sport, name, catalogue_hash, catalogue)
    VALUES ('football', 'kill', 'kill', '{"features": [{"name": "a", "block": "rating"},
      {"name": "b", "block": "form"}, {"name": "c", "block": "market"}]}');
  INSERT INTO features.match_features (feature_set_id, match_id, match_date, is_coming, values)
    SELECT (SELECT feature_set_id FROM features.feature_sets WHERE name = 'kill'), id, day, false,
           ARRAY[strength, random(), strength + random()]::real[]
    FROM drawn;
)";

// Takes any version and counts those it had not seen.
class AcceptingRegistry final : public registry::v1::ModelRegistryService::Service {
 public:
  grpc::Status CreateRun(grpc::ServerContext*, const registry::v1::CreateRunRequest*,
                         registry::v1::CreateRunResponse* response) override {
    response->set_run_id("11111111-2222-3333-4444-555555555555");
    return grpc::Status::OK;
  }
  grpc::Status LogToRun(grpc::ServerContext*, const registry::v1::LogToRunRequest*,
                        registry::v1::LogToRunResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status FinishRun(grpc::ServerContext*, const registry::v1::FinishRunRequest*,
                         registry::v1::FinishRunResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status RegisterVersion(grpc::ServerContext*,
                               const registry::v1::RegisterVersionRequest* request,
                               registry::v1::RegisterVersionResponse* response) override {
    bundles.push_back(request->bundle_sha256());
    response->mutable_model_version()->set_version(1);
    return grpc::Status::OK;
  }
  grpc::Status GetVersionByAlias(grpc::ServerContext*,
                                 const registry::v1::GetVersionByAliasRequest*,
                                 registry::v1::GetVersionByAliasResponse*) override {
    return {grpc::StatusCode::NOT_FOUND, "none"};
  }

  std::vector<std::string> bundles;
};

struct World {
  World() {
    std::string name = (fs::temp_directory_path() / "fairline-kill-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    std::ofstream(folder / "recipe.json") << SmallRecipe().json;
    postgres->Execute(kLeague);
    host.host().Register(registry);
    host.Start();
    environment = {"FAIRLINE_DATABASE_URL=" + postgres->Url("fairline_training"),
                   "FAIRLINE_LAKE_URL=file://" + (folder / "lake").string(),
                   "FAIRLINE_MODEL_REGISTRY_ADDRESS=" + host.address(),
                   "FAIRLINE_TRAINING_RECIPE=" + (folder / "recipe.json").string(),
                   "FAIRLINE_IDENTITY_KEY=" + std::string(kKey),
                   "FAIRLINE_LISTEN=127.0.0.1:0",
                   "FAIRLINE_METRICS_LISTEN=",
                   "FAIRLINE_NOW=2024-08-01T09:00:00Z"};
  }
  ~World() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  template <typename T>
  T Query(const std::string& sql) const {
    pqxx::connection connection(postgres->OwnerUrl());
    pqxx::nontransaction query(connection);
    return query.exec1(sql)[0].as<T>();
  }

  // What a dead worker holds is free when its lease has run out; tests do not wait for that.
  void ExpireLeases() const {
    postgres->Execute(
        "UPDATE training.jobs SET lease_until = now() - interval '1 second' "
        "WHERE state = 'running'");
  }

  // Polls: what is waited for happens in another process.
  bool WaitFor(const std::function<bool()>& condition) const {
    for (int attempt = 0; attempt < 6000; ++attempt) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  fs::path folder;
  std::unique_ptr<testing::PrivatePostgres> postgres = testing::PrivatePostgres::Start();
  AcceptingRegistry registry;
  testing::TestHost host{"model-registry"};
  std::vector<std::string> environment;
};

struct Client {
  explicit Client(const std::string& address)
      : stub(v1::TrainingService::NewStub(rpc::Connect(address))) {}

  static void Prepare(grpc::ClientContext& context) {
    context.set_wait_for_ready(true);
    rpc::PrepareContext(context,
                        rpc::AsService("pipeline", rpc::IdentityKey::Make(kKey).value(),
                                       std::chrono::system_clock::now() + std::chrono::minutes(3)));
  }

  std::optional<v1::TrainSummary> Train() const {
    grpc::ClientContext context;
    Prepare(context);
    v1::TrainRequest request;
    request.set_request_id("one-run");
    const auto reader = stub->Train(&context, request);
    std::optional<v1::TrainSummary> summary;
    v1::TrainResponse response;
    while (reader->Read(&response)) {
      if (response.has_summary()) summary = response.summary();
    }
    const grpc::Status status = reader->Finish();
    INFO(status.error_message());
    CHECK(status.ok() == summary.has_value());
    return summary;
  }

  std::unique_ptr<v1::TrainingService::Stub> stub;
};

TEST_CASE("a training killed in the middle goes on and ends well", "[training][integration]") {
  World world;
  const std::string program = FAIRLINE_TRAINING_PROGRAM;
  const fs::path log = world.folder / "log";
  const auto checkpoints = [&] {
    return world.Query<int>("SELECT count(*) FROM training.checkpoints");
  };

  for (const int kill_after : {1, 3}) {
    testing::Program running(program, world.environment, log);
    const Client client(running.Address());
    std::thread killer([&] {
      world.WaitFor([&] { return checkpoints() >= kill_after; });
      running.Kill();
    });
    client.Train();
    killer.join();
    world.ExpireLeases();
  }
  const auto before = world.Query<std::string>(
      "SELECT coalesce(string_agg(key || created_at, ',' ORDER BY key), '') "
      "FROM (SELECT * FROM training.checkpoints ORDER BY created_at LIMIT 3) AS first");

  testing::Program running(program, world.environment, log);
  const Client client(running.Address());
  const auto summary = client.Train();
  REQUIRE(summary.has_value());
  CHECK(summary->version() == 1);
  CHECK(checkpoints() == 6);  // two models, three fits each; those before the kill stand untouched
  CHECK(world.Query<std::string>(
            "SELECT string_agg(key || created_at, ',' ORDER BY key) FROM "
            "(SELECT * FROM training.checkpoints ORDER BY created_at LIMIT 3) AS first") == before);
  CHECK(world.Query<int>("SELECT count(*) FROM training.jobs WHERE state = 'done'") == 1);
  REQUIRE_FALSE(world.registry.bundles.empty());
  for (const std::string& sha256 : world.registry.bundles) {
    CHECK(sha256 == world.registry.bundles.front());
    CHECK(fs::exists(world.folder / "lake" / "models" / sha256 / "manifest.json"));
  }
}

}  // namespace
}  // namespace fairline::training
