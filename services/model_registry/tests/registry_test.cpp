// The use cases on a real PostgreSQL.
#include "services/model_registry/app/registry.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>

#include "services/model_registry/tests/fixture.hpp"

namespace fairline::model_registry {
namespace {

using absl::StatusCode;

std::string NewRun(Registry& registry) {
  static int requests = 0;
  return registry.CreateRun("run-request-" + std::to_string(++requests), "tests", "a run").value();
}

ModelVersion Register(Registry& registry, const std::string& model, char hash_digit,
                      std::vector<Metric> metrics = {}) {
  return registry
      .RegisterVersion({.model = model,
                        .run_id = NewRun(registry),
                        .bundle_sha256 = std::string(64, hash_digit),
                        .bundle_path = "models/x/manifest.json",
                        .catalogue_hash = "cafe",
                        .metrics = std::move(metrics),
                        .catalogue = TestCatalogue(),
                        .models = OneModel()})
      .value();
}

// What the gate needs to call a version good; `champion` 0 makes no comparison.
std::vector<Metric> GoodMetrics(int champion) {
  std::vector<Metric> metrics = {{"leak_suspected", 0.0},
                                 {"no_odds.matches", 7500},
                                 {"no_odds.calibration_error", 0.01},
                                 {"no_odds.calibration_slope", 1.0},
                                 {"no_odds.vs_base_rate.log_loss", -0.07},
                                 {"no_odds.vs_base_rate.log_loss_high", -0.06}};
  if (champion != 0) {
    metrics.push_back({"champion_version", static_cast<double>(champion)});
    metrics.push_back({"no_odds.vs_champion.log_loss", -0.001});
    metrics.push_back({"no_odds.vs_champion.log_loss_low", -0.002});
  }
  return metrics;
}

}  // namespace

TEST_CASE("a run is opened once per request and keeps what it logged", "[registry][db]") {
  TestRegistry test;
  Registry& registry = test.registry;
  const std::string run_id = registry.CreateRun("run-a", "football", "nightly").value();
  CHECK(registry.CreateRun("run-a", "football", "nightly").value() == run_id);

  REQUIRE(registry
              .LogToRun(run_id, {{"depth", "4"}}, {{"loss", 1.5, 0}, {"loss", 1.25, 1}},
                        {{"git", "abc"}})
              .ok());
  REQUIRE(
      registry.LogToRun(run_id, {{"depth", "4"}}, {{"loss", 1.0 / 3.0, 1}}, {{"git", "def"}}).ok());
  CHECK(registry.LogToRun(run_id, {{"depth", "5"}}, {}, {}).code() == StatusCode::kAlreadyExists);
  REQUIRE(registry.FinishRun(run_id, RunState::kFinished).ok());
  CHECK(registry.FinishRun(run_id, RunState::kFinished).ok());
  CHECK(registry.FinishRun(run_id, RunState::kFailed).code() == StatusCode::kFailedPrecondition);

  const Run run = registry.GetRun(run_id).value();
  CHECK(run.experiment == "football");
  CHECK(run.state == RunState::kFinished);
  CHECK(run.ended_at.has_value());
  REQUIRE(run.parameters.size() == 1);
  CHECK(run.parameters[0].value == "4");
  REQUIRE(run.metrics.size() == 2);
  CHECK(run.metrics[1].step == 1);
  CHECK(run.metrics[1].value == 1.0 / 3.0);
  REQUIRE(run.tags.size() == 1);
  CHECK(run.tags[0].value == "def");
}

TEST_CASE("a failed run may be taken up again and finish", "[registry][db]") {
  TestRegistry test;
  const std::string run_id = NewRun(test.registry);
  REQUIRE(test.registry.FinishRun(run_id, RunState::kFailed).ok());
  REQUIRE(test.registry.FinishRun(run_id, RunState::kFinished).ok());
  CHECK(test.registry.GetRun(run_id)->state == RunState::kFinished);
}

TEST_CASE("bad input names its field", "[registry][db]") {
  TestRegistry test;
  Registry& registry = test.registry;
  const auto field = [](const absl::Status& status) {
    CHECK(status.code() == StatusCode::kInvalidArgument);
    const std::string message = MessageOf(status);
    return message.substr(0, message.find(':'));
  };
  const std::string run_id = NewRun(registry);
  CHECK(field(registry.CreateRun("", "e", "n").status()) == "request_id");
  CHECK(field(registry.CreateRun("r", "", "n").status()) == "experiment");
  CHECK(field(registry.GetRun("1; DROP TABLE runs").status()) == "run_id");
  CHECK(field(registry.LogToRun(run_id, {}, {{"x", std::nan("")}}, {})) == "metrics.value");
  CHECK(field(registry.LogToRun(run_id, {}, {{"x", std::numeric_limits<double>::infinity()}},
                                {})) == "metrics.value");
  CHECK(field(registry.FinishRun(run_id, RunState::kRunning)) == "state");
  CHECK(field(registry.ListRuns("", {-1, ""}).status()) == "page_size");
  CHECK(field(registry.ListRuns("", {1, "12x"}).status()) == "page_token");
  NewVersion version{.model = "m",
                     .run_id = run_id,
                     .bundle_sha256 = std::string(64, 'a'),
                     .bundle_path = "p",
                     .catalogue_hash = "c",
                     .catalogue = TestCatalogue("c"),
                     .models = OneModel()};
  version.bundle_sha256[0] = 'A';
  CHECK(field(registry.RegisterVersion(version).status()) == "bundle_sha256");
  version.bundle_sha256[0] = 'a';
  version.model = "a/b";
  CHECK(field(registry.RegisterVersion(version).status()) == "model");
  version.model = "football";
  version.catalogue.hash = "other";
  CHECK(field(registry.RegisterVersion(version).status()) == "catalogue.hash");
  version.catalogue = TestCatalogue("c");
  version.catalogue.features.push_back(version.catalogue.features[0]);
  CHECK(field(registry.RegisterVersion(version).status()) == "catalogue.features.name");
  version.catalogue = TestCatalogue("c");
  version.models[0].serves.clear();
  CHECK(field(registry.RegisterVersion(version).status()) == "models");
  version.models = OneModel();
  version.models[0].description = "{";
  CHECK(field(registry.RegisterVersion(version).status()) == "models.description");
  CHECK(field(registry.MoveAlias("m", "production", 1, "ann", "").status()) == "reason");
  CHECK(registry.GetRun("00000000-0000-0000-0000-000000000000").status().code() ==
        StatusCode::kNotFound);
}

TEST_CASE("runs are listed newest first in pages", "[registry][db]") {
  TestRegistry test;
  for (const char* name : {"one", "two", "three", "four", "five"}) {
    REQUIRE(test.registry.CreateRun(std::string("paged-") + name, "paging", name).ok());
  }
  std::vector<std::string> names;
  PageRequest request{2, ""};
  int pages = 0;
  do {
    const Page<Run> page = test.registry.ListRuns("paging", request).value();
    for (const Run& run : page.items) names.push_back(run.name);
    request.token = page.next_token;
    ++pages;
  } while (!request.token.empty());
  CHECK(names == std::vector<std::string>{"five", "four", "three", "two", "one"});
  CHECK(pages == 3);
}

TEST_CASE("the same bundle registers once and versions count up per model", "[registry][db]") {
  TestRegistry test;
  CHECK(Register(test.registry, "counting", 'a').version == 1);
  CHECK(Register(test.registry, "counting", 'b').version == 2);
  CHECK(Register(test.registry, "counting", 'a').version == 1);
  CHECK(Register(test.registry, "counting.other", 'a').version == 1);
  const auto page = test.registry.ListVersions("counting", {}).value();
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].version == 2);
  CHECK(test.registry.ListVersions("unheard-of", {}).status().code() == StatusCode::kNotFound);

  NewVersion again{.request_id = "train-1",
                   .model = "counting",
                   .run_id = NewRun(test.registry),
                   .bundle_sha256 = std::string(64, 'c'),
                   .bundle_path = "p",
                   .catalogue_hash = "c",
                   .catalogue = TestCatalogue("c"),
                   .models = OneModel()};
  CHECK(test.registry.RegisterVersion(again)->version == 3);
  CHECK(test.registry.RegisterVersion(again)->version == 3);
  // Another bundle under the same request, of this model or another.
  again.bundle_sha256 = std::string(64, 'd');
  CHECK(test.registry.RegisterVersion(again).status().code() == StatusCode::kAlreadyExists);
  again.model = "counting.other";
  const absl::Status refused = test.registry.RegisterVersion(again).status();
  CHECK(refused.code() == StatusCode::kAlreadyExists);
  CHECK(ViolationsOf(refused).at(0).field == "request_id");
}

