#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "libs/rpc/access.hpp"
#include "services/auth_gateway/tests/gateway_fixture.hpp"

namespace fairline::auth_gateway {
namespace {

using nlohmann::json;

httplib::Result Send(httplib::Client& client, const std::string& method, const std::string& path,
                     const std::string& body) {
  if (method == "GET") return client.Get(path);
  if (method == "DELETE") return client.Delete(path);
  if (method == "PATCH") return client.Patch(path, body, "application/json");
  if (method == "PUT") return client.Put(path, body, "application/json");
  return client.Post(path, body, "application/json");
}

// "/v1/matches/{match_id}" as "/v1/matches/7".
std::string WithSevens(const std::string& path_template) {
  std::string path;
  bool inside = false;
  for (const char c : path_template) {
    if (c == '{') path += '7';
    if (c == '{' || c == '}') {
      inside = c == '{';
    } else if (!inside) {
      path += c;
    }
  }
  return path;
}

TEST_CASE("every RPC answers each role as its access rule says", "[gateway][http]") {
  GatewayFixture fixture;
  const auto contract = Contract::Load().value();
  const RouteTable table = RouteTable::Build(*contract).value();
  struct Visitor {
    const char* name;
    rpc::Caller caller;
    std::unique_ptr<httplib::Client> client;
  };
  std::vector<Visitor> visitors;
  visitors.push_back({"nobody", {}, fixture.Client()});
  visitors.push_back({"free", testing::UserCaller(1, 0),
                      fixture.Client(fixture.NewUser("walk-free", Role::kFree))});
  visitors.push_back({"premium", testing::UserCaller(2, 1),
                      fixture.Client(fixture.NewUser("walk-premium", Role::kPremium))});
  visitors.push_back({"admin", testing::UserCaller(3, 9),
                      fixture.Client(fixture.NewUser("walk-admin", Role::kAdmin))});

  int walked = 0;
  for (const auto* service : contract->services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      const auto route = std::find_if(table.routes().begin(), table.routes().end(),
                                      [&](const Route& one) { return one.method == &method; });
      const api::v1::Access access = method.options().GetExtension(api::v1::access);
      for (Visitor& visitor : visitors) {
        CAPTURE(method.full_name(), visitor.name);
        if (route == table.routes().end()) {
          CHECK(access == api::v1::ACCESS_SERVICE);
          const std::string rpc_path = fmt::format("/{}/{}", service->full_name(), method.name());
          const auto direct = visitor.client->Post(rpc_path, "{}", "application/json");
          REQUIRE(direct);
          CHECK(direct->status == 404);
          continue;
        }
        const std::string path = WithSevens(route->path.text());
        const auto response = Send(*visitor.client, route->http_method, path, "{}");
        REQUIRE(response);
        const absl::Status expected = rpc::CheckAccess(access, visitor.caller);
        if (expected.ok()) {
          const std::string detail = response->status >= 400
                                         ? json::parse(response->body)["detail"].get<std::string>()
                                         : "";
          CHECK(response->status != 403);
          CHECK(response->status != 405);
          CHECK(detail != "sign in first");
        } else {
          CHECK(response->status == (absl::IsUnauthenticated(expected) ? 401 : 403));
        }
        ++walked;
      }
    }
  }
  CHECK(walked >= 4 * 35);
}

TEST_CASE("an account signs up, signs in and is seen over REST", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  const std::string sign_up =
      R"({"username":"rest-user","password":"Passw0rd!","bankroll_minor_units":"12345",
          "risk":"RISK_HIGH","of_legal_age":true})";
  auto response = client->Post("/v1/accounts", sign_up, "application/json");
  REQUIRE(response);
  REQUIRE(response->status == 200);
  CHECK(json::parse(response->body)["account"]["bankroll_minor_units"] == "12345");
  CHECK(client->Post("/v1/accounts", sign_up, "application/json")->status == 409);

  response = client->Post("/v1/sessions", R"({"username":"rest-user","password":"Passw0rd!"})",
                          "application/json");
  REQUIRE(response->status == 200);
  const auto session = json::parse(response->body);
  CHECK(session["expires_in_seconds"] == "3600");

  const auto signed_in = fixture.Client(session["access_token"]);
  response = signed_in->Get("/v1/account");
  REQUIRE(response->status == 200);
  const auto account = json::parse(response->body)["account"];
  CHECK(account["username"] == "rest-user");
  CHECK(account["risk"] == "RISK_HIGH");
  CHECK(account["role"] == 0);

  // An expired or broken token must not keep anybody from signing in again.
  const auto stale = fixture.Client("not-a-token");
  CHECK(stale->Get("/v1/account")->status == 401);
  CHECK(stale
            ->Post("/v1/sessions", R"({"username":"rest-user","password":"Passw0rd!"})",
                   "application/json")
            ->status == 200);
}

