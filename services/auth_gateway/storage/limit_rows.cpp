#include "services/auth_gateway/storage/limit_rows.hpp"

#include "services/auth_gateway/storage/account_rows.hpp"

namespace fairline::auth_gateway {
namespace {

// Of each kind and period the limit that holds, the one to come, and what is used. Stakes count
// when they were placed, losses when they were settled; a loss limit also counts what open bets
// can still lose.
constexpr char kReadLimits[] = R"sql(
WITH holding AS (
  SELECT DISTINCT ON (kind, period) kind, period, amount_minor_units, limit_id
  FROM accounts.limits WHERE user_id = $1 AND effective_time <= now()
  ORDER BY kind, period, limit_id DESC
), newest AS (
  SELECT DISTINCT ON (kind, period) kind, period, amount_minor_units, effective_time
  FROM accounts.limits WHERE user_id = $1
  ORDER BY kind, period, limit_id DESC
), shown AS (
  SELECT kind, period, h.amount_minor_units,
         (extract(epoch FROM c.effective_time) * 1000000)::bigint AS next_time,
         c.amount_minor_units AS next_amount,
         now() - CASE period WHEN 1 THEN interval '1 day' WHEN 2 THEN interval '7 days'
                             ELSE interval '30 days' END AS since
  FROM holding h
  FULL JOIN (SELECT * FROM newest WHERE effective_time > now()) c USING (kind, period)
)
SELECT kind, period, amount_minor_units,
       CASE shown.kind
         WHEN 1 THEN (SELECT coalesce(sum(j.amount_minor_units), 0) FROM accounts.journal j
                      WHERE j.user_id = $1 AND j.create_time > since
                        AND (j.kind = 1 OR j.kind = 3 AND j.amount_minor_units > 0))
         WHEN 2 THEN (SELECT coalesce(sum(exposure_minor_units), 0) FROM accounts.bets
                      WHERE user_id = $1 AND result IS DISTINCT FROM 6
                        AND CASE WHEN logged_afterwards THEN placed_time ELSE create_time END
                            > since)
         ELSE (SELECT greatest(0, coalesce(sum(exposure_minor_units - returned_minor_units), 0))
               FROM accounts.bets WHERE user_id = $1 AND settle_time > since)
              + (SELECT open_exposure_minor_units FROM accounts.users WHERE user_id = $1)
       END::bigint,
       next_time, next_amount
FROM shown
WHERE amount_minor_units IS NOT NULL OR next_time IS NOT NULL
ORDER BY kind, period)sql";

std::optional<Money> MoneyOf(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(Money{field.as<std::int64_t>()});
}

absl::Status CheckLimits(pqxx::work& work, const Account& account, Money amount,
                         std::initializer_list<LimitKind> kinds) {
  RETURN_IF_ERROR(CheckNotExcluded(account.excluded_until, DatabaseNow(work)));
  for (const Limit& limit : ReadLimits(work, account.user_id)) {
    for (const LimitKind kind : kinds) {
      if (limit.kind == kind) RETURN_IF_ERROR(CheckWithin(limit, amount, account.currency));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Instant DatabaseNow(pqxx::transaction_base& work) {
  return InstantOf(work.exec1("SELECT (extract(epoch FROM now()) * 1000000)::bigint")[0]);
}

std::vector<Limit> ReadLimits(pqxx::transaction_base& work, UserId user_id) {
  std::vector<Limit> limits;
  for (const pqxx::row& row : work.exec_params(kReadLimits, user_id.value)) {
    limits.push_back({static_cast<LimitKind>(row[0].as<int>()),
                      static_cast<LimitPeriod>(row[1].as<int>()), MoneyOf(row[2]),
                      Money{row[3].as<std::int64_t>()}, OptionalInstantOf(row[4]),
                      MoneyOf(row[5])});
  }
  return limits;
}

absl::Status CheckMayPayIn(pqxx::work& work, const Account& account, Money amount) {
  return CheckLimits(work, account, amount, {LimitKind::kDeposit});
}

absl::Status CheckMayRisk(pqxx::work& work, const Account& account, Money exposure) {
  return CheckLimits(work, account, exposure, {LimitKind::kStake, LimitKind::kLoss});
}

}  // namespace fairline::auth_gateway
