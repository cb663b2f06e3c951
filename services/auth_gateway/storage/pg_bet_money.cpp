#include <algorithm>

#include <fmt/format.h>

#include "services/auth_gateway/storage/account_rows.hpp"
#include "services/auth_gateway/storage/limit_rows.hpp"
#include "services/auth_gateway/storage/pg_bet_store.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr char kInsertEntry[] =
    "INSERT INTO accounts.journal (user_id, kind, amount_minor_units, effective_time) "
    "VALUES ($1, $2, $3, $4::timestamptz)";
constexpr char kInsertLimit[] =
    "INSERT INTO accounts.limits (user_id, kind, period, amount_minor_units, effective_time) "
    "VALUES ($1, $2, $3, $4, $5::timestamptz)";
constexpr char kInsertExclusion[] =
    "INSERT INTO accounts.exclusions (user_id, end_time) VALUES ($1, $2::timestamptz)";
constexpr char kInsertAudit[] =
    "INSERT INTO accounts.audit_events (actor, action, subject, detail) VALUES ($1, $2, $1, $3)";

Limit FindLimit(pqxx::work& work, UserId user_id, LimitKind kind, LimitPeriod period) {
  for (const Limit& limit : ReadLimits(work, user_id)) {
    if (limit.kind == kind && limit.period == period) return limit;
  }
  return {.kind = kind, .period = period};
}

}  // namespace

absl::StatusOr<Account> PgBetStore::MoveMoney(UserId user_id, Money amount,
                                              const std::string& request_id, Instant now) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    Repeatable request(work, user_id.value, "move_money", request_id,
                       std::to_string(amount.minor_units));
    ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
    if (!earlier) {
      const Account& account = locked.account;
      const bool deposit = amount.minor_units > 0;
      if (deposit) {
        RETURN_IF_ERROR(CheckMayPayIn(work, account, amount));
        // What is owed may be paid back in parts: only too much is refused.
        RETURN_IF_ERROR(
            CheckBankroll("amount_minor_units", std::max(Money{0}, account.bankroll + amount)));
      } else if (account.bankroll + amount < Money{0}) {
        return absl::FailedPreconditionError(
            fmt::format("amount_minor_units: the bankroll is only {} {}",
                        FormatMoney(account.bankroll), account.currency));
      }
      work.exec_params0(
          kInsertEntry, user_id.value,
          static_cast<int>(deposit ? JournalKind::kDeposit : JournalKind::kWithdrawal),
          amount.minor_units, FormatInstant(now));
      request.Remember(user_id.value);
    }
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

absl::StatusOr<std::vector<Limit>> PgBetStore::ListLimits(UserId user_id) {
  std::vector<Limit> limits;
  const absl::Status status = database_.Transact({.read_only = true}, [&](pqxx::work& work) {
    limits = ReadLimits(work, user_id);
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return limits;
}

absl::StatusOr<Limit> PgBetStore::SetLimit(UserId user_id, const NewLimit& wanted) {
  Limit set;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    const Limit before = FindLimit(work, user_id, wanted.kind, wanted.period);
    const Instant holds_from = HoldsFrom(before.amount, wanted.amount, DatabaseNow(work));
    const auto amount = wanted.amount ? std::optional(wanted.amount->minor_units) : std::nullopt;
    work.exec_params0(kInsertLimit, user_id.value, static_cast<int>(wanted.kind),
                      static_cast<int>(wanted.period), amount, FormatInstant(holds_from));
    work.exec_params0(kInsertAudit, locked.account.username, "limit_set",
                      fmt::format("kind {}, period {}, {}, from {}", static_cast<int>(wanted.kind),
                                  static_cast<int>(wanted.period),
                                  wanted.amount ? FormatMoney(*wanted.amount) : "none",
                                  FormatInstant(holds_from)));
    set = FindLimit(work, user_id, wanted.kind, wanted.period);
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return set;
}

absl::StatusOr<Account> PgBetStore::Exclude(UserId user_id, std::optional<int> days) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    ASSIGN_OR_RETURN(const Instant end, ExclusionEnd(days, DatabaseNow(work)));
    work.exec_params0(kInsertExclusion, user_id.value, FormatInstant(end));
    work.exec_params0(kInsertAudit, locked.account.username, "self_excluded",
                      "until " + FormatInstant(end));
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

}  // namespace fairline::auth_gateway
