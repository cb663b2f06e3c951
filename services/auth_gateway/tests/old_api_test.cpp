#include <catch2/catch.hpp>

#include "services/auth_gateway/tests/gateway_fixture.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::json;

TEST_CASE("GET /status", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto response = fixture.Client()->Get("/status");
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(json::parse(response->body)["version"] == "1");
}

TEST_CASE("the header api-version is needed where the old API needed it", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("versionless", Role::kPremium), false);
  CHECK(client->Get("/status")->status == 400);
  CHECK(client->Get("/status", {{"api-version", "2"}})->status == 400);
  CHECK(client->Get("/available_championships")->status == 400);
  CHECK(client->Get("/user_info")->status == 400);
  CHECK(client->Post("/predict", "{}", "application/json")->status == 400);
  CHECK(client->Post("/change/risk?new_risk=low", "", "text/plain")->status == 400);
  CHECK(
      client->Post("/login", httplib::Params{{"username", "versionless"}, {"password", kPassword}})
          ->status == 200);
}

TEST_CASE("GET /available_championships", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto response = fixture.Client()->Get("/available_championships");
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(json::parse(response->body) ==
        json({{"Current Season", "2025-26"},
              {"Available Championships", {"English Premier League", "Turkey Süper Lig"}},
              {"Available Teams",
               {{"English Premier League", {"Arsenal", "Leeds"}},
                {"Turkey Süper Lig", json::array()}}}}));
}

TEST_CASE("POST /signup", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto client = fixture.Client("", false);
  const auto sign_up = [&](const std::string& body) {
    return client->Post("/signup", body, "application/json");
  };
  const auto made = sign_up(R"({"username":"oldie","password":"Passw0rd!","bankroll":250.5,
                                "risk":"medium"})");
  REQUIRE(made);
  CHECK(made->status == 200);
  CHECK(json::parse(made->body) == json({{"message", "User created successfully"}}));
  CHECK(sign_up(R"({"username":"oldie","password":"Passw0rd!"})")->status == 409);
  CHECK(sign_up(R"({"username":"weakling","password":"password"})")->status == 422);
  CHECK(sign_up(R"({"username":"debtor","password":"Passw0rd!","bankroll":-1})")->status == 422);
  CHECK(sign_up(R"({"username":"gambler","password":"Passw0rd!","risk":"all"})")->status == 422);
  CHECK(sign_up(R"({"username":"nameless"})")->status == 422);
  CHECK(sign_up("nonsense")->status == 422);
  CHECK(sign_up(R"({"username":"defaults","password":"Passw0rd!"})")->status == 200);

  const auto info = fixture.Client(fixture.Token("oldie"))->Get("/user_info");
  CHECK(json::parse(info->body) ==
        json({{"username", "oldie"}, {"bankroll", 250.5}, {"risk", "medium"}, {"role", 0}}));
  const auto defaults = fixture.Client(fixture.Token("defaults"))->Get("/user_info");
  CHECK(json::parse(defaults->body)["bankroll"] == 0);
  CHECK(json::parse(defaults->body)["risk"] == "low");
}

TEST_CASE("POST /login", "[gateway][old_api]") {
  GatewayFixture fixture;
  (void)fixture.NewUser("logger", Role::kFree);
  const auto client = fixture.Client("", false);
  const auto log_in = [&](const std::string& username, const std::string& password) {
    return client->Post(
        "/login", httplib::Params{
                      {"grant_type", "password"}, {"username", username}, {"password", password}});
  };
  const auto response = log_in("logger", kPassword);
  REQUIRE(response);
  CHECK(response->status == 200);
  const auto token = json::parse(response->body);
  CHECK(token["token_type"] == "bearer");
  CHECK(fixture.Client(token["access_token"])->Get("/user_info")->status == 200);

  const auto wrong = log_in("logger", "Wr0ng-Pass");
  const auto unknown = log_in("stranger", "Wr0ng-Pass");
  CHECK(wrong->status == 401);
  CHECK(unknown->status == 401);
  CHECK(json::parse(wrong->body)["detail"] == json::parse(unknown->body)["detail"]);
  CHECK(client->Post("/login", httplib::Params{{"username", "logger"}})->status == 422);
  // The multipart form that some OAuth2 clients send.
  httplib::MultipartFormDataItems items = {{"username", "logger", "", ""},
                                           {"password", kPassword, "", ""}};
  CHECK(client->Post("/login", items)->status == 200);
}

