#pragma once
// Bets, limits and money on a real PostgreSQL.

#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>

#include "libs/testing/fake_clock.hpp"
#include "libs/testing/postgres.hpp"
#include "services/accounts/app/ledger/bet_file.hpp"
#include "services/accounts/app/ledger/bets.hpp"
#include "services/accounts/app/ledger/own_limits.hpp"
#include "services/accounts/storage/change_notices.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"
#include "services/accounts/storage/pg_journal.hpp"
#include "services/accounts/storage/pg_limit_store.hpp"
#include "services/accounts/tests/accounts_database.hpp"
#include "services/accounts/tests/league.hpp"

namespace fairline::accounts {

inline constexpr int kMatches = 50;
inline const Instant kBefore = ParseInstant("2026-01-31T09:00:00Z").value();
inline const Instant kAfter = ParseInstant("2026-02-02T09:00:00Z").value();

inline testing::PrivatePostgres& Postgres() {
  static const auto postgres = [] {
    auto made = testing::PrivatePostgres::Start();
    FillLeague(*made, kMatches);
    return made;
  }();
  return *postgres;
}

// Use cases at an as-of clock that the test moves; accounts and matches are each test's own.
struct BetsFixture {
  ~BetsFixture() { CHECK(journal.ListViolations().value().empty()); }

  UserId Open(const std::string& name, std::int64_t bankroll = 10'000) {
    NewAccount account;
    account.username = name;
    account.password_hash = "x";
    account.currency = "EUR";
    account.bankroll = Money{bankroll};
    return account_store.Create(account, "").value().user_id;
  }
  Money Bankroll(UserId user_id) {
    return account_store.FindById(user_id).value()->account.bankroll;
  }
  Money Exposed(UserId user_id) {
    return account_store.FindById(user_id).value()->account.open_exposure;
  }
  void Settle() {
    clock.Set(kAfter);
    REQUIRE(bets.SettleAll([](const SettleProgress&) { return true; }).ok());
  }
  static NewBet On(int match, std::int64_t stake = 1'000, std::int64_t odds = 2'100'000) {
    NewBet order;
    order.match_id = MatchId{match};
    order.terms = {domain::BetSide::kBack, odds, Money{stake}, 0};
    order.bookmaker = "bet365";
    return order;
  }

  std::unique_ptr<storage::Database> database = OpenAccountsDatabase(Postgres());
  testing::FakeClock clock{kBefore};
  RealClock real;
  // Real time, by which limits hold; a test may move it.
  testing::FakeClock wall{real.Now()};
  PgAccountStore account_store{*database, wall};
  PasswordHasher hasher;
  SessionTokens tokens{std::string(32, 'k'), real};
  SignInLimiter limiter{real};
  PgChangeNotices notices{*database};
  Accounts accounts{account_store, hasher, tokens, limiter, notices, real, Role::kFree};
  PgBetStore store{*database, wall};
  PgJournal journal{*database, wall};
  PgLimitStore limit_store{*database, wall};
  Bets bets{store, store, journal, accounts, clock};
  OwnLimits own_limits{limit_store, journal, accounts, clock};
};

}  // namespace fairline::accounts
