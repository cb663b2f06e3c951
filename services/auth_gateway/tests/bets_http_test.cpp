// Bets, files and self-exclusion over real HTTP.

#include <catch2/catch.hpp>

#include "services/auth_gateway/tests/gateway_fixture.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::json;

constexpr char kBet[] =
    R"({"match_id":"1","market":"MARKET_MATCH_RESULT","outcome":"OUTCOME_HOME","odds":2.1,
        "stake_minor_units":"1000","bookmaker":"bet365"})";

TEST_CASE("a bet is logged, listed, counted and cancelled over REST", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-bettor", Role::kPremium));
  const httplib::Headers key{{"Idempotency-Key", "rest-1"}};
  auto response = client->Post("/v1/bets", key, kBet, "application/json");
  REQUIRE(response);
  INFO(response->body);
  REQUIRE(response->status == 200);
  const json placed = json::parse(response->body);
  CHECK(placed["bankroll_minor_units"] == "24000");
  CHECK(placed["bet"]["home_team"] == "Home 1");
  const std::string bet_id = placed["bet"]["bet_id"];
  response = client->Post("/v1/bets", key, kBet, "application/json");
  CHECK(json::parse(response->body)["bet"]["bet_id"] == bet_id);
  std::string other = kBet;
  other.replace(other.find("2.1"), 3, "2.2");
  CHECK(client->Post("/v1/bets", key, other, "application/json")->status == 409);

  const json account = json::parse(client->Get("/v1/account")->body)["account"];
  CHECK(account["bankroll_minor_units"] == "24000");
  CHECK(account["open_exposure_minor_units"] == "1000");
  CHECK(json::parse(client->Get("/v1/bets?state=BET_STATE_OPEN")->body)["bets"].size() == 1);
  CHECK(json::parse(client->Get("/v1/bets/statistics")->body)["open_bets"] == "1");
  CHECK(json::parse(client->Get("/v1/bankroll/curve")->body)["points"].size() == 1);

  const auto stranger = fixture.Client(fixture.NewUser("rest-stranger", Role::kAdmin));
  CHECK(stranger->Get("/v1/bets/" + bet_id)->status == 404);
  CHECK(stranger->Post("/v1/bets/" + bet_id + ":cancel", "{}", "application/json")->status == 404);
  CHECK(json::parse(stranger->Get("/v1/bets")->body)["bets"].empty());
  CHECK(stranger->Get("/v1/bets?user_id=1")->status == 422);

  response = client->Post("/v1/bets/" + bet_id + ":cancel", "{}", "application/json");
  CHECK(json::parse(response->body)["bankroll_minor_units"] == "25000");
  const json full = json::parse(client->Get("/v1/bets/" + bet_id)->body);
  CHECK(full["bet"]["result"] == "BET_RESULT_CANCELLED");
  CHECK(full["settlements"].size() == 1);
  CHECK(json::parse(stranger->Get("/v1/ledger/violations")->body)["violations"].empty());
}

TEST_CASE("a bet is settled by hand over REST, once under its key", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-by-hand", Role::kFree));
  auto response = client->Post("/v1/bets", kBet, "application/json");
  REQUIRE(response->status == 200);
  const std::string bet_id = json::parse(response->body)["bet"]["bet_id"];
  const std::string path = "/v1/bets/" + bet_id + "/settlement";
  CHECK(client->Post(path, R"({"result":"BET_RESULT_WIN"})", "application/json")->status == 422);
  const httplib::Headers key{{"Idempotency-Key", "by-hand-1"}};
  const char* const won = R"({"result":"BET_RESULT_WIN","reason":"paid early"})";
  for (int i = 0; i < 2; ++i) {
    response = client->Post(path, key, won, "application/json");
    INFO(response->body);
    REQUIRE(response->status == 200);
    const json answer = json::parse(response->body);
    CHECK(answer["bankroll_minor_units"] == "26100");
    CHECK(answer["bet"]["settled_by_hand"] == true);
  }
  CHECK(json::parse(client->Get("/v1/bets/" + bet_id)->body)["settlements"].size() == 1);
}

