// What hangs, rather than dies: nobody calls it healthy, nobody waits for it without an end, and
// one who holds a lock does not keep the others waiting.

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <httplib.h>
#include <pqxx/pqxx>

#include "tests/integration/installation.hpp"

namespace fairline::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Steady = std::chrono::steady_clock;

// Five seconds are promised; two more are for a machine that is busy with other tests.
constexpr auto kShown = 7s;
// Of a call through the door, likewise.
constexpr auto kCallEnds = 14s;

class Hang {
 public:
  Hang() {
    char name[] = "/tmp/fairline-site-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    folder_ = name;
    fairline_ = std::make_unique<Installation>(MakeSite(folder_ / "site"));
  }
  ~Hang() {
    fairline_.reset();
    std::filesystem::remove_all(folder_);
  }
  Hang(const Hang&) = delete;
  Hang& operator=(const Hang&) = delete;

  [[nodiscard]] Installation& fairline() { return *fairline_; }

  [[nodiscard]] httplib::Result Get(const std::string& path, const std::string& token = "") const {
    return Client(token).Get(path);
  }
  [[nodiscard]] httplib::Result Post(const std::string& path, const json& body,
                                     const std::string& token = "") const {
    return Client(token).Post(path, body.dump(), "application/json");
  }
  // The access token of a new account.
  [[nodiscard]] std::string NewUser(const std::string& name) const {
    const json form{{"username", name},
                    {"password", "Str0ng-passw0rd"},
                    {"bankroll_minor_units", "10000"},
                    {"of_legal_age", true}};
    REQUIRE(Post("/v1/accounts", form)->status == 200);
    const json who{{"username", name}, {"password", "Str0ng-passw0rd"}};
    return json::parse(Post("/v1/sessions", who)->body)["access_token"];
  }

 private:
  [[nodiscard]] httplib::Client Client(const std::string& token) const {
    httplib::Client client(fairline_->url());
    client.set_read_timeout(60s);
    httplib::Headers headers{{"api-version", "1"}};
    if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
    client.set_default_headers(headers);
    return client;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Installation> fairline_;
};

TEST_CASE("a frozen database: not healthy, calls end, SIGTERM drains", "[chaos]") {
  Hang hang;
  Installation& fairline = hang.fairline();
  const std::string token = hang.NewUser("patient");
  REQUIRE(hang.Get("/v1/account", token)->status == 200);
  Await("readiness", [&] { return hang.Get("/readyz")->status == 200; });
  {
    const PrivatePostgres::Freeze freeze(fairline.postgres());
    const auto frozen = Steady::now();
    std::vector<std::thread> callers;
    std::atomic<int> in_time{0};
    for (int i = 0; i < 20; ++i) {
      callers.emplace_back([&] {
        const auto answer = hang.Get("/v1/bets", token);  // what nobody remembers
        // More than the account's share of connections is 429 at once.
        const bool refused = answer && (answer->status >= 500 || answer->status == 429);
        if (refused && Steady::now() - frozen < kCallEnds) ++in_time;
      });
    }
    Await(
        "/readyz to say no", [&] { return hang.Get("/readyz")->status == 503; }, kShown);
    Await(
        "/readyz to name accounts",
        [&] {
          return hang.Get("/readyz")->body.find("accounts does not serve") != std::string::npos;
        },
        kShown);
    for (const std::string& service : ServiceNames()) {
      CAPTURE(service);
      Await(
          service + " to say no", [&] { return !fairline.Healthy(service); },
          std::max(1s, std::chrono::ceil<std::chrono::seconds>(kShown - (Steady::now() - frozen))));
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(in_time == 20);
    for (const char* service : {"ingest", "accounts", "pipeline", "prediction"}) {
      CAPTURE(service);
      const auto asked = Steady::now();
      CHECK(fairline.Terminate(service) == 0);
      CHECK(Steady::now() - asked < 20s);
      CHECK_THAT(fairline.LogTail(service), Catch::Contains("draining"));
    }
  }
  for (const char* service : {"ingest", "accounts", "pipeline", "prediction"}) {
    fairline.Start(service);
  }
  for (const std::string& service : ServiceNames()) fairline.AwaitHealthy(service);
  Await("an answer", [&] { return hang.Get("/v1/account", token)->status == 200; });
}

TEST_CASE("one locked account waits alone", "[chaos]") {
  Hang hang;
  Installation& fairline = hang.fairline();
  const std::string locked = hang.NewUser("locked");
  const std::string other = hang.NewUser("other");
  const json cautious{{"risk", "RISK_LOW"}};
  REQUIRE(hang.Post("/v1/account/risk", cautious, locked)->status == 200);

  pqxx::connection holder(fairline.OwnerUrl());
  pqxx::work lock(holder);
  lock.exec("SELECT 1 FROM accounts.users WHERE username = 'locked' FOR UPDATE");
  std::vector<std::thread> waiting;
  std::atomic<int> ended{0};
  for (int i = 0; i < 12; ++i) {
    waiting.emplace_back([&] {
      const auto begun = Steady::now();
      const auto answer = hang.Post("/v1/account/risk", cautious, locked);
      if (answer && answer->status == 503 && Steady::now() - begun < kCallEnds) ++ended;
    });
  }
  std::this_thread::sleep_for(500ms);
  for (int i = 0; i < 5; ++i) {
    const auto begun = Steady::now();
    CHECK(hang.Post("/v1/account/risk", cautious, other)->status == 200);
    CHECK(hang.Get("/v1/account", other)->status == 200);
    CHECK(Steady::now() - begun < 3s);
  }
  CHECK(hang.Get("/readyz")->status == 200);
  for (std::thread& each : waiting) each.join();
  CHECK(ended == 12);
  lock.commit();
  CHECK(hang.Post("/v1/account/risk", cautious, locked)->status == 200);
}

TEST_CASE("the door names the service that stands still", "[chaos]") {
  Hang hang;
  Await("readiness", [&] { return hang.Get("/readyz")->status == 200; });
  hang.fairline().Pause("training");
  Await(
      "/readyz to say no", [&] { return hang.Get("/readyz")->status == 503; }, kShown);
  CHECK(json::parse(hang.Get("/readyz")->body)["detail"] == "not ready: training does not answer");
  Await(
      "the door's health to say no", [&] { return !hang.fairline().Healthy("auth_gateway"); },
      kShown);
  hang.fairline().Resume("training");
  Await(
      "readiness", [&] { return hang.Get("/readyz")->status == 200; }, kShown);
}

}  // namespace
}  // namespace fairline::testing