TEST_CASE("signed-in routes answer 401 without a good token", "[gateway][old_api]") {
  GatewayFixture fixture;
  for (const char* token : {"", "x.y.z"}) {
    const auto client = fixture.Client(token);
    CHECK(client->Get("/user_info")->status == 401);
    CHECK(client->Post("/predict", "{}", "application/json")->status == 401);
    CHECK(client->Post("/championship/E0/calendar", "", "text/plain")->status == 401);
    CHECK(client->Post("/change/risk?new_risk=low", "", "text/plain")->status == 401);
    CHECK(client->Put("/admin/change/eve", "{}", "application/json")->status == 401);
    const auto refused = client->Delete("/admin/delete/user/eve");
    CHECK(refused->status == 401);
    CHECK(refused->get_header_value("WWW-Authenticate") == "Bearer");
  }
}

TEST_CASE("POST /championship/{name}/calendar", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto free = fixture.Client(fixture.NewUser("calendar-free", Role::kFree));
  CHECK(free->Post("/championship/English%20Premier%20League/calendar", "", "text/plain")->status ==
        402);
  const auto premium = fixture.Client(fixture.NewUser("calendar-premium", Role::kPremium));
  CHECK(premium->Post("/championship/Sunday%20League/calendar", "", "text/plain")->status == 400);
  for (const char* name : {"EPL", "epl", "e0", "english%20premier%20league"}) {
    INFO(name);
    CHECK(premium->Post(std::string("/championship/") + name + "/calendar", "", "text/plain")
              ->status == 200);
  }
  CHECK(
      premium->Post("/championship/Turkey%20S%C3%BCper%20Lig/calendar", "", "text/plain")->status ==
      200);
  const auto response =
      premium->Post("/championship/English%20Premier%20League/calendar", "", "text/plain");
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(json::parse(response->body) == json::array({{{"Date", "31/01/2026"},
                                                     {"HomeTeam", "Arsenal"},
                                                     {"AwayTeam", "Leeds"},
                                                     {"Avg_H", 2.2},
                                                     {"Avg_D", 3.4},
                                                     {"Avg_A", 4.1},
                                                     {"pred_home", 0.5},
                                                     {"pred_draw", 0.3},
                                                     {"pred_away", 0.2},
                                                     {"bet_advise", 12.5},
                                                     {"bet_outcome", "home"}},
                                                    {{"Date", "01/02/2026"},
                                                     {"HomeTeam", "Leeds"},
                                                     {"AwayTeam", "Arsenal"},
                                                     {"Avg_H", nullptr},
                                                     {"Avg_D", nullptr},
                                                     {"Avg_A", nullptr},
                                                     {"pred_home", 0.5},
                                                     {"pred_draw", 0.3},
                                                     {"pred_away", 0.2},
                                                     {"bet_advise", 0.0},
                                                     {"bet_outcome", nullptr}}}));
}

TEST_CASE("POST /predict", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto free = fixture.Client(fixture.NewUser("predict-free", Role::kFree));
  const auto premium = fixture.Client(fixture.NewUser("predict-premium", Role::kPremium));
  const auto predict = [](httplib::Client& client, const char* championship, const char* home,
                          const char* away) {
    return client.Post(
        "/predict",
        json{{"championship", championship}, {"home_team", home}, {"away_team", away}}.dump(),
        "application/json");
  };
  const json forecast = {{"Date", "31/01/2026"}, {"HomeTeam", "Arsenal"}, {"AwayTeam", "Leeds"},
                         {"pred_home", 0.5},     {"pred_draw", 0.3},      {"pred_away", 0.2}};
  auto response = predict(*free, "English Premier League", "Arsenal", "Leeds");
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(json::parse(response->body) == json::array({forecast}));

  json with_bet = forecast;
  with_bet["bet_advise"] = 12.5;
  with_bet["bet_outcome"] = "home";
  response = predict(*premium, "English Premier League", "Arsenal", "Leeds");
  CHECK(json::parse(response->body) == json::array({with_bet}));

  // A pairing that is not planned is forecast all the same, without a date or a bet.
  response = predict(*premium, "English Premier League", "Leeds", "Arsenal");
  const json pairing = json::parse(response->body)[0];
  CHECK(pairing["Date"].is_null());
  CHECK_FALSE(pairing.contains("bet_advise"));

  CHECK(predict(*free, "Sunday League", "Arsenal", "Leeds")->status == 400);
  CHECK(predict(*free, "English Premier League", "Nowhere", "Leeds")->status == 400);
  CHECK(free->Post("/predict", R"({"championship":"E0"})", "application/json")->status == 422);
}