TEST_CASE("an account opens in a known currency and says its digits", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  const auto open = [&](const std::string& name, const std::string& currency) {
    return client->Post("/v1/accounts",
                        R"({"username":")" + name + R"(","password":"Secret-123","currency":")" +
                            currency + R"(","bankroll_minor_units":"1000","of_legal_age":true})",
                        "application/json");
  };
  const auto refused = open("rest-xyz", "XYZ");
  CHECK(refused->status == 422);
  CHECK(json::parse(refused->body)["errors"][0]["field"] == "currency");
  const json yen = json::parse(open("rest-yen", "JPY")->body)["account"];
  CHECK(yen["currency_digits"] == 0);
  CHECK(yen["bankroll_minor_units"] == "1000");
}

TEST_CASE("odds converted from American ones are kept with six decimals", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-american", Role::kFree));
  std::string body = kBet;
  body.replace(body.find("2.1"), 3, "1.9523809523809523");
  const auto response = client->Post("/v1/bets", body, "application/json");
  INFO(response->body);
  REQUIRE(response->status == 200);
  CHECK(json::parse(response->body)["bet"]["odds"] == 1.952381);
}

TEST_CASE("wrong bets answer 422 with the field, 404 and 409", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-wrong", Role::kFree));
  const auto answer = [&](const std::string& from, const std::string& to) {
    std::string body = kBet;
    body.replace(body.find(from), from.size(), to);
    const auto response = client->Post("/v1/bets", body, "application/json");
    const json problem = json::parse(response->body);
    const std::string field =
        problem.contains("errors") ? problem["errors"][0]["field"].get<std::string>() : "";
    return std::to_string(response->status) + " " + field;
  };
  CHECK(answer("2.1", "1") == "422 odds");
  CHECK(answer("2.1", "1000.1") == "422 odds");
  CHECK(answer("\"1000\"", "\"0\"") == "422 stake_minor_units");
  CHECK(answer("OUTCOME_HOME", "OUTCOME_OVER") == "422 outcome");
  CHECK(answer("\"odds\"", "\"line_quarters\":2,\"odds\"") == "422 line_quarters");
  CHECK(answer("\"match_id\":\"1\"", "\"match_id\":\"999\"").starts_with("404"));
  CHECK(answer("\"1000\"", "\"25001\"").starts_with("409"));
}

TEST_CASE("bets go out and come in as CSV", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-files", Role::kFree));
  REQUIRE(client->Post("/v1/bets", kBet, "application/json")->status == 200);
  const auto file = client->Get("/v1/bets/export");
  REQUIRE(file->status == 200);
  CHECK(file->get_header_value("Content-Type") == "text/csv; charset=utf-8");
  CHECK(file->get_header_value("Content-Disposition") == "attachment");
  CHECK(file->body.starts_with("bet_id,placed_time,match_date,"));

  const auto copier = fixture.Client(fixture.NewUser("rest-copier", Role::kFree));
  auto taken = copier->Post("/v1/bets/import", file->body, "text/csv; charset=utf-8");
  INFO(taken->body);
  CHECK(json::parse(taken->body)["bets_added"] == "1");
  taken = copier->Post("/v1/bets/import", file->body, "text/csv");
  CHECK(json::parse(taken->body)["already_imported"] == true);
  const auto refused = copier->Post("/v1/bets/import", "match_date\n2026-02-01\n", "text/csv");
  CHECK(refused->status == 422);
  CHECK(json::parse(refused->body)["errors"][0]["field"] == "content");
  CHECK(copier->Post("/v1/bets/import", "\xff\xfe", "text/csv")->status == 422);
  CHECK(copier->Post("/v1/bets/import", "a,b", "text/plain")->status == 415);
  CHECK(copier->Post("/v1/bets", "a,b", "text/csv")->status == 415);
}

