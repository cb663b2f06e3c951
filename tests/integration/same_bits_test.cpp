// The same files in two orders of loading: ids differ, and nothing that is computed does.

#include <filesystem>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include "tests/integration/installation.hpp"

namespace fairline::testing {
namespace {

using nlohmann::json;

// What the rows of a query say, in its order.
std::vector<std::string> Rows(const Installation& fairline, const std::string& sql) {
  pqxx::connection connection(fairline.OwnerUrl());
  pqxx::nontransaction query(connection);
  std::vector<std::string> rows;
  for (const auto& row : query.exec(sql)) rows.push_back(row[0].as<std::string>());
  return rows;
}

std::string ByName(const std::string& columns, const std::string& rows,
                   const std::string& then_by = "") {
  return "SELECT concat_ws(' ', m.match_date, c.code, h.name, a.name, " + columns + ") FROM " +
         rows +
         " x JOIN sports.matches m USING (match_id) "
         "JOIN sports.competitions c ON c.competition_id = m.competition_id "
         "JOIN sports.teams h ON h.team_id = m.home_team_id "
         "JOIN sports.teams a ON a.team_id = m.away_team_id "
         "ORDER BY m.match_date, c.code, h.name, a.name" +
         then_by;
}

struct Computed {
  std::vector<std::string> ids;
  std::vector<std::string> features;
  std::vector<std::string> bundles;
  std::vector<std::string> stakes;
};

// Loads these parts one after the other, then runs everything.
Computed ComputeAfter(const InstallationOptions& options, const std::vector<json>& parts) {
  Installation fairline(options);
  for (json part : parts) {
    part["stages"] = {"ingest"};
    REQUIRE(fairline.AwaitRun(fairline.StartRun(part))["state"] == "RUN_STATE_SUCCEEDED");
  }
  const json run = fairline.AwaitRun(fairline.StartRun());
  INFO(run.dump(2));
  REQUIRE(run["state"] == "RUN_STATE_SUCCEEDED");
  return {.ids = Rows(fairline, ByName("x.match_id", "sports.matches")),
          .features = Rows(fairline, ByName("x.values", "features.match_features")),
          .bundles = Rows(fairline, "SELECT bundle_sha256 FROM registry.versions"),
          .stakes = Rows(fairline, ByName("x.outcome, x.probability, x.full_kelly, x.stake_low, "
                                          "x.stake_medium, x.stake_high",
                                          "prediction.advice", ", x.outcome"))};
}

TEST_CASE("features, bundle and stakes are the same bits in whatever order files were loaded",
          "[integration][same_bits]") {
  char name[] = "/tmp/fairline-site-XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  const std::filesystem::path folder = name;
  const InstallationOptions options = MakeSite(folder / "site");
  const Computed at_once = ComputeAfter(options, {});
  const Computed piecewise =
      ComputeAfter(options, {{{"competition_codes", {"SP1"}}, {"first_season_start", 2025}},
                             {{"competition_codes", {"E1"}}, {"first_season_start", 2023}},
                             {{"competition_codes", {"SP1"}}}});
  std::filesystem::remove_all(folder);

  REQUIRE(at_once.features.size() > 1'000);
  REQUIRE_FALSE(at_once.stakes.empty());
  CHECK(at_once.ids != piecewise.ids);  // else this proves nothing
  CHECK((at_once.features == piecewise.features));
  CHECK(at_once.bundles == piecewise.bundles);
  CHECK((at_once.stakes == piecewise.stakes));
}

}  // namespace
}  // namespace fairline::testing
