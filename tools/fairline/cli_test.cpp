#include <catch2/catch.hpp>

#include "tools/fairline/context.hpp"
#include "tools/fairline/match_detail.hpp"
#include "tools/fairline/programs.hpp"
#include "tools/fairline/staking.hpp"
#include "tools/fairline/table.hpp"

namespace fairline::cli {
namespace {

TEST_CASE("columns are as wide as their widest cell, also with letters beyond ASCII", "[cli]") {
  Table table({"team", ">odds"});
  table.Add({"Süper", "2.10"});
  table.Add({"Arsenal", "10.00"});
  CHECK(table.Render() ==
        "team      odds\n"
        "Süper     2.10\n"
        "Arsenal  10.00\n");
}

TEST_CASE("proto JSON is read with its strings for int64 and its absent fields", "[cli]") {
  const nlohmann::json object{
      {"big", "9007199254740993"}, {"small", 7}, {"state", "RUN_STATE_QUEUED"}, {"rate", 0.25}};
  CHECK(Integer(object, "big") == 9007199254740993);
  CHECK(Integer(object, "small") == 7);
  CHECK(Integer(object, "absent") == 0);
  CHECK(Number(object, "rate") == 0.25);
  CHECK(Text(object, "absent").empty());
  CHECK(EnumText(object, "state", "RUN_STATE_") == "queued");
}

TEST_CASE("money is printed with two digits", "[cli]") {
  CHECK(MinorUnits(12345) == "123.45");
  CHECK(MinorUnits(-5) == "-0.05");
  CHECK(MinorUnits(0) == "0.00");
}

TEST_CASE("a policy is changed field by field, and what is no field is refused by name", "[cli]") {
  const nlohmann::json policy{{"max_per_bet", 0.03}, {"compatibility_multipliers", false}};
  const auto changed = WithChanges(policy, {"max_per_bet=0.02", "max_price_age_minutes=none",
                                            "compatibility_multipliers=true"})
                           .value();
  CHECK(changed["max_per_bet"] == 0.02);
  CHECK(changed["max_price_age_minutes"] == "Infinity");
  CHECK(changed["compatibility_multipliers"] == true);
  for (const char* change : {"max_per_bets=0.02", "max_per_bet=2%", "max_per_bet="}) {
    INFO(change);
    const absl::Status status = WithChanges(policy, {change}).status();
    const std::string message(status.message().data(), status.message().size());
    CHECK(message.starts_with(std::string(change).substr(0, std::string(change).find('=')) + ":"));
  }
  CHECK_FALSE(WithChanges(policy, {"max_per_bet"}).ok());
}

TEST_CASE("a pairing is split at its dash, and names may have hyphens", "[cli]") {
  CHECK(SplitPairing("Arsenal - Chelsea").value().second == "Chelsea");
  CHECK(SplitPairing(" Saint-Etienne  -  Paris SG ").value().first == "Saint-Etienne");
  for (const char* text : {"", "Arsenal", "Arsenal-Chelsea", "Arsenal - ", " - Chelsea"}) {
    INFO(text);
    CHECK(SplitPairing(text).status().code() == absl::StatusCode::kNotFound);
  }
}

TEST_CASE("path segments are percent-encoded", "[cli]") {
  CHECK(PercentEncode("Süper Lig/1") == "S%C3%BCper%20Lig%2F1");
}

TEST_CASE("a command that is a program of its own says so when it was not built", "[cli]") {
  CHECK(IsProgram("challenge"));
  CHECK(IsProgram("evaluate"));
  CHECK_FALSE(IsProgram("runs"));
  // It would lie beside this test.
  const absl::Status status = BecomeProgram("not-there", {});
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(status.message().find("fairline-not-there") != std::string::npos);
}

}  // namespace
}  // namespace fairline::cli