TEST_CASE("who is excluded sees no advice, whatever the role", "[gateway][http][bets]") {
  GatewayFixture fixture;
  for (const Role role : {Role::kPremium, Role::kAdmin}) {
    const auto client = fixture.Client(
        fixture.NewUser(role == Role::kAdmin ? "rest-tired-admin" : "rest-tired", role));
    const char* pairing = R"({"competition":"E0","home_team":"Arsenal","away_team":"Leeds"})";
    REQUIRE(client->Get("/v1/advice")->status == 200);
    REQUIRE(client->Post("/championship/English%20Premier%20League/calendar", "", "")->status ==
            200);
    auto response = client->Post("/v1/account/self-exclusion", R"({"days":1})", "application/json");
    INFO(response->body);
    REQUIRE(response->status == 200);
    CHECK(json::parse(response->body)["exclusion"].contains("end_time"));

    response = client->Get("/v1/advice");
    CHECK(response->status == 403);
    CHECK(json::parse(response->body)["detail"].get<std::string>().find("gamblingtherapy.org") !=
          std::string::npos);
    CHECK(client->Post("/v1/bets", kBet, "application/json")->status == 403);
    CHECK(client
              ->Post("/v1/stakes", R"({"probabilities":[0.5,0.5],"odds":[2.2,2.2]})",
                     "application/json")
              ->status == 403);
    CHECK(client->Post("/v1/account/deposits", R"({"amount_minor_units":"1"})", "application/json")
              ->status == 403);
    response = client->Post("/v1/predictions", pairing, "application/json");
    REQUIRE(response->status == 200);
    CHECK_FALSE(json::parse(response->body).contains("advice"));
    CHECK(json::parse(client->Get("/v1/account")->body)["account"].contains("excluded_until_time"));
    // The older routes keep their shape and carry no bet.
    response = client->Post("/championship/English%20Premier%20League/calendar", "", "");
    REQUIRE(response->status == 200);
    for (const json& match : json::parse(response->body)) CHECK(match["bet_outcome"].is_null());
    response = client->Post(
        "/predict",
        R"({"championship":"English Premier League","home_team":"Arsenal","away_team":"Leeds"})",
        "application/json");
    CHECK_FALSE(json::parse(response->body)[0].contains("bet_advise"));
    CHECK(
        client->Post("/v1/account/withdrawals", R"({"amount_minor_units":"1"})", "application/json")
            ->status == 200);
    response =
        client->Post("/v1/account/self-exclusion", R"({"permanent":true})", "application/json");
    CHECK_FALSE(json::parse(response->body)["exclusion"].contains("end_time"));
  }
}

TEST_CASE("limits are set and shown over REST", "[gateway][http][bets]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("rest-limits", Role::kFree));
  auto response = client->Post(
      "/v1/account/limits",
      R"({"kind":"LIMIT_KIND_STAKE","period":"LIMIT_PERIOD_DAY","amount_minor_units":"999"})",
      "application/json");
  REQUIRE(response->status == 200);
  CHECK(client->Post("/v1/bets", kBet, "application/json")->status == 409);
  response = client->Post("/v1/account/limits",
                          R"({"kind":"LIMIT_KIND_STAKE","period":"LIMIT_PERIOD_DAY"})",
                          "application/json");
  const json limit = json::parse(response->body)["limit"];
  CHECK(limit["amount_minor_units"] == "999");
  CHECK(limit.contains("next_time"));
  CHECK_FALSE(limit.contains("next_amount_minor_units"));
  CHECK(json::parse(client->Get("/v1/account/limits")->body)["limits"].size() == 1);
  CHECK(client->Post("/v1/account/limits", R"({"kind":"LIMIT_KIND_STAKE"})", "application/json")
            ->status == 422);
}

}  // namespace
}  // namespace fairline::auth_gateway
