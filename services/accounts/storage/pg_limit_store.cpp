#include "services/accounts/storage/pg_limit_store.hpp"

#include <fmt/format.h>

#include "services/accounts/app/ledger/bet.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/limit_rows.hpp"

namespace fairline::accounts {
namespace {

constexpr char kInsertLimit[] =
    "INSERT INTO accounts.limits (user_id, kind, period, amount_minor_units, effective_time, "
    "awaits_confirmation) VALUES ($1, $2, $3, $4, $5::timestamptz, $6)";
constexpr char kInsertExclusion[] =
    "INSERT INTO accounts.exclusions (user_id, end_time) VALUES ($1, $2::timestamptz)";
constexpr char kInsertAudit[] =
    "INSERT INTO accounts.audit_events (actor, action, subject, detail) VALUES ($1, $2, $1, $3)";

Limit FindLimit(pqxx::work& work, UserId user_id, const NewLimit& like, const LimitTimes& now) {
  for (const Limit& limit : ReadLimits(work, user_id, now)) {
    if (limit.kind == like.kind && limit.period == like.period) return limit;
  }
  return {.kind = like.kind, .period = like.period};
}

// A limit that holds from now on, or one that can be confirmed from `confirm_from` on.
void InsertLimit(pqxx::work& work, const Account& account, const NewLimit& wanted, Instant now,
                 const std::optional<Instant>& confirm_from) {
  const auto amount = wanted.amount ? std::optional(wanted.amount->minor_units) : std::nullopt;
  work.exec_params0(kInsertLimit, account.user_id.value, static_cast<int>(wanted.kind),
                    static_cast<int>(wanted.period), amount,
                    FormatInstant(confirm_from.value_or(now)), confirm_from.has_value());
  work.exec_params0(
      kInsertAudit, account.username, confirm_from ? "limit_asked_for" : "limit_set",
      fmt::format("kind {}, period {}, {}, from {}", static_cast<int>(wanted.kind),
                  static_cast<int>(wanted.period),
                  wanted.amount ? FormatMoney(*wanted.amount, account.currency) : "none",
                  FormatInstant(confirm_from.value_or(now))));
}

}  // namespace

absl::StatusOr<std::vector<Limit>> PgLimitStore::ListLimits(UserId user_id, Instant now) {
  std::vector<Limit> limits;
  const absl::Status status = database_.Transact({.read_only = true}, [&](pqxx::work& work) {
    limits = ReadLimits(work, user_id, {clock_.Now(), now});
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return limits;
}

absl::StatusOr<Limit> PgLimitStore::SetLimit(UserId user_id, const NewLimit& wanted, Instant now) {
  Limit set;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    // Read behind the lock, so that of two requests the second sees what the first has set.
    const LimitTimes times{clock_.Now(), now};
    set = FindLimit(work, user_id, wanted, times);
    const bool asked_before = set.next_time && set.next_amount == wanted.amount;
    if (asked_before || (!wanted.amount && !set.amount)) return absl::OkStatus();
    const bool at_once = HoldsAtOnce(set.amount, wanted.amount);
    InsertLimit(work, locked.account, wanted, times.real,
                at_once ? std::nullopt : std::optional(times.real + kThinkItOver));
    set = FindLimit(work, user_id, wanted, times);
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return set;
}

absl::StatusOr<Limit> PgLimitStore::ConfirmLimit(UserId user_id, const NewLimit& wanted,
                                                 Instant now) {
  Limit confirmed;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    const LimitTimes times{clock_.Now(), now};
    RETURN_IF_ERROR(CheckNotExcluded(locked.account, times.real));
    confirmed = FindLimit(work, user_id, wanted, times);
    const bool confirmed_before = !confirmed.next_time && confirmed.amount == wanted.amount;
    if (confirmed_before) return absl::OkStatus();
    RETURN_IF_ERROR(CheckMayConfirm(confirmed, wanted.amount, locked.account.currency, times.real));
    InsertLimit(work, locked.account, wanted, times.real, std::nullopt);
    confirmed = FindLimit(work, user_id, wanted, times);
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return confirmed;
}

absl::StatusOr<Account> PgLimitStore::Exclude(UserId user_id, std::optional<int> days) {
  absl::StatusOr<Account> changed = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const Credentials locked, LockById(work, user_id));
    ASSIGN_OR_RETURN(const Instant end, ExclusionEnd(days, clock_.Now()));
    work.exec_params0(kInsertExclusion, user_id.value, FormatInstant(end));
    work.exec_params0(kInsertAudit, locked.account.username, "self_excluded",
                      "until " + FormatInstant(end));
    changed = Reread(work, user_id);
    return changed.status();
  });
  RETURN_IF_ERROR(status);
  return changed;
}

}  // namespace fairline::accounts
