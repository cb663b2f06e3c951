// The real program, killed in the middle of a training, a walk-forward and a search.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
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
#include "services/training/tests/fake_tasks.hpp"

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

// Whoever would write into `table` waits once `reached` (a condition over its rows) holds, so that
// a blow or a call between two rows never comes too late. No lock on the table is taken while
// somebody waits: that would be a deadlock.
class Halt {
 public:
  Halt(const World& world, const std::string& event, const std::string& table,
       const std::string& reached)
      : world_(world), holder_(world.postgres->OwnerUrl()) {
    WaitIf("false");
    Run("CREATE OR REPLACE TRIGGER halt BEFORE " + event + " ON " + table +
        " FOR EACH ROW EXECUTE FUNCTION public.halt()");
    Run("SELECT pg_advisory_lock(1)");
    WaitIf("SELECT " + reached + " FROM " + table);
  }
  // Those who wait have not written.
  ~Halt() {
    WaitIf("false");
    Run("SELECT pg_terminate_backend(pid) FROM pg_locks "
        "WHERE locktype = 'advisory' AND objid = 1 AND NOT granted");
  }

  [[nodiscard]] bool Reached() const {
    return world_.WaitFor([&] {
      return world_.Query<bool>(
          "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' "
          "AND objid = 1 AND NOT granted)");
    });
  }

 private:
  void WaitIf(const std::string& condition) {
    Run("CREATE OR REPLACE FUNCTION public.halt() RETURNS trigger LANGUAGE plpgsql "
        "SECURITY DEFINER AS $$ BEGIN IF (" +
        condition + ") THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NEW; END $$");
  }
  void Run(const std::string& sql) { pqxx::nontransaction(holder_).exec(sql); }

  const World& world_;
  pqxx::connection holder_;
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

  for (const std::string kill_after : {"1", "3"}) {
    const Halt halt(world, "INSERT", "training.checkpoints", "count(*) >= " + kill_after);
    testing::Program running(program, world.environment, log);
    const Client client(running.Address());
    std::thread killer([&] {
      CHECK(halt.Reached());
      running.Kill();
    });
    CHECK_FALSE(client.Train().has_value());
    killer.join();
  }
  const auto before = world.Query<std::string>(
      "SELECT coalesce(string_agg(key || created_at, ',' ORDER BY key), '') "
      "FROM (SELECT * FROM training.checkpoints ORDER BY created_at LIMIT 3) AS first");

