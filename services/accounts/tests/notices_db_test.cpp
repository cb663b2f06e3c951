// Two replicas of accounts on one database: what one changes, the other sees.

#include <algorithm>
#include <array>
#include <thread>

#include <catch2/catch.hpp>

#include "libs/testing/fake_clock.hpp"
#include "services/accounts/tests/bets_fixture.hpp"

namespace fairline::accounts {
namespace {

using namespace std::chrono_literals;

constexpr char kPassword[] = "Passw0rd!";

struct Replica {
  std::unique_ptr<storage::Database> database = OpenAccountsDatabase(Postgres(), 3);
  RealClock real;
  testing::FakeClock clock{real.Now()};  // by which it remembers
  PgAccountStore store{*database, real};
  PasswordHasher hasher;
  SessionTokens tokens{std::string(32, 'k'), real};
  SignInLimiter limiter{real};
  PgChangeNotices notices{*database};
  Accounts accounts{store, hasher, tokens, limiter, notices, clock, Role::kFree};
};

// A token of a new account.
std::string OpenAt(Replica& replica, const std::string& username) {
  SignUpForm form;
  form.username = username;
  form.password = kPassword;
  REQUIRE(replica.accounts.Open(form).ok());
  return replica.accounts.SignIn(username, kPassword, "test").value();
}

RiskLevel RiskAt(Replica& replica, const std::string& token) {
  return replica.accounts.Authenticate(token).value().account.risk;
}

TEST_CASE("another replica's change is heard of within 200 ms", "[accounts][db]") {
  Replica here;
  Replica there;
  const ChangeListener listener(*there.database, there.accounts);
  const std::string token = OpenAt(here, "heard");
  const UserId user_id = here.accounts.Authenticate(token)->account.user_id;
  // Its clock stands still: only a notice makes it read again.
  std::array<std::chrono::steady_clock::duration, 9> delays;
  RiskLevel risk = RiskLevel::kLow;
  for (auto& delay : delays) {
    REQUIRE(RiskAt(there, token) == risk);
    risk = risk == RiskLevel::kHigh ? RiskLevel::kLow : RiskLevel::kHigh;
    REQUIRE(here.accounts.SetRisk(user_id, risk).ok());
    REQUIRE(RiskAt(here, token) == risk);
    const auto begun = std::chrono::steady_clock::now();
    while (RiskAt(there, token) != risk) {
      REQUIRE(std::chrono::steady_clock::now() - begun < 10s);
      std::this_thread::sleep_for(1ms);
    }
    delay = std::chrono::steady_clock::now() - begun;
  }
  std::sort(delays.begin(), delays.end());
  CHECK(delays[delays.size() / 2] < 200ms);
}

TEST_CASE("a settlement is heard of by whoever remembers an account of it", "[accounts][db]") {
  Replica here;
  Replica there;
  const ChangeListener listener(*there.database, there.accounts);
  const std::string token = OpenAt(here, "settled");
  REQUIRE(RiskAt(there, token) == RiskLevel::kLow);
  Postgres().Execute("UPDATE accounts.users SET risk = 3 WHERE username = 'settled'");
  REQUIRE(RiskAt(there, token) == RiskLevel::kLow);
  here.accounts.ManyChanged();
  for (int i = 0; i < 5'000 && RiskAt(there, token) != RiskLevel::kHigh; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(RiskAt(there, token) == RiskLevel::kHigh);
}

TEST_CASE("more changes at once than a notice holds are all heard of", "[accounts][db]") {
  Replica here;
  Replica there;
  const ChangeListener listener(*there.database, there.accounts);
  const std::string token = OpenAt(here, "crowded");
  const UserId user_id = here.accounts.Authenticate(token)->account.user_id;
  REQUIRE(RiskAt(there, token) == RiskLevel::kLow);
  Postgres().Execute("UPDATE accounts.users SET risk = 3 WHERE username = 'crowded'");
  here.accounts.Changed(user_id);
  for (int id = 1'000'000; id < 1'002'000; ++id) here.accounts.Changed(UserId{id});
  for (int i = 0; i < 5'000 && RiskAt(there, token) != RiskLevel::kHigh; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(RiskAt(there, token) == RiskLevel::kHigh);
}

TEST_CASE("a lost notice costs a second, and a caller that remembers pays nothing twice",
          "[accounts][db]") {
  Replica here;
  Replica there;  // hears nothing
  const std::string token = OpenAt(here, "unheard");
  const UserId user_id = here.accounts.Authenticate(token)->account.user_id;
  REQUIRE(RiskAt(there, token) == RiskLevel::kLow);
  REQUIRE(here.accounts.SetRisk(user_id, RiskLevel::kHigh).ok());
  there.clock.Set(there.clock.Now() + 999ms);
  CHECK(RiskAt(there, token) == RiskLevel::kLow);
  there.clock.Set(there.clock.Now() + 1ms);
  CHECK(RiskAt(there, token) == RiskLevel::kHigh);

  REQUIRE(here.accounts.ChangePassword(user_id, kPassword, "N3w-passw0rd").ok());
  CHECK(there.accounts.Authenticate(token).ok());
  CHECK(absl::IsUnauthenticated(there.accounts.Authenticate(token, true).status()));
  // What was read anew is what is remembered from now on.
  CHECK(absl::IsUnauthenticated(there.accounts.Authenticate(token).status()));
}

TEST_CASE("a listener that lost its connection hears again", "[accounts][db]") {
  Replica here;
  Replica there;
  const ChangeListener listener(*there.database, there.accounts);
  const std::string token = OpenAt(here, "reconnected");
  const UserId user_id = here.accounts.Authenticate(token)->account.user_id;
  const absl::Status cut = here.database->Read([](pqxx::nontransaction& query) {
    const auto rows = query.exec(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = current_user AND query LIKE 'LISTEN%'");
    return rows.empty() ? absl::NotFoundError("nobody listens") : absl::OkStatus();
  });
  REQUIRE(cut.ok());
  RiskLevel risk = RiskLevel::kLow;
  bool heard = false;
  for (int round = 0; round < 100 && !heard; ++round) {
    (void)RiskAt(there, token);
    risk = risk == RiskLevel::kHigh ? RiskLevel::kLow : RiskLevel::kHigh;
    REQUIRE(here.accounts.SetRisk(user_id, risk).ok());
    for (int i = 0; i < 100 && !heard; ++i) {
      heard = RiskAt(there, token) == risk;
      std::this_thread::sleep_for(1ms);
    }
  }
  CHECK(heard);
}

}  // namespace
}  // namespace fairline::accounts