TEST_CASE("a wrong field answers 422 and names it; a wrong body answers 400", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  auto response =
      client->Post("/v1/accounts", R"({"username":"x","password":"weak","of_legal_age":true})",
                   "application/json");
  REQUIRE(response);
  CHECK(response->status == 422);
  CHECK(response->get_header_value("Content-Type") == "application/problem+json");
  auto problem = json::parse(response->body);
  CHECK(problem["title"] == "Unprocessable Content");
  CHECK(problem["status"] == 422);
  CHECK(problem["errors"][0]["field"] == "username");
  CHECK(problem["trace_id"] == response->get_header_value("X-Request-Id"));

  CHECK(client->Post("/v1/accounts", "{", "application/json")->status == 400);
  CHECK(client->Post("/v1/accounts", "a=1", "text/plain")->status == 415);
  response = client->Get("/v1/competitions?colour=red");
  CHECK(response->status == 422);
  CHECK(json::parse(response->body)["errors"][0]["field"] == "colour");
}

TEST_CASE("a wrong method answers 405 with what is allowed, a wrong path 404", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  const auto response = client->Put("/v1/competitions", "{}", "application/json");
  REQUIRE(response);
  CHECK(response->status == 405);
  CHECK(response->get_header_value("Allow") == "GET");
  CHECK(client->Get("/v1/nothing")->status == 404);
  CHECK(client->Get("/")->status == 404);
  CHECK(client->Head("/v1/competitions")->status == 200);
}

TEST_CASE("the account fills the request and its identity reaches the service", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("identity", Role::kPremium));
  const char* pairing = R"({"competition":"E0","home_team":"Arsenal","away_team":"Leeds"})";
  auto response = client->Post("/v1/predictions", pairing, "application/json");
  REQUIRE(response);
  REQUIRE(response->status == 200);
  const auto advice = json::parse(response->body)["advice"];
  CHECK(advice["outcomes"][1]["stake_minor_units"] == "1250");
  response = client->Post("/v1/predictions", R"({"competition":"E0","bankroll_minor_units":"9"})",
                          "application/json");
  CHECK(response->status == 422);
  CHECK(json::parse(response->body)["errors"][0]["field"] == "bankroll_minor_units");
}

TEST_CASE("a trace id given by the client comes back", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  const auto response = client->Get(
      "/v1/nothing", {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  REQUIRE(response);
  CHECK(json::parse(response->body)["trace_id"] == "0af7651916cd43dd8448eb211c80319c");
}

TEST_CASE("a server stream becomes events that can be resumed", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("watcher", Role::kAdmin));
  auto response = client->Get("/v1/pipeline/runs/r1:watch");
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->get_header_value("Content-Type") == "text/event-stream");
  CHECK(response->body.find("id: 1\ndata: {\"run\":{\"run_id\":\"r1\"") != std::string::npos);
  CHECK(response->body.find("id: 2\ndata: ") != std::string::npos);
  CHECK(response->body.find("event: end\n") != std::string::npos);

  response = client->Get("/v1/pipeline/runs/r1:watch", {{"Last-Event-ID", "1"}});
  REQUIRE(response);
  CHECK(response->body.find("id: 1\n") == std::string::npos);
  CHECK(response->body.find("id: 2\n") != std::string::npos);

  CHECK(client->Get("/v1/pipeline/runs/missing:watch")->status == 404);
}