TEST_CASE("concurrent registrations of different bundles get different versions",
          "[registry][db]") {
  TestRegistry test;
  const std::string run_id = NewRun(test.registry);
  std::vector<std::thread> threads;
  std::vector<int> versions(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      versions[static_cast<std::size_t>(i)] =
          test.registry
              .RegisterVersion({.model = "crowded",
                                .run_id = run_id,
                                .bundle_sha256 = std::string(64, static_cast<char>('0' + i)),
                                .bundle_path = "p",
                                .catalogue_hash = "c",
                                .catalogue = TestCatalogue("c"),
                                .models = OneModel()})
              .value()
              .version;
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::sort(versions.begin(), versions.end());
  CHECK(versions == std::vector<int>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("the gate promotes once and its answer stands", "[registry][db]") {
  TestRegistry test;
  Registry& registry = test.registry;
  CHECK(registry.GetVersionByAlias("gated", "production").status().code() == StatusCode::kNotFound);
  Register(registry, "gated", 'a', GoodMetrics(0));
  const Judgement first = registry.GateVersion("gated", 1, "pipeline run 1").value();
  CHECK(first.promoted);
  CHECK(first.good);
  CHECK(registry.GetVersionByAlias("gated", "production")->version == 1);

  Register(registry, "gated", 'b', GoodMetrics(1));
  CHECK(registry.GateVersion("gated", 2, "pipeline run 2")->promoted);
  const ModelVersion second = registry.GetVersionByAlias("gated", "production").value();
  CHECK(second.version == 2);
  CHECK(second.aliases == std::vector<std::string>{"production"});
  REQUIRE(second.tags.size() == 1);
  CHECK(second.tags[0].key == "quality");
  CHECK(second.tags[0].value == "good");

  // Rolled back by a person: judging the same version again answers the same and moves nothing.
  const AliasMove back = registry.MoveAlias("gated", "production", 1, "ann", "complaints").value();
  CHECK(back.from_version == 2);
  const Judgement again = registry.GateVersion("gated", 2, "pipeline run 2").value();
  CHECK(again.promoted);
  CHECK(again.reasons == registry.GateVersion("gated", 2, "x")->reasons);
  CHECK(registry.GetVersionByAlias("gated", "production")->version == 1);

  // Measured against version 1 it would be promoted; measured against version 2 it is not.
  Register(registry, "gated", 'c', GoodMetrics(2));
  CHECK_FALSE(registry.GateVersion("gated", 3, "pipeline run 3")->promoted);

  const auto moves = registry.ListAliasMoves("gated", {}).value().items;
  REQUIRE(moves.size() == 3);
  CHECK(moves[0].actor == "ann");
  CHECK(moves[0].reason == "complaints");
  CHECK(moves[1].from_version == 1);
  CHECK(moves[1].to_version == 2);
  CHECK_FALSE(moves[2].from_version.has_value());
  CHECK(moves[2].actor == "pipeline run 1");
  CHECK(registry.GateVersion("gated", 9, "x").status().code() == StatusCode::kNotFound);
  CHECK(registry.MoveAlias("gated", "production", 9, "ann", "typo").status().code() ==
        StatusCode::kNotFound);
}

TEST_CASE("a move is announced to whoever listens", "[registry][db]") {
  struct Listener final : pqxx::notification_receiver {
    using pqxx::notification_receiver::notification_receiver;
    void operator()(const std::string& payload, int) override { heard = payload; }
    std::string heard;
  };
  TestRegistry test;
  Register(test.registry, "announced", 'a');
  const auto connection = test.database->Connect().value();
  Listener listener(*connection, "registry_alias");
  REQUIRE(test.registry.MoveAlias("announced", "challenger", 1, "ann", "to be watched").ok());
  connection->await_notification(5, 0);
  CHECK(listener.heard == "announced/challenger");
}

TEST_CASE("a call whose deadline has passed changes nothing", "[registry][db]") {
  TestRegistry test;
  Registry late = test.registry_for(std::chrono::system_clock::now() - std::chrono::seconds(1));
  CHECK(late.CreateRun("too-late", "e", "n").status().code() == StatusCode::kDeadlineExceeded);
}

TEST_CASE("of concurrent candidates only one takes the place of the champion", "[registry][db]") {
  TestRegistry test;
  Registry& registry = test.registry;
  Register(registry, "raced", 'a', GoodMetrics(0));
  REQUIRE(registry.GateVersion("raced", 1, "x")->promoted);
  for (const char digit : {'b', 'c', 'd', 'e'}) Register(registry, "raced", digit, GoodMetrics(1));
  std::atomic<int> promoted{0};
  std::vector<std::thread> threads;
  for (int version = 2; version <= 5; ++version) {
    threads.emplace_back([&, version] {
      if (registry.GateVersion("raced", version, "x").value().promoted) ++promoted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(promoted == 1);
}

TEST_CASE("a version describes its features and models; versions share a catalogue",
          "[registry][db]") {
  TestRegistry test;
  const DescribedModel pool{.name = "pool",
                            .kind = "pool",
                            .serves = "with_odds",
                            .anchored = true,
                            .inputs = {"no_odds", "market"},
                            .weights = {{"no_odds", 1.0 / 3.0}, {"market", 0.75}},
                            .description = R"({"ridge":0.1})"};
  for (const char digit : {'1', '2'}) {
    REQUIRE(test.registry
                .RegisterVersion({.model = "described",
                                  .run_id = NewRun(test.registry),
                                  .bundle_sha256 = std::string(64, digit),
                                  .bundle_path = "p",
                                  .catalogue_hash = "shared",
                                  .catalogue = TestCatalogue("shared"),
                                  .models = {OneModel()[0], pool}})
                .ok());
  }
  const auto described = test.registry.GetVersion("described", 2);
  REQUIRE(described.status().ToString() == "OK");
  CHECK(described->version.bundle_sha256 == std::string(64, '2'));
  REQUIRE(described->catalogue.has_value());
  CHECK(described->catalogue->sport == "football");
  CHECK(described->catalogue->features.at(0).meaning == "Home minus away Elo.");
  REQUIRE(described->models.size() == 2);
  CHECK(described->models[0].inputs == std::vector<std::string>{"elo_difference"});
  CHECK(described->models[1].anchored);
  CHECK(described->models[1].weights.at(0).weight == 1.0 / 3.0);
  CHECK(described->models[1].description == R"({"ridge":0.1})");
  CHECK(test.registry.GetVersion("described", 3).status().code() == StatusCode::kNotFound);
}

TEST_CASE("versions of before catalogues were kept are still judged", "[registry][db]") {
  const auto old = testing::PrivatePostgres::Start();
  old->Execute(R"(
    DELETE FROM registry.version_models;
    INSERT INTO registry.experiments (name) VALUES ('e');
    INSERT INTO registry.runs (run_id, request_id, experiment_id, name)
      SELECT '11111111-2222-3333-4444-555555555555', 'r', experiment_id, 'n'
      FROM registry.experiments;
    INSERT INTO registry.models (model) VALUES ('old');
    INSERT INTO registry.versions (model, version, run_id, bundle_sha256, bundle_path,
                                   catalogue_hash)
      VALUES ('old', 1, '11111111-2222-3333-4444-555555555555', repeat('a', 64), 'p', 'gone');
    INSERT INTO registry.version_metrics (model, version, key, value)
      VALUES ('old', 1, 'no_odds.matches', 7500), ('old', 1, 'with_odds.matches', 7500);
  )");
  // The migration's own statement, on rows such as it meets.
  std::ifstream file("services/model_registry/migrations/V002__describe_versions.sql");
  std::stringstream sql;
  sql << file.rdbuf();
  const std::string text = sql.str();
  const std::size_t begin = text.find("INSERT INTO registry.version_models");
  REQUIRE(begin != std::string::npos);
  old->Execute(text.substr(begin, text.find(';', begin) + 1 - begin));

  const auto database =
      storage::Database::Open({old->Url("fairline_registry"), 2, "registry", 2}).value();
  Registry registry(std::make_unique<PgRegistryStore>(
      *database, std::chrono::system_clock::now() + std::chrono::minutes(1)));
  const auto described = registry.GetVersion("old", 1);
  REQUIRE(described.ok());
  CHECK_FALSE(described->catalogue.has_value());
  const auto served = ServedModels(described->models);
  REQUIRE(served.size() == 2);
  CHECK(served[0].name == "no_odds");
  CHECK(served[1].anchored);
}

TEST_CASE("the history of alias moves cannot be changed by the service", "[registry][db]") {
  TestRegistry test;
  for (const char* sql :
       {"DELETE FROM registry.alias_moves", "UPDATE registry.alias_moves SET actor = 'nobody'",
        "UPDATE registry.catalogue_features SET meaning = 'other'",
        "UPDATE registry.version_models SET serves = ''",
        "UPDATE registry.judgements SET promoted = true",
        "UPDATE registry.versions SET bundle_sha256 = repeat('f', 64)"}) {
    INFO(sql);
    const absl::Status status = test.database->Transact({}, [&](pqxx::work& tx) {
      tx.exec(sql);
      return absl::OkStatus();
    });
    CHECK_FALSE(status.ok());
  }
}

TEST_CASE("models are listed by name with their versions", "[registry][db]") {
  TestRegistry test;
  Register(test.registry, "listed.a", 'a');
  Register(test.registry, "listed.b", 'a');
  Register(test.registry, "listed.b", 'b');
  REQUIRE(test.registry.MoveAlias("listed.b", "production", 1, "ann", "first").ok());
  const auto page = test.registry.ListModels({1, "listed."}).value();
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].model == "listed.a");
  CHECK_FALSE(page.items[0].production_version.has_value());
  const auto next = test.registry.ListModels({1, page.next_token}).value();
  REQUIRE(next.items.size() == 1);
  CHECK(next.items[0].model == "listed.b");
  CHECK(next.items[0].latest_version == 2);
  CHECK(next.items[0].production_version == 1);
}

}  // namespace fairline::model_registry
