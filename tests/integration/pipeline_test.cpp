// The eight real programs over real files: a run from the source to sealed forecasts, what people
// then see, and that a second run changes nothing.

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/integration/installation.hpp"

namespace fairline::testing {
namespace {

using nlohmann::json;

// One installation for all cases: they build on one another, in order.
struct World {
  std::filesystem::path folder;
  std::unique_ptr<Installation> fairline;

  World() {
    char name[] = "/tmp/fairline-site-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder = name;
    fairline = std::make_unique<Installation>(MakeSite(folder / "site"));
  }
  ~World() {
    fairline.reset();
    std::filesystem::remove_all(folder);
  }
};

Installation& Fairline() {
  static World world;
  return *world.fairline;
}

json Get(cli::ApiClient& api, const std::string& path) {
  const auto answer = api.Get(path);
  INFO(path << ": " << answer.status().ToString());
  REQUIRE(answer.ok());
  return *answer;
}

json All(cli::ApiClient& api, const std::string& path, const std::string& field,
         cli::Query query = {}) {
  query.emplace_back("page_size", "50");
  const auto items = api.GetAll(path, field, std::move(query), 10'000);
  INFO(path << ": " << items.status().ToString());
  REQUIRE(items.ok());
  return *items;
}

cli::ApiClient PremiumAccount() {
  const json request{{"username", "ann"},
                     {"password", "Correct-Horse-7"},
                     {"bankroll_minor_units", "100000"},
                     {"risk", "RISK_MEDIUM"},
                     {"of_legal_age", true}};
  const auto answer = Fairline().api().Post("/v1/accounts", request);
  REQUIRE((answer.ok() || absl::IsAlreadyExists(answer.status())));
  return Fairline().ApiAs("ann", "Correct-Horse-7");
}

TEST_CASE("a run goes from the source to sealed forecasts", "[integration]") {
  const json run = Fairline().AwaitRun(Fairline().StartRun());
  INFO(run.dump(2));
  CHECK(run["state"] == "RUN_STATE_SUCCEEDED");
  for (const json& stage : run["stages"]) {
    INFO(stage.dump());
    CHECK(stage["state"] == "STAGE_STATE_SUCCEEDED");
    CHECK(stage["attempts"] == 1);
  }
  CHECK(Fairline().Count("SELECT count(*) FROM sports.matches") > 1'000);
  CHECK(Fairline().Count("SELECT count(*) FROM prediction.forecasts") > 0);
}

TEST_CASE("a second run changes nothing and trains nothing", "[integration]") {
  const json before = Fairline().RowCounts();
  const int not_modified = Fairline().site().not_modified();
  const json run = Fairline().AwaitRun(Fairline().StartRun());
  CHECK(run["state"] == "RUN_STATE_SUCCEEDED");
  CHECK(run["stages"][2]["state"] == "STAGE_STATE_SKIPPED");
  CHECK(json(Fairline().RowCounts()) == before);
  CHECK(Fairline().site().not_modified() > not_modified);
}

TEST_CASE("every coming match has a forecast that sums to 1", "[integration]") {
  cli::ApiClient api = PremiumAccount();
  const json forecasts = All(api, "/v1/forecasts", "forecasts");
  REQUIRE_FALSE(forecasts.empty());
  CHECK(static_cast<std::int64_t>(forecasts.size()) ==
        Fairline().Count("SELECT count(*) FROM sports.matches WHERE state = 1 AND "
                         "coalesce(kickoff_time > '2026-01-30T09:00:00Z', "
                         "match_date >= '2026-01-30')"));
  for (const json& forecast : forecasts) {
    double sum = 0;
    for (const json& outcome : forecast["outcomes"]) {
      const double probability = outcome["probability"];
      CHECK(probability > 0);
      CHECK(probability < 1);
      sum += probability;
    }
    CHECK(sum == Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("a premium account gets advice, and a reason where there is no bet", "[integration]") {
  cli::ApiClient api = PremiumAccount();
  const json advice = All(api, "/v1/advice", "advice");
  REQUIRE_FALSE(advice.empty());
  for (const json& match : advice) {
    INFO(match.dump());
    CHECK_FALSE(match["summary"].get<std::string>().empty());
    double staked = 0;
    for (const json& outcome : match["outcomes"]) {
      const double fraction = outcome["stake_fraction"];
      CHECK(fraction >= 0);
      staked += fraction;
      if (fraction > 0) CHECK(outcome["edge"].get<double>() > 0);
      if (fraction == 0) CHECK_FALSE(outcome["explanation"].get<std::string>().empty());
    }
    CHECK(match["has_bet"].get<bool>() == (staked > 0));
  }
}

TEST_CASE("any pairing is forecast on request", "[integration]") {
  cli::ApiClient api = PremiumAccount();
  const json forecasts = All(api, "/v1/forecasts", "forecasts");
  REQUIRE_FALSE(forecasts.empty());
  const json& coming = forecasts[0];
  const auto answer = api.Post("/v1/predictions", {{"competition", coming["competition_code"]},
                                                   {"home_team", coming["away_team"]},
                                                   {"away_team", coming["home_team"]}});
  INFO(answer.status().ToString());
  REQUIRE(answer.ok());
  CHECK((*answer)["forecast"]["outcomes"].size() == 3);
  const absl::Status unknown =
      api.Post("/v1/predictions",
               {{"competition", "E0"}, {"home_team", "Nobody"}, {"away_team", "Nowhere"}})
          .status();
  INFO(unknown.ToString());
  CHECK((absl::IsInvalidArgument(unknown) || absl::IsNotFound(unknown)));
}

TEST_CASE("results after the as-of moment are stored and not shown", "[integration]") {
  cli::ApiClient api = PremiumAccount();
  const json later = All(api, "/v1/matches", "matches",
                         {{"from_date", "2026-01-31"}, {"state", "MATCH_STATE_FINISHED"}});
  CHECK(later.empty());
}

TEST_CASE("the versions, the gate's moves and the serving model agree", "[integration]") {
  cli::ApiClient& api = Fairline().api();
  const json production = Get(api, "/v1/models/football/aliases/production")["model_version"];
  const json serving = Get(api, "/v1/serving-model");
  CHECK(serving["version"] == production["version"]);
  CHECK(serving["bundle_sha256"] == production["bundle_sha256"]);
  CHECK(All(api, "/v1/models/football/alias-moves", "moves").size() == 1);
}

TEST_CASE("every service stops gracefully", "[integration]") {
  for (const std::string& service : ServiceNames()) {
    INFO(service);
    CHECK(Fairline().Terminate(service) == 0);
    Fairline().Start(service);
  }
  for (const std::string& service : ServiceNames()) Fairline().AwaitHealthy(service);
}

}  // namespace
}  // namespace fairline::testing