TEST_CASE("POST /change/password", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("old-changer", Role::kFree));
  const auto change = [&](const char* query) {
    return client->Post(std::string("/change/password?") + query, "", "text/plain");
  };
  CHECK(change("current_password=Wr0ng-Pass&new_password=N3w-Passw0rd")->status == 401);
  CHECK(change("current_password=Passw0rd!&new_password=weak")->status == 422);
  CHECK(change("current_password=Passw0rd!")->status == 422);
  const auto response = change("current_password=Passw0rd%21&new_password=N3w-Passw0rd");
  CHECK(response->status == 200);
  CHECK(json::parse(response->body)["message"] == "Password changed successfully");
  CHECK(client->Get("/user_info")->status == 401);
}

TEST_CASE("POST /change/bankroll and /change/risk take a query, a form or JSON",
          "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("old-setter", Role::kFree));
  const auto info = [&] { return json::parse(client->Get("/user_info")->body); };
  auto response = client->Post("/change/bankroll?new_bankroll=300", "", "text/plain");
  CHECK(json::parse(response->body)["message"] == "Bankroll changed successfully");
  CHECK(info()["bankroll"] == 300);
  CHECK(client->Post("/change/bankroll", httplib::Params{{"new_bankroll", "310.25"}})->status ==
        200);
  CHECK(info()["bankroll"] == 310.25);
  CHECK(client->Post("/change/bankroll", R"({"new_bankroll":320})", "application/json")->status ==
        200);
  CHECK(info()["bankroll"] == 320);
  for (const char* bad : {"-1", "nan", "1e300", "many", ""}) {
    CAPTURE(bad);
    CHECK(client->Post(std::string("/change/bankroll?new_bankroll=") + bad, "", "text/plain")
              ->status == 422);
  }
  response = client->Post("/change/risk?new_risk=high", "", "text/plain");
  CHECK(json::parse(response->body)["message"] == "Risk level changed successfully");
  CHECK(client->Post("/change/risk", R"({"new_risk":"low"})", "application/json")->status == 200);
  CHECK(info()["risk"] == "low");
  CHECK(client->Post("/change/risk?new_risk=huge", "", "text/plain")->status == 422);
}

TEST_CASE("PUT /admin/change/{user}", "[gateway][old_api]") {
  GatewayFixture fixture;
  const std::string token = fixture.NewUser("changee", Role::kFree);
  (void)fixture.NewUser("occupied", Role::kFree);
  const auto admin = fixture.Client(fixture.NewUser("old-admin", Role::kAdmin));
  const auto change = [](httplib::Client& client, const char* user, const char* body) {
    return client.Put(std::string("/admin/change/") + user, body, "application/json");
  };
  CHECK(change(*fixture.Client(token), "changee", "{}")->status == 403);
  CHECK(change(*admin, "nobody-here", R"({"new_role":1})")->status == 404);
  CHECK(change(*admin, "changee", R"({"new_username":"occupied"})")->status == 409);
  CHECK(change(*admin, "changee", R"({"new_role":2})")->status == 422);
  CHECK(change(*admin, "changee", R"({"new_bankroll":-2})")->status == 422);
  const auto response =
      change(*admin, "changee",
             R"({"new_username":"changed","new_bankroll":99.5,"new_risk":"high","new_role":"1"})");
  CHECK(response->status == 200);
  CHECK(json::parse(response->body)["message"] == "User changee datas changed.");
  CHECK(json::parse(fixture.Client(token)->Get("/user_info")->body) ==
        json({{"username", "changed"}, {"bankroll", 99.5}, {"risk", "high"}, {"role", 1}}));
  CHECK(change(*admin, "changed", R"({"new_username":null,"new_role":null})")->status == 200);
}

TEST_CASE("DELETE /admin/delete/user/{user}", "[gateway][old_api]") {
  GatewayFixture fixture;
  const std::string token = fixture.NewUser("deletee", Role::kFree);
  const auto admin = fixture.Client(fixture.NewUser("deleter", Role::kAdmin));
  CHECK(fixture.Client(token)->Delete("/admin/delete/user/deletee")->status == 403);
  const auto response = admin->Delete("/admin/delete/user/deletee");
  CHECK(response->status == 200);
  CHECK(json::parse(response->body)["message"] == "User deletee deleted");
  CHECK(admin->Delete("/admin/delete/user/deletee")->status == 404);
  CHECK(fixture.Client(token)->Get("/user_info")->status == 401);
}

TEST_CASE("a known path with another method answers 405", "[gateway][old_api]") {
  GatewayFixture fixture;
  const auto response = fixture.Client()->Get("/predict");
  CHECK(response->status == 405);
  CHECK(response->get_header_value("Allow") == "POST");
}

}  // namespace
}  // namespace fairline::auth_gateway
