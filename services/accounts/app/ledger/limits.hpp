#pragma once
// The limits that an account sets itself, and its self-exclusion. A lower limit holds at once. A
// higher one is asked for, and holds once it is confirmed when a day has passed: the 24 hours and
// the positive action at their end that the UK Gambling Commission asks for (Remote gambling and
// software technical standards, RTS 12). Self-exclusion cannot be shortened (its Licence conditions
// and codes of practice, social responsibility code 3.5).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "services/accounts/app/identity/account.hpp"

namespace fairline::accounts {

// Stored and sent as these numbers; never renumber.
enum class LimitKind : std::int16_t { kDeposit = 1, kStake = 2, kLoss = 3 };
enum class LimitPeriod : std::int16_t { kDay = 1, kWeek = 2, kMonth = 3 };
inline constexpr std::array kLimitKinds = {LimitKind::kDeposit, LimitKind::kStake,
                                           LimitKind::kLoss};

inline constexpr std::chrono::hours kThinkItOver{24};
// What is not confirmed so long after that is forgotten: who raises a limit knows of it.
inline constexpr std::chrono::days kConfirmWithin{7};

// Rolling: the last 24 hours, 7 days, 30 days.
[[nodiscard]] constexpr std::chrono::days LengthOf(LimitPeriod period) {
  return std::chrono::days(period == LimitPeriod::kDay ? 1 : period == LimitPeriod::kWeek ? 7 : 30);
}

struct Limit {
  LimitKind kind = LimitKind::kDeposit;
  LimitPeriod period = LimitPeriod::kDay;
  std::optional<Money> amount = {};  // absent: none now
  Money used = {};                   // of the period until now
  // Of a loss limit: what the bets settled in the period lost less what they won. `used` is that,
  // or 0 when they won, and what open bets can lose.
  Money settled_loss = {};
  // A higher limit that was asked for: from when it can be confirmed.
  std::optional<Instant> next_time = {};
  std::optional<Money> next_amount = {};  // absent with next_time: none at all
};

struct NewLimit {
  LimitKind kind = LimitKind::kDeposit;
  LimitPeriod period = LimitPeriod::kDay;
  std::optional<Money> amount;  // absent: none
};

// Real time, by which limits hold and are used, and the as-of time of what was logged afterwards.
struct LimitTimes {
  Instant real;
  Instant as_of;
};

// Whether a limit that is now `current` (absent: none) becomes `wanted` without confirmation.
[[nodiscard]] bool HoldsAtOnce(const std::optional<Money>& current,
                               const std::optional<Money>& wanted);

// Whether the owner may confirm at `now` that `limit` becomes `wanted`. FailedPrecondition in words
// when that was not asked for, or not long enough ago.
[[nodiscard]] absl::Status CheckMayConfirm(const Limit& limit, const std::optional<Money>& wanted,
                                           const std::string& currency, Instant now);

// FailedPrecondition, in words for the account's owner, when `amount` more goes over the limit.
[[nodiscard]] absl::Status CheckWithin(const Limit& limit, Money amount,
                                       const std::string& currency);
// The same for a bet of a stake or loss limit's period, which is then counted: open, or settled at
// once when it is known what it returned.
[[nodiscard]] absl::Status CountBet(Limit& limit, Money exposure,
                                    const std::optional<Money>& returned,
                                    const std::string& currency);

// Of an exclusion for good.
[[nodiscard]] Instant ForGood();
// The one question whether an account has shut itself out of betting at real time `now`:
// PermissionDenied with where to find help, while it has.
[[nodiscard]] absl::Status CheckNotExcluded(const Account& account, Instant now);
// Whether `amount` may be added to the bankroll at real time `now`, given the account's limits:
// PermissionDenied while excluded, FailedPrecondition over a deposit limit.
[[nodiscard]] absl::Status CheckMayPayIn(const Account& account, const std::vector<Limit>& limits,
                                         Money amount, Instant now);
// Whether `amount` may be paid in (above 0) or out (below 0): the errors of CheckMayPayIn, and
// FailedPrecondition when there is too little, InvalidArgument when there would be too much.
[[nodiscard]] absl::Status CheckMove(const Account& account, const std::vector<Limit>& limits,
                                     Money amount, Instant now);

// Until when `days` (1 to 1826; absent: for good) from now lead.
[[nodiscard]] absl::StatusOr<Instant> ExclusionEnd(std::optional<int> days, Instant now);

}  // namespace fairline::accounts
