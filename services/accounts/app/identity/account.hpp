#pragma once
// What an account is, apart from how it is stored or sent.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/account.hpp"
#include "libs/domain/settlement.hpp"

namespace fairline::accounts {

using domain::RiskLevel;
using domain::Role;

enum class JournalKind : std::int16_t {
  kDeposit = 1,
  kWithdrawal = 2,
  kAdjustment = 3,
  kStake = 4,
  kReturn = 5,
  kCorrection = 6,
};

struct Account {
  UserId user_id;
  std::string username;
  Role role = Role::kFree;
  RiskLevel risk = RiskLevel::kLow;
  Money bankroll;        // free to be staked; a corrected result can take it below 0
  std::string currency;  // ISO 4217; older accounts may have a code that is none
  Instant create_time;
  Money open_exposure;  // what open bets can still lose; not in the bankroll
  // The self-exclusion that ends last, if there ever was one.
  std::optional<Instant> exclusion_start;
  std::optional<Instant> excluded_until;

  // Whether edge, stake and advice are shown.
  [[nodiscard]] bool Premium() const { return role != Role::kFree; }
  // Whether the account has shut itself out of betting; `now` is real time.
  [[nodiscard]] bool Excluded(Instant now) const { return excluded_until && now < *excluded_until; }
};

// A bet without a settlement yet: what it can still lose is part of the open exposure.
struct OpenBet {
  MatchId match_id;
  Day match_date;
  domain::Selection selection;
  domain::BetTerms terms;
  Money exposure;
};

// An account with what signing in needs. `token_version` grows when all older tokens must die.
struct Credentials {
  Account account;
  std::string password_hash;
  std::int32_t token_version = 0;
};

struct JournalEntry {
  std::int64_t entry_id = 0;
  JournalKind kind = JournalKind::kAdjustment;
  Money amount;  // signed
  std::string note;
  Instant create_time;
};

struct AuditEvent {
  std::int64_t event_id = 0;
  std::string actor;    // username, or the name of a service
  std::string action;   // "sign_in_failed", "user_deleted", ...
  std::string subject;  // the account it happened to
  std::string detail;
  Instant create_time;
};

// 3 to 64 letters, digits, . _ - @. The error names `field`.
[[nodiscard]] absl::Status CheckUsername(std::string_view field, std::string_view username);

// 8 to 256 characters (text::CountCharacters) without control codes, with an upper and a lower case
// letter and a digit, of any script, and one of @^/:;?!+*-_. The error names `field` and never
// contains the password.
[[nodiscard]] absl::Status CheckPassword(std::string_view field, std::string_view password);

// One of libs/core/money.hpp.
[[nodiscard]] absl::Status CheckCurrency(std::string_view field, std::string_view currency);

// 0 up to 10^15 minor units.
[[nodiscard]] absl::Status CheckBankroll(std::string_view field, Money bankroll);

}  // namespace fairline::accounts
