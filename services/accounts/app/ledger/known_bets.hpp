#pragma once
// Bets of a file that are logged already, told by what they are.

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "services/accounts/app/ledger/bet.hpp"

namespace fairline::accounts {

// For each of `orders`, in the order of their file, the position among `logged` of the bet that it
// is; absent for a new one. The same are bets of one match, selection, side, bookmaker, odds, stake
// and time; a row without a time is any that is left. Each logged bet is one row, so that two equal
// bets in a file are two. Those whose ids are in `taken` are other rows already. Pure.
[[nodiscard]] std::vector<std::optional<std::size_t>> FindKnownBets(
    const std::vector<NewBet>& orders, const std::vector<Bet>& logged,
    const std::set<std::int64_t>& taken);

}  // namespace fairline::accounts
