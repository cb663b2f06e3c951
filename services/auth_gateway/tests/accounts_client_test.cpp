// The door's questions to accounts: how often they are asked, what is remembered, what is shared;
// and the door over the real accounts.

#include "services/auth_gateway/peers/accounts_client.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/fake_clock.hpp"
#include "services/auth_gateway/tests/gateway_fixture.hpp"

namespace fairline::auth_gateway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Facts = AccountsClient::Facts;

// Tells how often it was asked; the bankroll of an answer is the number of the question.
class CountingAccounts final : public accounts::v1::AccountsService::Service {
 public:
  grpc::Status Authenticate(grpc::ServerContext*, const accounts::v1::AuthenticateRequest* request,
                            accounts::v1::AuthenticateResponse* response) override {
    if (request->access_token() == "revoked") {
      return {grpc::StatusCode::UNAUTHENTICATED, "the token was revoked; sign in again"};
    }
    const int question = ++asked;
    while (held) std::this_thread::sleep_for(1ms);
    response->mutable_account()->set_user_id(request->access_token() == "second" ? 2 : 1);
    response->mutable_account()->set_role(request->access_token() == "admin" ? 9 : 1);
    response->mutable_account()->set_bankroll_minor_units(question);
    if (request->fresh()) ++fresh;
    if (request->with_open_bets()) response->mutable_open_bets()->add_bets()->set_match_id(7);
    return grpc::Status::OK;
  }

  std::atomic<int> asked{0};
  std::atomic<int> fresh{0};
  std::atomic<bool> held{false};
};

struct ClientFixture {
  ClientFixture() {
    host.host().Register(service);
    host.Start();
    client = std::make_unique<AccountsClient>(host.channel(), testing::TestIdentityKey(), clock);
  }
  Member MemberOf(const std::string& token) {
    return client->Authenticate(token, Facts::kMember).value().member;
  }

  CountingAccounts service;
  testing::TestHost host{"accounts"};
  testing::FakeClock clock{ParseInstant("2026-01-31T09:00:00Z").value()};
  std::unique_ptr<AccountsClient> client;
};

TEST_CASE_METHOD(ClientFixture, "whose session it is is asked once a second", "[gateway][peers]") {
  for (int i = 0; i < 5; ++i) CHECK(MemberOf("first").role == Role::kPremium);
  CHECK(service.asked == 1);
  clock.Set(clock.Now() + 999ms);
  (void)MemberOf("first");
  CHECK(service.asked == 1);
  clock.Set(clock.Now() + 1ms);
  (void)MemberOf("first");
  CHECK(service.asked == 2);
  // What accounts remembers would make a second of two.
  CHECK(service.fresh == 2);
  CHECK_FALSE(client->Authenticate("first", Facts::kMember)->purse);
}

TEST_CASE_METHOD(ClientFixture, "a bankroll is asked each time", "[gateway][peers]") {
  CHECK(client->Authenticate("first", Facts::kPurse)->purse->bankroll == Money{1});
  (void)MemberOf("first");
  CHECK(client->Authenticate("first", Facts::kPurse)->purse->bankroll == Money{3});
  const auto with_bets = client->Authenticate("first", Facts::kPurseWithOpenBets);
  CHECK(with_bets->purse->bankroll == Money{4});
  CHECK(with_bets->purse->open_bets.bets_size() == 1);
  CHECK(client->Authenticate("first", Facts::kPurse)->purse->open_bets.bets().empty());
  CHECK(service.fresh == 1);
}

TEST_CASE_METHOD(ClientFixture, "who changed something is asked for anew, an admin changed anybody",
                 "[gateway][peers]") {
  const Member first = MemberOf("first");
  const Member second = MemberOf("second");
  const Member admin = MemberOf("admin");
  REQUIRE(service.asked == 3);
  client->Forget(second);
  (void)MemberOf("first");
  CHECK(service.asked == 3);
  (void)MemberOf("second");
  CHECK(service.asked == 4);
  client->Forget(admin);
  (void)MemberOf("first");
  (void)MemberOf("second");
  CHECK(service.asked == 6);
}

TEST_CASE_METHOD(ClientFixture, "an answer that was asked for before a change is not remembered",
                 "[gateway][peers]") {
  const Member first = MemberOf("first");
  clock.Set(clock.Now() + 2s);
  service.held = true;
  std::thread early([&] { (void)MemberOf("first"); });
  while (service.asked < 2) std::this_thread::sleep_for(1ms);
  client->Forget(first);
  service.held = false;
  early.join();
  (void)MemberOf("first");
  CHECK(service.asked == 3);
}

