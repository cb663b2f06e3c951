#include "services/accounts/storage/limit_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/domain/settlement.hpp"
#include "libs/storage/stored.hpp"
#include "services/accounts/storage/account_rows.hpp"

namespace fairline::accounts {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(LimitKind::kDeposit) == 1 &&
              storage::Stored(LimitKind::kStake) == 2 && storage::Stored(LimitKind::kLoss) == 3);
static_assert(storage::Stored(LimitPeriod::kDay) == 1 && storage::Stored(LimitPeriod::kWeek) == 2 &&
              storage::Stored(LimitPeriod::kMonth) == 3);
static_assert(storage::Stored(JournalKind::kDeposit) == 1 &&
              storage::Stored(JournalKind::kAdjustment) == 3);
static_assert(storage::Stored(domain::BetResult::kCancelled) == 6);

// Of each kind and period the limit that holds, the one asked for, and what is used. $2 is real
// time, $3 as-of time. Stakes count when they were placed, losses when they were settled; a loss
// limit also counts what open bets can still lose. What was logged afterwards counts when it
// happened.
constexpr char kReadLimits[] = R"sql(
WITH holding AS (
  SELECT DISTINCT ON (kind, period) kind, period, amount_minor_units
  FROM accounts.limits WHERE user_id = $1 AND NOT awaits_confirmation
  ORDER BY kind, period, limit_id DESC
), newest AS (
  SELECT DISTINCT ON (kind, period) kind, period, amount_minor_units, effective_time,
         awaits_confirmation
  FROM accounts.limits WHERE user_id = $1
  ORDER BY kind, period, limit_id DESC
), shown AS (
  SELECT kind, period, h.amount_minor_units,
         (extract(epoch FROM c.effective_time) * 1000000)::bigint AS next_time,
         c.amount_minor_units AS next_amount,
         CASE period WHEN 1 THEN interval '1 day' WHEN 2 THEN interval '7 days'
                     ELSE interval '30 days' END AS length
  FROM holding h
  FULL JOIN (SELECT * FROM newest WHERE awaits_confirmation
                                    AND effective_time + $4::interval > $2::timestamptz) c
    USING (kind, period)
)
SELECT kind, period, amount_minor_units,
       CASE shown.kind
         WHEN 1 THEN (SELECT sum(j.amount_minor_units) FROM accounts.journal j
                      WHERE j.user_id = $1 AND j.create_time > $2::timestamptz - length
                        AND (j.kind = 1 OR j.kind = 3 AND j.amount_minor_units > 0))
         WHEN 2 THEN (SELECT sum(exposure_minor_units) FROM accounts.bets
                      WHERE user_id = $1 AND result IS DISTINCT FROM 6
                        AND CASE WHEN logged_afterwards
                                 THEN placed_time > $3::timestamptz - length
                                 ELSE create_time > $2::timestamptz - length END)
         ELSE (SELECT open_exposure_minor_units FROM accounts.users WHERE user_id = $1)
       END,
       CASE WHEN shown.kind = 3
            THEN (SELECT sum(exposure_minor_units - returned_minor_units) FROM accounts.bets
                  WHERE user_id = $1 AND result IS NOT NULL
                    AND CASE WHEN logged_afterwards
                             THEN result_time > $3::timestamptz - length
                             ELSE settle_time > $2::timestamptz - length END) END,
       next_time, next_amount
FROM shown
WHERE amount_minor_units IS NOT NULL OR next_time IS NOT NULL
ORDER BY kind, period)sql";

std::optional<Money> MoneyOf(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(Money{field.as<std::int64_t>()});
}

}  // namespace

std::vector<Limit> ReadLimits(pqxx::transaction_base& work, UserId user_id, const LimitTimes& now) {
  std::vector<Limit> limits;
  for (const pqxx::row& row :
       work.exec_params(kReadLimits, user_id.value, FormatInstant(now.real),
                        FormatInstant(now.as_of), fmt::format("{} days", kConfirmWithin.count()))) {
    Limit limit;
    limit.kind = static_cast<LimitKind>(row[0].as<int>());
    limit.period = static_cast<LimitPeriod>(row[1].as<int>());
    limit.amount = MoneyOf(row[2]);
    limit.settled_loss = MoneyOf(row[4]).value_or(Money{});
    limit.used = MoneyOf(row[3]).value_or(Money{}) + std::max(Money{0}, limit.settled_loss);
    limit.next_time = storage::AsOptionalInstant(row[5]);
    limit.next_amount = MoneyOf(row[6]);
    limits.push_back(limit);
  }
  return limits;
}

}  // namespace fairline::accounts
