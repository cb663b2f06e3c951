// 10,000 random operations from eight threads on a real PostgreSQL, against a model that does them
// one after another; and the real program killed while it settles.

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>

#include "libs/testing/postgres.hpp"
#include "services/accounts/storage/pg_account_store.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"
#include "services/accounts/storage/pg_journal.hpp"
#include "services/accounts/tests/accounts_database.hpp"
#include "services/accounts/tests/league.hpp"
#include "services/accounts/tests/ledger_programs.hpp"

namespace fairline::accounts {
namespace {

using domain::BetResult;

constexpr int kMatches = 30;
constexpr int kUsers = 6;
constexpr int kThreads = 8;
constexpr int kOperations = 10'000;
constexpr std::int64_t kOpening = 50'000;
const Instant kBefore = ParseInstant("2026-01-31T09:00:00Z").value();
const Instant kAfter = ParseInstant("2026-02-02T09:00:00Z").value();

// One thing that a user wants, however often the request is sent.
struct Wish {
  enum Kind { kPlace, kDeposit, kWithdraw, kCancel } kind = kPlace;
  std::size_t user = 0;
  NewBet order;
  Money amount;
  std::string key;
};

Wish RandomWish(std::mt19937_64& random, int number) {
  const auto below = [&](std::uint64_t n) { return random() % n; };
  Wish wish;
  const std::uint64_t dice = below(10);
  wish.kind = dice < 5   ? Wish::kPlace
              : dice < 7 ? Wish::kDeposit
              : dice < 9 ? Wish::kWithdraw
                         : Wish::kCancel;
  wish.user = below(kUsers);
  wish.amount = Money{1 + static_cast<std::int64_t>(below(3'000))};
  wish.key = fmt::format("wish-{}", number);
  wish.order.match_id = MatchId{1 + static_cast<std::int64_t>(below(kMatches))};
  switch (below(3)) {
    case 0:
      wish.order.selection = {domain::Market::kAsianHandicap, domain::Outcome::kHome,
                              static_cast<int>(below(9)) - 4};
      break;
    case 1:
      wish.order.selection = {domain::Market::kTotal, domain::Outcome::kUnder,
                              8 + static_cast<int>(below(5))};
      break;
    default:
      wish.order.selection = {domain::Market::kMatchResult, domain::Outcome::kDraw, 0};
  }
  wish.order.terms.side = below(4) == 0 ? domain::BetSide::kLay : domain::BetSide::kBack;
  wish.order.terms.odds_millionths = 1'200'000 + static_cast<std::int64_t>(below(3'000'000));
  wish.order.terms.stake = Money{10 + static_cast<std::int64_t>(below(2'000))};
  wish.order.terms.commission_basis_points = static_cast<int>(below(500));
  return wish;
}

struct Ledger {
  Ledger() {
    FillLeague(*postgres, kMatches);
    database = OpenAccountsDatabase(*postgres, kThreads + 2);
    for (int i = 0; i < kUsers; ++i) {
      NewAccount account;
      account.username = fmt::format("user-{}", i);
      account.password_hash = "x";
      account.currency = "EUR";
      account.bankroll = Money{kOpening};
      users.push_back(PgAccountStore(*database, clock).Create(account, "")->user_id);
    }
  }

  std::unique_ptr<testing::PrivatePostgres> postgres = testing::PrivatePostgres::Start();
  std::unique_ptr<storage::Database> database;
  RealClock clock;
  std::vector<UserId> users;
};

// What the threads saw of one wish; every answer to it must be the same.
struct Granted {
  Wish wish;
  std::int64_t bet_id = 0;
};

TEST_CASE("10,000 parallel operations leave what one after another would", "[bets][ledger]") {
  Ledger ledger;
  PgBetStore store(*ledger.database, ledger.clock);
  PgJournal journal(*ledger.database, ledger.clock);
  std::mutex mutex;
  std::map<std::string, Granted> granted;
  std::set<std::int64_t> cancelled;
  std::set<std::int64_t> voided;
  std::vector<std::int64_t> bet_ids;  // with their owners below
  std::map<std::int64_t, std::size_t> owners;
  std::atomic<int> next{0};
  std::atomic<int> contradictions{0};
  std::atomic<int> errors{0};
  std::atomic<bool> done{false};
  std::map<int, std::pair<int, int>> scores;

  const auto work = [&](int thread) {
    std::mt19937_64 random(static_cast<std::uint64_t>(thread) + 1);
    pqxx::connection owner(ledger.postgres->OwnerUrl());
    for (;;) {
      const int number = next++;
      if (number >= kOperations) return;
      if (number % 25 == 7) {  // results, and corrections of results
        const int match = 1 + static_cast<int>(random() % kMatches);
        const int home = static_cast<int>(random() % 4);
        const int away = static_cast<int>(random() % 4);
        const std::lock_guard lock(mutex);
        pqxx::work change(owner);
        change.exec(ResultSql(match, home, away, scores.count(match) > 0 ? 6 : 4));
        change.commit();
        scores[match] = {home, away};
        continue;
      }
      if (number % 25 == 11) {
        if (!store.Settle(0, 100, kAfter).ok()) ++errors;
        continue;
      }
      if (number % 25 == 17) {  // voided by hand, which results and cancelling leave alone
        std::int64_t bet_id = 0;
        std::size_t owner_of_bet = 0;
        {
          const std::lock_guard lock(mutex);
          if (bet_ids.empty()) continue;
          bet_id = bet_ids[random() % bet_ids.size()];
          owner_of_bet = owners.at(bet_id);
        }
        const auto changed =
            store.SettleByHand(ledger.users[owner_of_bet], bet_id,
                               {.result = BetResult::kVoid, .reason = "by the bookmaker"},
                               fmt::format("void-{}", number), kBefore);
        const std::lock_guard lock(mutex);
        if (changed.ok()) {
          voided.insert(bet_id);
        } else if (!absl::IsFailedPrecondition(changed.status())) {
          ++errors;
        }
        continue;
      }
      // Every third wish is sent again by whoever comes along, at the same time or later.
      std::mt19937_64 same(static_cast<std::uint64_t>(number / 3 * 3) * 7'919);
      Wish wish =
          RandomWish(number % 3 == 2 ? random : same, number % 3 == 2 ? number : number / 3 * 3);
      const UserId user = ledger.users[wish.user];
      absl::Status status;
      std::int64_t bet_id = 0;
      if (wish.kind == Wish::kPlace) {
        const auto placed = store.Place(user, wish.order, wish.key, kBefore);
        status = placed.status();
        if (placed.ok()) bet_id = placed->bet.bet_id;
      } else if (wish.kind == Wish::kCancel) {
        std::size_t owner_of_bet = 0;
        {
          const std::lock_guard lock(mutex);
          if (bet_ids.empty()) continue;
          bet_id = bet_ids[random() % bet_ids.size()];
          owner_of_bet = owners.at(bet_id);
        }
        status = store.Cancel(ledger.users[owner_of_bet], bet_id, "", kBefore).status();
        if (status.ok()) {
          const std::lock_guard lock(mutex);
          cancelled.insert(bet_id);
        } else if (!absl::IsFailedPrecondition(status)) {
          ++errors;
        }
        continue;
      } else {
        const Money amount =
            wish.kind == Wish::kDeposit ? wish.amount : Money{-wish.amount.minor_units};
        status = journal.MoveMoney(user, amount, wish.key, kBefore).status();
      }
      const std::lock_guard lock(mutex);
      if (status.ok()) {
        const auto [entry, fresh] = granted.emplace(wish.key, Granted{wish, bet_id});
        if (!fresh && entry->second.bet_id != bet_id) ++contradictions;
        if (fresh && bet_id != 0) {
          bet_ids.push_back(bet_id);
          owners[bet_id] = wish.user;
        }
      } else if (!absl::IsFailedPrecondition(status)) {
        UNSCOPED_INFO(status.ToString());
        ++errors;
      }
    }
  };
  int looks = 0;
  int violations = 0;
  std::thread auditor([&] {
    while (!done) {
      violations += static_cast<int>(journal.ListViolations().value().size());
      ++looks;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  done = true;
  auditor.join();
  CHECK(errors == 0);
  CHECK(contradictions == 0);
  CHECK(violations == 0);
  CHECK(looks > 0);

  // Settle to the end; then the model, from what was granted and the final scores alone.
  for (std::int64_t after = 0;;) {
    const auto count = store.Settle(after, 500, kAfter);
    REQUIRE(count.ok());
    after = count->last_bet_id;
    if (after == 0) break;
  }
  CHECK(journal.ListViolations().value() == std::vector<std::string>());
  std::vector<Money> bankrolls(kUsers, Money{kOpening});
  std::vector<Money> exposures(kUsers);
  int bets = 0;
  for (const auto& [key, entry] : granted) {
    const Wish& wish = entry.wish;
    Money& bankroll = bankrolls[wish.user];
    if (wish.kind == Wish::kDeposit) {
      bankroll = bankroll + wish.amount;
    } else if (wish.kind == Wish::kWithdraw) {
      bankroll = bankroll - wish.amount;
    } else {
      ++bets;
      const domain::BetTerms& terms = wish.order.terms;
      bankroll = bankroll - domain::Exposure(terms);
      const auto score = scores.find(static_cast<int>(wish.order.match_id.value));
      if (cancelled.count(entry.bet_id) > 0 || voided.count(entry.bet_id) > 0) {
        bankroll = bankroll + domain::Exposure(terms);
      } else if (score == scores.end()) {
        exposures[wish.user] = exposures[wish.user] + domain::Exposure(terms);
      } else {
        BetResult result =
            domain::ResultOf(wish.order.selection, score->second.first, score->second.second);
        if (terms.side == domain::BetSide::kLay) result = domain::Opposite(result);
        bankroll = bankroll + domain::Returned(terms, result);
      }
    }
  }
  CHECK(bets > 100);
  CHECK(cancelled.size() > 10);
  CHECK(voided.size() > 10);
  for (std::size_t i = 0; i < ledger.users.size(); ++i) {
    const Account account =
        PgAccountStore(*ledger.database, ledger.clock).FindById(ledger.users[i]).value()->account;
    CHECK(account.bankroll == bankrolls[i]);
    CHECK(account.open_exposure == exposures[i]);
  }
}

constexpr int kKillBets = 6'000;

struct Killable : Ledger {
  Killable() {
    postgres->Execute(fmt::format(R"(
      INSERT INTO accounts.journal (user_id, kind, amount_minor_units)
        SELECT user_id, 1, 100000000 FROM accounts.users;
      INSERT INTO accounts.bets (user_id, match_id, match_date, kickoff_time, sport,
          competition_code, competition_name, home_team, away_team, market, outcome,
          line_quarters, side, bookmaker, odds_millionths, stake_minor_units,
          commission_basis_points, exposure_minor_units, note, placed_time, logged_afterwards)
        SELECT (SELECT min(user_id) FROM accounts.users) + n % {}, 1 + n % {}, '2026-02-01',
               '2026-02-01T12:00:00Z', 'football', 'L1', 'First League', 'H', 'A', 1, 1, 0, 1, '',
               2000000, 100, 0, 100, '', '2026-01-31', false
        FROM generate_series(1, {}) n;
      UPDATE sports.matches SET state = 4, home_score = match_id % 2, away_score = 0;)",
                                  kUsers, kMatches, kKillBets));
  }

  [[nodiscard]] std::int64_t Settled() const {
    return program.Query("SELECT count(*) FROM accounts.bet_settlements");
  }

  LedgerPrograms program{*postgres, "2026-02-02T09:00:00Z"};
};

TEST_CASE_METHOD(Killable, "killed while it settles, it has settled each bet once in the end",
                 "[bets][ledger]") {
  int kills_in_the_middle = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    program.Start();
    const std::string address = program.grpc_address();
    const std::int64_t before = Settled();
    std::thread caller([&] {
      accounts::v1::SettleSummary ignored;
      (void)SettleAt(address, &ignored);
    });
    for (int i = 0; i < 30'000 && Settled() == before && before < kKillBets; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    program.Kill();
    caller.join();
    const std::int64_t settled = Settled();
    if (settled > before && settled < kKillBets) ++kills_in_the_middle;
    CHECK(settled % 500 == 0);  // batches are there or are not
    CHECK(program.Violations() == 0);
  }
  CHECK(kills_in_the_middle > 0);
  program.Start();
  accounts::v1::SettleSummary first, second;
  REQUIRE(SettleAt(program.grpc_address(), &first).ok());
  CHECK(first.still_open() == 0);
  CHECK(Settled() == kKillBets);
  REQUIRE(SettleAt(program.grpc_address(), &second).ok());
  CHECK(second.settled() + second.corrected() == 0);
  CHECK(program.Violations() == 0);
  // Matches of odd numbers were won at 2.0, the others lost: nobody has won or lost anything.
  CHECK(program.Query("SELECT sum(bankroll_minor_units) FROM accounts.users") ==
        kUsers * (kOpening + 100'000'000));
}

}  // namespace
}  // namespace fairline::accounts
