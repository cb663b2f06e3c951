#include "services/accounts/storage/pg_journal.hpp"

#include "libs/domain/settlement.hpp"
#include "libs/storage/stored.hpp"
#include "services/accounts/app/ledger/limits.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/limit_rows.hpp"

namespace fairline::accounts {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(JournalKind::kDeposit) == 1 &&
              storage::Stored(JournalKind::kWithdrawal) == 2 &&
              storage::Stored(JournalKind::kAdjustment) == 3);
static_assert(storage::Stored(domain::BetResult::kCancelled) == 6);

constexpr char kInsertEntry[] =
    "INSERT INTO accounts.journal (user_id, kind, amount_minor_units, effective_time) "
    "VALUES ($1, $2, $3, $4::timestamptz)";
// Money in and out by the day it moved, profit by the day the bet's result came.
constexpr char kListFlows[] = R"sql(
SELECT day::text, sum(deposited)::bigint, sum(profit)::bigint
FROM (SELECT (effective_time AT TIME ZONE 'UTC')::date AS day, amount_minor_units AS deposited,
             0 AS profit
      FROM accounts.journal WHERE user_id = $1 AND kind <= 3
      UNION ALL
      SELECT (result_time AT TIME ZONE 'UTC')::date, 0,
             returned_minor_units - exposure_minor_units
      FROM accounts.bets WHERE user_id = $1 AND result IS NOT NULL AND result <> 6) flows
GROUP BY day ORDER BY day)sql";

}  // namespace

absl::StatusOr<Account> PgJournal::MoveMoney(UserId user_id, Money amount,
                                             const std::string& request_id, Instant now) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    Repeatable request(work, user_id.value, "move_money", request_id,
                       std::to_string(amount.minor_units));
    ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
    if (!earlier) {
      const Instant real = clock_.Now();
      RETURN_IF_ERROR(
          CheckMove(locked.account, ReadLimits(work, user_id, {real, real}), amount, real));
      const JournalKind kind =
          amount.minor_units > 0 ? JournalKind::kDeposit : JournalKind::kWithdrawal;
      work.exec_params0(kInsertEntry, user_id.value, static_cast<int>(kind), amount.minor_units,
                        FormatInstant(now));
      request.Remember(user_id.value);
    }
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<std::vector<DayFlow>> PgJournal::ListFlows(UserId user_id) {
  std::vector<DayFlow> flows;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) -> absl::Status {
    for (const pqxx::row& row : query.exec_params(kListFlows, user_id.value)) {
      ASSIGN_OR_RETURN(const Day day, ParseDay(row[0].as<std::string>()));
      flows.push_back({day, Money{row[1].as<std::int64_t>()}, Money{row[2].as<std::int64_t>()}});
    }
    return absl::OkStatus();
  }));
  return flows;
}

absl::StatusOr<std::vector<std::string>> PgJournal::ListViolations() {
  std::vector<std::string> violations;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row : query.exec("SELECT violation FROM accounts.v1_ledger_violations")) {
      violations.push_back(row[0].as<std::string>());
    }
    return absl::OkStatus();
  }));
  return violations;
}

}  // namespace fairline::accounts
