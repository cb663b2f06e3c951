#pragma once
// Rows of bets and of their matches, read and written.

#include <span>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "libs/storage/array.hpp"
#include "libs/storage/values.hpp"
#include "services/accounts/app/ledger/bet.hpp"

#define BET_COLUMNS                                                                              \
  "b.bet_id, b.user_id, b.match_id, b.match_date::text, "                                        \
  "(extract(epoch FROM b.kickoff_time) * 1000000)::bigint, b.sport, b.competition_code, "        \
  "b.competition_name, b.home_team, b.away_team, b.market, b.outcome, b.line_quarters, b.side, " \
  "b.bookmaker, b.odds_millionths, b.stake_minor_units, b.commission_basis_points, "             \
  "b.exposure_minor_units, b.note, (extract(epoch FROM b.placed_time) * 1000000)::bigint, "      \
  "b.logged_afterwards, coalesce(b.model_version, 0), coalesce(b.probability, 0), "              \
  "(extract(epoch FROM b.create_time) * 1000000)::bigint, b.settlements, b.result, "             \
  "b.returned_minor_units, b.home_score, b.away_score, "                                         \
  "(extract(epoch FROM b.settle_time) * 1000000)::bigint, "                                      \
  "(extract(epoch FROM b.result_time) * 1000000)::bigint, b.settled_by_hand "

namespace fairline::accounts {

// Of a row that begins with BET_COLUMNS.
[[nodiscard]] absl::StatusOr<Bet> ReadBet(const pqxx::row& row);

// The account's bets on these matches, in this transaction.
[[nodiscard]] absl::StatusOr<std::vector<Bet>> ReadBetsOnMatches(
    pqxx::transaction_base& work, UserId user_id, std::span<const MatchId> match_ids);

// Matches as sports.v1_matches shows them in this transaction; those that do not show are left out.
[[nodiscard]] absl::StatusOr<std::vector<BetMatch>> ReadMatches(pqxx::transaction_base& work,
                                                                std::span<const MatchId> ids);

}  // namespace fairline::accounts
