#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include "libs/testing/postgres.hpp"
#include "libs/testing/rpc.hpp"
#include "services/accounts/app/identity/accounts.hpp"
#include "services/accounts/rpc/accounts_service.hpp"
#include "services/accounts/storage/change_notices.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/tests/accounts_database.hpp"

namespace fairline::accounts {
namespace {

constexpr char kPassword[] = "Passw0rd!";

testing::PrivatePostgres& Postgres() {
  static const auto postgres = testing::PrivatePostgres::Start();
  return *postgres;
}

// A fresh set of use cases over the shared database; names are made unique by each test.
struct Fixture {
  std::unique_ptr<storage::Database> database = OpenAccountsDatabase(Postgres());
  RealClock clock;
  PgAccountStore store{*database, clock};
  PasswordHasher hasher;
  SessionTokens tokens{std::string(32, 'k'), clock};
  SignInLimiter limiter{clock};
  PgChangeNotices notices{*database};
  Accounts accounts{store, hasher, tokens, limiter, notices, clock, Role::kFree};

  Account Open(const std::string& username, std::int64_t bankroll = 0) {
    SignUpForm form;
    form.username = username;
    form.password = kPassword;
    form.bankroll = Money{bankroll};
    return accounts.Open(form).value();
  }
  std::string Token(const std::string& username) {
    return accounts.SignIn(username, kPassword, "test").value();
  }
  std::int64_t Scalar(const std::string& sql) {
    std::int64_t value = 0;
    REQUIRE(database
                ->Read([&](pqxx::nontransaction& query) {
                  value = query.exec1(sql)[0].as<std::int64_t>();
                  return absl::OkStatus();
                })
                .ok());
    return value;
  }
};

TEST_CASE("an account opens with its bankroll as the journal's first entry", "[accounts][db]") {
  Fixture fixture;
  const Account account = fixture.Open("opener", 12'345);
  CHECK(account.bankroll == Money{12'345});
  CHECK(account.role == Role::kFree);
  const auto journal = fixture.accounts.ListJournal(account.user_id, {}).value();
  REQUIRE(journal.size() == 1);
  CHECK(journal[0].kind == JournalKind::kDeposit);
  CHECK(journal[0].amount == Money{12'345});
}

TEST_CASE("a name is taken whatever its case", "[accounts][db]") {
  Fixture fixture;
  fixture.Open("TakenName");
  SignUpForm form;
  form.username = "takenname";
  form.password = kPassword;
  CHECK(absl::IsAlreadyExists(fixture.accounts.Open(form).status()));
}

TEST_CASE("a repeated sign-up makes one account, for who knows the password", "[accounts][db]") {
  Fixture fixture;
  SignUpForm form;
  form.request_id = "sign-up-1";
  form.username = "repeater";
  form.password = kPassword;
  form.bankroll = Money{500};
  const Account first = fixture.accounts.Open(form).value();
  CHECK(fixture.accounts.Open(form).value().user_id == first.user_id);
  form.password = "0ther-Pass";
  CHECK(absl::IsAlreadyExists(fixture.accounts.Open(form).status()));
  form.password = kPassword;
  form.bankroll = Money{501};
  CHECK(absl::IsAlreadyExists(fixture.accounts.Open(form).status()));
}

TEST_CASE("parallel sign-ups of one name make one account", "[accounts][db]") {
  Fixture fixture;
  std::atomic<int> made{0};
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      NewAccount account;
      account.username = "everybody";
      account.password_hash = "x";
      account.currency = "EUR";
      const auto created = fixture.store.Create(account, "");
      if (created.ok()) ++made;
      if (absl::IsAlreadyExists(created.status())) ++taken;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(made == 1);
  CHECK(taken == 5);
}

TEST_CASE("signing in answers the same for a wrong password and an unknown name",
          "[accounts][db]") {
  Fixture fixture;
  fixture.Open("signer");
  const auto wrong = fixture.accounts.SignIn("signer", "Wr0ng-Pass", "test").status();
  const auto unknown = fixture.accounts.SignIn("nobody", "Wr0ng-Pass", "test").status();
  CHECK(absl::IsUnauthenticated(wrong));
  CHECK(wrong == unknown);
  const SignedIn signed_in = fixture.accounts.Authenticate(fixture.Token("signer")).value();
  CHECK(signed_in.account.username == "signer");
}

TEST_CASE("a changed password revokes every older token", "[accounts][db]") {
  Fixture fixture;
  const Account account = fixture.Open("changer");
  const std::string token = fixture.Token("changer");
  REQUIRE(fixture.accounts.Authenticate(token).ok());
  CHECK(absl::IsUnauthenticated(
      fixture.accounts.ChangePassword(account.user_id, "Wr0ng-Pass", "N3w-Passw0rd")));
  CHECK(
      absl::IsInvalidArgument(fixture.accounts.ChangePassword(account.user_id, kPassword, "weak")));
  REQUIRE(fixture.accounts.Authenticate(token).ok());
  REQUIRE(fixture.accounts.ChangePassword(account.user_id, kPassword, "N3w-Passw0rd").ok());
  CHECK(absl::IsUnauthenticated(fixture.accounts.Authenticate(token).status()));
  CHECK(fixture.accounts.SignIn("changer", "N3w-Passw0rd", "test").ok());
}

TEST_CASE("another replica sees a change within a second", "[accounts][db]") {
  Fixture here;
  Fixture there;
  const Account account = here.Open("replicated");
  const std::string token = here.Token("replicated");
  REQUIRE(there.accounts.Authenticate(token)->account.risk == RiskLevel::kLow);
  REQUIRE(here.accounts.SetRisk(account.user_id, RiskLevel::kHigh).ok());
  CHECK(here.accounts.Authenticate(token)->account.risk == RiskLevel::kHigh);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (there.accounts.Authenticate(token)->account.risk != RiskLevel::kHigh &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(there.accounts.Authenticate(token)->account.risk == RiskLevel::kHigh);
}

TEST_CASE("parallel entries never lose money", "[accounts][db]") {
  Fixture fixture;
  const Account account = fixture.Open("saver", 100'000);
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const Money amount{t % 2 == 0 ? 7 : -3};
        const JournalKind kind = t % 2 == 0 ? JournalKind::kReturn : JournalKind::kStake;
        if (!fixture.store.AppendJournal(account.user_id, kind, amount, "").ok()) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(fixture.accounts.Get(account.user_id)->bankroll == Money{100'000 + 100 * 7 - 100 * 3});
}

TEST_CASE("whatever runs at once, the bankroll is the sum of the journal", "[accounts][db]") {
  Fixture fixture;
  const Account account = fixture.Open("mixer", 1'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        if (t < 3) {
          (void)fixture.accounts.SetBankroll(account.user_id, Money{500 + t * 100 + i}, "");
        } else {
          (void)fixture.store.AppendJournal(account.user_id, JournalKind::kStake, Money{-60}, "");
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string id = std::to_string(account.user_id.value);
  const std::int64_t sum = fixture.Scalar(
      "SELECT sum(amount_minor_units)::bigint FROM accounts.journal WHERE user_id = " + id);
  const std::int64_t bankroll =
      fixture.Scalar("SELECT bankroll_minor_units FROM accounts.users WHERE user_id = " + id);
  CHECK(sum == bankroll);
  CHECK(bankroll >= 0);
}

TEST_CASE("the service itself cannot write a bankroll or change an entry", "[accounts][db]") {
  Fixture fixture;
  fixture.Open("locked", 100);
  for (const char* sql :
       {"UPDATE accounts.users SET bankroll_minor_units = 1", "DELETE FROM accounts.journal",
        "UPDATE accounts.journal SET amount_minor_units = 1", "DELETE FROM accounts.audit_events",
        "DELETE FROM accounts.users", "CREATE TABLE accounts.t (x int)"}) {
    CAPTURE(sql);
    // What the caller is told says nothing of the database, so the refusal is looked at where it
    // is.
    const absl::Status status = fixture.database->Transact({}, [&](pqxx::work& work) {
      CHECK_THROWS_AS(work.exec(sql), pqxx::insufficient_privilege);
      return absl::CancelledError("looked at");
    });
    CHECK_FALSE(status.ok());
  }
}

TEST_CASE("a request id sets the bankroll once", "[accounts][db]") {
  Fixture fixture;
  const UserId user_id = fixture.Open("idempotent").user_id;
  REQUIRE(fixture.accounts.SetBankroll(user_id, Money{700}, "k").ok());
  REQUIRE(fixture.accounts.SetBankroll(user_id, Money{900}, "").ok());
  CHECK(fixture.accounts.SetBankroll(user_id, Money{700}, "k")->bankroll == Money{900});
  CHECK(absl::IsAlreadyExists(fixture.accounts.SetBankroll(user_id, Money{1}, "k").status()));
  CHECK(fixture.accounts.ListJournal(user_id, {})->size() == 2);
}

TEST_CASE("an admin changes and deletes accounts, but not the last admin", "[accounts][db]") {
  Fixture fixture;
  REQUIRE(fixture.accounts.EnsureAdmin(kPassword).ok());
  REQUIRE(fixture.accounts.EnsureAdmin("An0ther-one").ok());
  CHECK(fixture.accounts.SignIn("admin", kPassword, "test").ok());

  const Account account = fixture.Open("subject", 100);
  const std::string token = fixture.Token("subject");
  UserChanges changes;
  changes.username = "renamed";
  changes.bankroll = Money{250};
  changes.risk = RiskLevel::kMedium;
  changes.role = Role::kPremium;
  const Account changed = fixture.accounts.Update("subject", changes, "admin").value();
  CHECK(changed.username == "renamed");
  CHECK(changed.bankroll == Money{250});
  CHECK(changed.risk == RiskLevel::kMedium);
  CHECK(changed.role == Role::kPremium);
  CHECK(fixture.accounts.Authenticate(token)->account.username == "renamed");

  changes = {};
  changes.username = "ADMIN";
  CHECK(absl::IsAlreadyExists(fixture.accounts.Update("renamed", changes, "admin").status()));
  CHECK(absl::IsNotFound(fixture.accounts.Update("subject", {}, "admin").status()));

  REQUIRE(fixture.accounts.Delete("renamed", "admin").ok());
  CHECK(absl::IsUnauthenticated(fixture.accounts.Authenticate(token).status()));
  CHECK(absl::IsNotFound(fixture.accounts.Delete("renamed", "admin")));
  CHECK(fixture.accounts.ListJournal(account.user_id, {})->size() == 2);
  fixture.Open("renamed");

  CHECK(absl::IsFailedPrecondition(fixture.accounts.Delete("admin", "admin")));
  changes = {};
  changes.role = Role::kFree;
  CHECK(absl::IsFailedPrecondition(fixture.accounts.Update("admin", changes, "admin").status()));

  const auto events = fixture.accounts.ListAuditEvents({}).value();
  const auto deleted = std::find_if(events.begin(), events.end(), [](const AuditEvent& event) {
    return event.action == "user_deleted";
  });
  REQUIRE(deleted != events.end());
  CHECK(deleted->actor == "admin");
  CHECK(deleted->subject == "renamed");
}

TEST_CASE("without an admin and without a password there is no start", "[accounts][db]") {
  Fixture fixture;
  if (fixture.store.AdminExists().value()) {
    CHECK(fixture.accounts.EnsureAdmin(std::nullopt).ok());
  } else {
    CHECK(absl::IsFailedPrecondition(fixture.accounts.EnsureAdmin(std::nullopt)));
  }
}

TEST_CASE("over gRPC a user reaches the own account only", "[accounts][rpc]") {
  Fixture fixture;
  testing::TestHost host("accounts");
  AccountsService service(fixture.accounts, fixture.clock,
                          host.host().EndpointFor<v1::AccountsService>());
  host.host().Register(service);
  host.Start();
  const auto stub = accounts::v1::AccountsService::NewStub(host.channel());
  const UserId mine = fixture.Open("rpc-user", 5'000).user_id;
  const UserId other = fixture.Open("rpc-other").user_id;

  const auto get = [&](const rpc::Caller& caller, UserId named) {
    grpc::ClientContext context;
    testing::CallAs(context, caller);
    accounts::v1::GetAccountRequest request;
    request.set_user_id(named.value);
    accounts::v1::GetAccountResponse response;
    const grpc::Status status = stub->GetAccount(&context, request, &response);
    return std::pair(status.error_code(), response.account().bankroll_minor_units());
  };
  CHECK(get(testing::UserCaller(mine.value, 0), mine) == std::pair(grpc::StatusCode::OK, 5'000L));
  CHECK(get(testing::UserCaller(mine.value, 0), other).first ==
        grpc::StatusCode::PERMISSION_DENIED);
  CHECK(get(rpc::Caller{}, mine).first == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(get(testing::ServiceCaller("pipeline"), mine).second == 5'000);
}

TEST_CASE("lists page from the newest", "[accounts][rpc]") {
  Fixture fixture;
  testing::TestHost host("accounts");
  AccountsService service(fixture.accounts, fixture.clock,
                          host.host().EndpointFor<v1::AccountsService>());
  host.host().Register(service);
  host.Start();
  const auto stub = accounts::v1::AccountsService::NewStub(host.channel());
  const UserId user_id = fixture.Open("pager").user_id;
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(fixture.accounts.SetBankroll(user_id, Money{i * 10}, "").ok());
  }
  accounts::v1::ListJournalRequest request;
  request.set_page_size(2);
  std::vector<std::int64_t> ids;
  do {
    grpc::ClientContext context;
    testing::CallAs(context, testing::UserCaller(user_id.value, 0));
    accounts::v1::ListJournalResponse response;
    REQUIRE(stub->ListJournal(&context, request, &response).ok());
    for (const auto& entry : response.entries()) ids.push_back(entry.entry_id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  CHECK(ids.size() == 5);
  CHECK(std::is_sorted(ids.rbegin(), ids.rend()));

  request.set_page_token("next");
  grpc::ClientContext context;
  testing::CallAs(context, testing::UserCaller(user_id.value, 0));
  accounts::v1::ListJournalResponse response;
  CHECK(stub->ListJournal(&context, request, &response).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace fairline::accounts