  testing::Program running(program, world.environment, log);
  const Client client(running.Address());
  std::stringstream said;
  said << std::ifstream(log).rdbuf();
  CHECK(said.str().find("took back tasks") != std::string::npos);  // not half a minute later
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

// Long enough to be killed in the middle of a fit.
std::string SlowRecipe() {
  std::string recipe = TaskRecipe();
  const std::string rounds = "\"rounds\": 15";
  return recipe.replace(recipe.find(rounds), rounds.size(), "\"rounds\": 400");
}

TEST_CASE("one of two replicas is killed in mid-run: the other ends with the same bits",
          "[training][integration]") {
  World world;
  std::ofstream(world.folder / "recipe.json") << SlowRecipe();
  world.environment.push_back("FAIRLINE_TRAINING_WORKERS=1");
  const std::string program = FAIRLINE_TRAINING_PROGRAM;
  const auto start = [&](const Client& client, const std::string& request_id) {
    v1::StartWalkForwardRequest request;
    request.set_request_id(request_id);
    request.set_first_season_start(2021);
    v1::StartWalkForwardResponse response;
    grpc::ClientContext context;
    Client::Prepare(context);
    const grpc::Status status = client.stub->StartWalkForward(&context, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.walk_forward_id();
  };
  const auto is_done = [&](std::int64_t id) {
    return world.WaitFor([&] {
      return world.Query<std::string>("SELECT state FROM training.jobs WHERE job_id = " +
                                      std::to_string(id)) == "done";
    });
  };
  const auto bits_of = [&](std::int64_t id) {
    return world.Query<std::string>(
        "SELECT string_agg(md5(f::text), ',' ORDER BY season_start, forecaster) FROM "
        "(SELECT season_start, forecaster, match_ids, results, probabilities "
        " FROM training.season_forecasts WHERE job_id = " +
        std::to_string(id) + ") f");
  };
  const std::string held_by = "FROM training.tasks WHERE state = 'running' AND ";

  testing::Program survivor(program, world.environment, world.folder / "survivor");
  const Client client(survivor.Address());
  std::int64_t disturbed = 0;
  bool killed_in_a_task = false;
  // A task may end between the look and the blow: then there is nothing to take over.
  for (int attempt = 0; attempt < 10 && !killed_in_a_task; ++attempt) {
    testing::Program victim(program, world.environment, world.folder / "victim");
    const auto victim_pid = victim.pid();
    // Whoever is asked hears of the work first.
    disturbed = start(Client(victim.Address()), "disturbed-" + std::to_string(attempt));
    const std::string job = "job_id = " + std::to_string(disturbed);
    const std::string of_victim =
        held_by + job + " AND kind = 'forecast' AND worker LIKE '%:" + std::to_string(victim_pid) +
        "'";
    REQUIRE(world.WaitFor([&] {
      return world.Query<int>("SELECT count(*) " + of_victim) == 1 ||
             world.Query<std::string>("SELECT state FROM training.jobs WHERE " + job) == "done";
    }));
    victim.Kill();
    killed_in_a_task = world.Query<int>("SELECT count(*) " + of_victim) == 1;
    // Nobody waits half a minute for the lease of the dead.
    world.postgres->Execute(
        "UPDATE training.tasks SET lease_until = now() - interval '1 second' "
        "WHERE task_id IN (SELECT task_id " +
        held_by + job + " AND worker LIKE '%:" + std::to_string(victim_pid) + "')");
    REQUIRE(is_done(disturbed));
  }
  CHECK(killed_in_a_task);
  CHECK(world.Query<int>("SELECT max(attempts) FROM training.tasks WHERE job_id = " +
                         std::to_string(disturbed)) == 2);

  const std::int64_t undisturbed = start(client, "undisturbed");
  REQUIRE(is_done(undisturbed));
  CHECK(bits_of(undisturbed) == bits_of(disturbed));
  CHECK(world.Query<int>("SELECT count(*) FROM training.v1_walk_forward_forecasts "
                         "WHERE forecaster = 'pool' AND walk_forward_id = " +
                         std::to_string(disturbed)) == 3 * 250);
}

TEST_CASE("a search that lost all its workers goes on with the next; a cancelled one does not",
          "[training][integration]") {
  World world;
  std::ofstream(world.folder / "recipe.json") << SlowRecipe();
  std::ofstream(world.folder / "search.json") << R"({"sport": "football", "spaces": [
    {"model": "trees", "parameters": {"rounds": {"scale": "integer", "low": 200, "high": 400}}}]})";
  const std::string program = FAIRLINE_TRAINING_PROGRAM;
  const fs::path log = world.folder / "log";
  const auto start = [](const Client& client, const std::string& request_id) {
    v1::StartSearchRequest request;
    request.set_request_id(request_id);
    request.set_trials(4);
    request.set_factor(2.0);
    request.set_first_season_start(2021);
    request.set_last_season_start(2022);
    v1::StartSearchResponse response;
    grpc::ClientContext context;
    Client::Prepare(context);
    const grpc::Status status = client.stub->StartSearch(&context, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.search_id();
  };
  const auto trials = [&](std::int64_t id) {
    return world.Query<int>(
        "SELECT count(*) FROM training.tasks WHERE kind = 'trial' "
        "AND state = 'done' AND job_id = " +
        std::to_string(id));
  };
  std::int64_t id = 0;
  // Stops at the end of the second trial.
  const std::string in_trial = "count(*) FILTER (WHERE kind = 'trial' AND state = 'done') ";
  {
    const Halt halt(world, "UPDATE OF state", "training.tasks", in_trial + ">= 1");
    testing::Program running(program, world.environment, log);
    id = start(Client(running.Address()), "search");
    REQUIRE(halt.Reached());
    running.Kill();
  }
  world.postgres->Execute(
      "UPDATE training.tasks SET lease_until = now() - interval '1 second' "
      "WHERE state = 'running'");
  testing::Program running(program, world.environment, log);
  const Client client(running.Address());
  const auto state = [&](std::int64_t search) {
    return world.Query<std::string>("SELECT state FROM training.jobs WHERE job_id = " +
                                    std::to_string(search));
  };
  REQUIRE(world.WaitFor([&] { return state(id) == "done"; }));
  CHECK(trials(id) == 5 + 3);  // all on one season, then two and the present one on another

  world.postgres->Execute("DELETE FROM training.tasks WHERE job_id = " + std::to_string(id));
  std::optional<Halt> halt(std::in_place, world, "UPDATE OF state", "training.tasks",
                           in_trial + ">= 1");
  const std::int64_t cancelled = start(client, "cancelled");
  REQUIRE(halt->Reached());
  halt.reset();
  v1::CancelSearchRequest request;
  request.set_search_id(cancelled);
  v1::CancelSearchResponse response;
  grpc::ClientContext context;
  Client::Prepare(context);
  REQUIRE(client.stub->CancelSearch(&context, request, &response).ok());
  CHECK(state(cancelled) == "cancelled");
  CHECK(world.Query<int>("SELECT count(*) FROM training.tasks WHERE state IN ('queued', 'running') "
                         "AND job_id = " +
                         std::to_string(cancelled)) == 0);
}

}  // namespace
}  // namespace fairline::training
