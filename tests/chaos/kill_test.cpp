// kill -9 of each service in mid-run: it comes back, the run ends well, and the database holds what
// an undisturbed run leaves, no row lost or doubled.

#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include "tests/integration/installation.hpp"

namespace fairline::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// The service is killed as soon as that stage runs, and started again half a second later.
struct Blow {
  std::string service;
  int stage;  // position in the run
  std::string stage_name;
};

void Strike(Installation& fairline, const std::string& run_id, const Blow& blow) {
  Await(
      blow.stage_name + " to run",
      [&] {
        const json run = fairline.Run(run_id);
        INFO(run.dump(2));
        REQUIRE(run["state"] != "RUN_STATE_FAILED");
        const json stage = run["stages"][static_cast<std::size_t>(blow.stage)];
        return stage["state"] == "STAGE_STATE_RUNNING" || stage["state"] == "STAGE_STATE_SUCCEEDED";
      },
      240s);
  fairline.Kill(blow.service);
  std::this_thread::sleep_for(500ms);
  fairline.Start(blow.service);
  fairline.AwaitHealthy(blow.service);
}

// An admin changes the staking policy and the service dies before it has sealed anything under it.
void DieBeforeSealing(Installation& fairline) {
  const auto count_withdrawn = [&] {
    return fairline.Count(
        "SELECT count(*) FROM prediction.record_lines WHERE reason = 'policy_changed'");
  };
  auto policy = fairline.api().Get("/v1/staking-policy");
  REQUIRE(policy.ok());
  json change{{"policy", (*policy)["policy_version"]["policy"]}, {"reason", "more caution"}};
  change["policy"]["kelly_high"] = 0.25;
  {
    pqxx::connection connection(fairline.OwnerUrl());
    pqxx::work lock(connection);
    lock.exec0("LOCK TABLE prediction.record_lines IN SHARE MODE");
    const auto changed = fairline.api().Put("/v1/staking-policy", change);
    INFO(changed.status());
    REQUIRE(changed.ok());
    fairline.Kill("prediction");
  }
  CHECK(count_withdrawn() == 0);
  fairline.Start("prediction");
  Await("the record to follow the policy", [&] { return count_withdrawn() > 0; });
}

TEST_CASE("a run outlives kill -9 of every service, with the same rows as without", "[chaos]") {
  char name[] = "/tmp/fairline-site-XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  const std::filesystem::path folder = name;
  const InstallationOptions options = MakeSite(folder / "site");

  json undisturbed;
  {
    Installation fairline(options);
    const json run = fairline.AwaitRun(fairline.StartRun());
    INFO(run.dump(2));
    REQUIRE(run["state"] == "RUN_STATE_SUCCEEDED");
    undisturbed = fairline.RowCounts();
    REQUIRE(undisturbed["sports.matches"] > 1'000);
    REQUIRE(undisturbed["prediction.forecasts"] > 0);
    DieBeforeSealing(fairline);
  }

  Installation fairline(options);
  const std::string run_id = fairline.StartRun();
  for (const Blow& blow : std::vector<Blow>{{"ingest", 0, "ingest"},
                                            {"pipeline", 0, "ingest"},
                                            {"preprocessing", 1, "preprocess"},
                                            {"training", 2, "train"},
                                            {"model_registry", 2, "train"},
                                            {"pipeline", 2, "train"},
                                            {"accounts", 2, "train"},
                                            {"auth_gateway", 2, "train"},
                                            {"prediction", 4, "predict"}}) {
    CAPTURE(blow.service, blow.stage_name);
    Strike(fairline, run_id, blow);
  }
  const json run = fairline.AwaitRun(run_id);
  INFO(run.dump(2));
  CHECK(run["state"] == "RUN_STATE_SUCCEEDED");
  CHECK(json(fairline.RowCounts()) == undisturbed);
  CHECK(fairline.Count("SELECT count(*) FROM registry.versions") == 1);
  CHECK(fairline.Count("SELECT count(*) FROM (SELECT FROM sports.matches GROUP BY competition_id, "
                       "match_date, home_team_id, away_team_id HAVING count(*) > 1) AS doubled") ==
        0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fairline::testing