TEST_CASE("the OpenAPI document lists every route with its comments", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client();
  const auto response = client->Get("/openapi.json");
  REQUIRE(response);
  const auto document = json::parse(response->body);
  CHECK(document["openapi"] == "3.1.0");
  const auto& predict = document["paths"]["/v1/predictions"]["post"];
  CHECK(predict["summary"].get<std::string>().find("probabilities of any pairing") !=
        std::string::npos);
  const auto& body = predict["requestBody"]["content"]["application/json"]["schema"]["properties"];
  CHECK(body.contains("home_team"));
  CHECK_FALSE(body.contains("bankroll_minor_units"));
  CHECK(document["paths"]["/championship/{name}/calendar"].contains("post"));
  // What must be sent, wherever it is sent.
  CHECK(predict["requestBody"]["content"]["application/json"]["schema"]["required"] ==
        json{"competition", "home_team", "away_team"});
  CHECK(predict["requestBody"]["required"] == true);
  const auto parameter = [&](const char* path, const char* name) {
    for (const json& one : document["paths"][path]["get"]["parameters"]) {
      if (one["name"] == name) return one;
    }
    return json();
  };
  CHECK(parameter("/v1/teams", "competition_code")["required"] == true);
  CHECK(parameter("/v1/teams", "season_start")["required"] == false);
  CHECK(parameter("/v1/matches", "first_date")["schema"]["deprecated"] == true);
  CHECK_FALSE(parameter("/v1/matches", "from_date")["schema"].contains("deprecated"));
  const auto& policy = document["components"]["schemas"]["fairline.prediction.v1.StakingPolicy"];
  CHECK(policy["required"].size() + 1 == policy["properties"].size());
  CHECK(policy["properties"]["max_price_age_minutes"]["oneOf"].size() == 2);
  // A key may also come as the header.
  const auto& backtest = document["paths"]["/v1/backtests"]["post"]["requestBody"];
  CHECK_FALSE(backtest["content"]["application/json"]["schema"].contains("required"));
  // Every reference leads somewhere.
  const std::string text = response->body;
  const std::string prefix = "#/components/schemas/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    at += prefix.size();
    CHECK(document["components"]["schemas"].contains(text.substr(at, text.find('"', at) - at)));
  }
  const auto docs = client->Get("/docs");
  CHECK(docs->status == 200);
  CHECK(docs->body.find("/v1/predictions") != std::string::npos);
  CHECK(docs->body.find("<script") == std::string::npos);
  CHECK(client->Get("/docs/style.css")->get_header_value("Content-Type") ==
        "text/css; charset=utf-8");
}

TEST_CASE("an absent amount is refused, and a zero is not", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("careful", Role::kFree));
  const auto bankroll = [&] {
    return json::parse(client->Get("/v1/account")->body)["account"]["bankroll_minor_units"];
  };
  for (const char* body : {"{}", "", R"({"bankroll_minor_units":null})", R"({"request_id":"k"})"}) {
    CAPTURE(body);
    const auto response = client->Post("/v1/account/bankroll", body, "application/json");
    CHECK(response->status == 422);
    const json errors = json::parse(response->body)["errors"];
    REQUIRE(errors.size() == 1);
    CHECK(errors[0]["field"] == "bankroll_minor_units");
    CHECK(bankroll() == "25000");
  }
  CHECK(client->Post("/v1/account/bankroll", R"({"bankrollMinorUnits":0})", "application/json")
            ->status == 200);
  CHECK(bankroll() == "0");
  // Risk of that name only.
  CHECK(client->Post("/v1/account/risk", R"({"risk":3})", "application/json")->status == 200);
  CHECK(client->Post("/v1/account/risk", R"({"risk":0})", "application/json")->status == 422);
}

TEST_CASE("failed sign-ins from one address are slowed", "[gateway][http]") {
  GatewayFixture fixture;
  (void)fixture.NewUser("guessed", Role::kFree);
  const auto client = fixture.Client();
  int status = 401;
  for (int i = 0; i < 10; ++i) {
    status = client
                 ->Post("/v1/sessions", R"({"username":"guessed","password":"Wr0ng-Pass"})",
                        "application/json")
                 ->status;
    CHECK(status == 401);
  }
  const auto refused = client->Post(
      "/v1/sessions", R"({"username":"guessed","password":"Passw0rd!"})", "application/json");
  CHECK(refused->status == 429);
  CHECK(refused->has_header("Retry-After"));
}

}  // namespace
}  // namespace fairline::auth_gateway
