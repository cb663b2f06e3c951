#pragma once
// Who sent a request, as the service accounts says: what the door checks, and fills into requests.

#include <optional>
#include <string>

#include "fairline/sports/v1/sports.pb.h"

#include "libs/core/ids.hpp"
#include "libs/core/money.hpp"
#include "libs/domain/account.hpp"

namespace fairline::auth_gateway {

using domain::RiskLevel;
using domain::Role;

// What may be remembered for a second.
struct Member {
  UserId user_id = {};
  std::string username = {};
  Role role = Role::kFree;
  std::string session = {};  // names the sign-in in logs
  // Why the account may not bet, in words for its owner; empty when it may.
  std::string exclusion_notice = {};

  // Whether edge, stake and advice are shown.
  [[nodiscard]] bool Premium() const { return role != Role::kFree; }
  // Whether the account has shut itself out of betting.
  [[nodiscard]] bool Excluded() const { return !exclusion_notice.empty(); }
};

// What changes with every bet, and is asked for each request that needs it.
struct Purse {
  RiskLevel risk = RiskLevel::kLow;
  Money bankroll = {};        // free to be staked; a corrected result can take it below 0
  std::string currency = {};  // ISO 4217
  Money open_exposure = {};   // what open bets can still lose; not in the bankroll
  // The bets that make up the exposure, where they were asked for.
  sports::v1::OpenBets open_bets = {};

  // As services take it, which know no debts.
  [[nodiscard]] Money Stakeable() const { return bankroll.minor_units > 0 ? bankroll : Money{0}; }
};

struct SignedIn {
  Member member = {};
  std::optional<Purse> purse = {};  // absent when only the member was asked for
};

}  // namespace fairline::auth_gateway