TEST_CASE_METHOD(ClientFixture, "who waits at the same moment shares a call that begins after",
                 "[gateway][peers]") {
  service.held = true;
  std::atomic<std::int64_t> earliest{1'000};
  std::vector<std::thread> waiting;
  waiting.emplace_back([&] { (void)client->Authenticate("first", Facts::kPurse); });
  while (service.asked < 1) std::this_thread::sleep_for(1ms);
  for (int i = 0; i < 8; ++i) {
    waiting.emplace_back([&] {
      const auto answer = client->Authenticate("first", Facts::kPurse);
      const std::int64_t question = answer->purse->bankroll.minor_units;
      if (question < earliest) earliest = question;
    });
  }
  std::this_thread::sleep_for(100ms);
  CHECK(service.asked == 1);
  service.held = false;
  for (std::thread& thread : waiting) thread.join();
  // Not the first: it began before they came.
  CHECK(earliest >= 2);
  CHECK(service.asked < 9);
}

TEST_CASE_METHOD(ClientFixture, "a token of nobody is nobody's", "[gateway][peers]") {
  for (const Facts facts : {Facts::kMember, Facts::kPurse}) {
    const absl::Status status = client->Authenticate("revoked", facts).status();
    CHECK(absl::IsUnauthenticated(status));
    CHECK(status.message() == "the token was revoked; sign in again");
  }
}

TEST_CASE("while accounts is down the door says so, and goes on when it is back",
          "[gateway][http]") {
  GatewayFixture fixture;
  const std::string token = fixture.NewUser("patient", Role::kPremium);
  const auto client = fixture.Client(token);
  REQUIRE(client->Get("/v1/account")->status == 200);
  fixture.StopAccounts();
  const auto forwarded = client->Get("/v1/account");  // who asks is remembered
  CHECK(forwarded->status == 503);
  CHECK(forwarded->body.find("127.0.0.1") == std::string::npos);
  for (const char* path : {"/v1/advice", "/user_info"}) {
    CAPTURE(path);
    const auto answer = client->Get(path);
    CHECK(answer->status == 503);
    CHECK(json::parse(answer->body)["detail"] ==
          "accounts cannot be asked who you are just now; try again shortly");
    CHECK(answer->has_header("Retry-After"));
  }
  CHECK(fixture.AwaitReady(503) == "not ready: accounts does not answer");
  CHECK(client->Get("/healthz")->status == 200);
  CHECK(fixture.Client()->Get("/available_championships")->status == 200);
  fixture.StartAccounts();
  const auto begun = std::chrono::steady_clock::now();
  while (client->Get("/v1/account")->status != 200) {
    REQUIRE(std::chrono::steady_clock::now() - begun < 10s);
    std::this_thread::sleep_for(20ms);
  }
  CHECK(fixture.AwaitReady(200).empty());
}

TEST_CASE("a revoked token dies within a second", "[gateway][http]") {
  GatewayFixture fixture;
  const std::string token = fixture.NewUser("robbed", Role::kFree);
  const auto thief = fixture.Client(token);
  REQUIRE(thief->Get("/v1/bets")->status == 200);
  // Elsewhere than through this door, which therefore remembers the member.
  fixture.ChangePassword("robbed");
  const auto revoked = std::chrono::steady_clock::now();
  CHECK(thief->Get("/user_info")->status == 401);
  std::this_thread::sleep_until(revoked + 1s);
  CHECK(thief->Get("/v1/bets")->status == 401);
}

TEST_CASE("a bet is in the next account and the next advice", "[gateway][http]") {
  GatewayFixture fixture;
  const auto client = fixture.Client(fixture.NewUser("quick", Role::kPremium));
  const auto stake = [&] {
    const auto answer = client->Get("/v1/advice");
    REQUIRE(answer->status == 200);
    const json outcomes = json::parse(answer->body)["advice"][0]["outcomes"];
    for (const json& outcome : outcomes) {
      if (outcome["outcome"] == "OUTCOME_HOME") {
        return std::stoll(outcome["stake_minor_units"].get<std::string>());
      }
    }
    return -1LL;
  };
  // A twentieth of the bankroll.
  REQUIRE(stake() == 1'250);
  for (int i = 1; i <= 3; ++i) {
    const auto placed =
        client->Post("/v1/bets",
                     R"({"match_id":"1","market":"MARKET_MATCH_RESULT","outcome":"OUTCOME_HOME",)"
                     R"("bookmaker":"bet365","odds":2.1,"stake_minor_units":"2000"})",
                     "application/json");
    INFO(placed->body);
    REQUIRE(placed->status == 200);
    CHECK(stake() == (25'000 - i * 2'000) / 20);
    const json account = json::parse(client->Get("/v1/account")->body)["account"];
    CHECK(account["bankroll_minor_units"] == std::to_string(25'000 - i * 2'000));
    CHECK(account["open_exposure_minor_units"] == std::to_string(i * 2'000));
  }
}

}  // namespace
}  // namespace fairline::auth_gateway
