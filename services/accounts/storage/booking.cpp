#include "services/accounts/storage/booking.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "libs/telemetry/log.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/bet_rows.hpp"

namespace fairline::accounts {
namespace {

// Identities are given in the order of the rows.
constexpr char kInsertBets[] = R"sql(
INSERT INTO accounts.bets (user_id, match_id, match_date, kickoff_time, sport, competition_code,
  competition_name, home_team, away_team, market, outcome, line_quarters, side, bookmaker,
  odds_millionths, stake_minor_units, commission_basis_points, exposure_minor_units, note,
  placed_time, logged_afterwards, model_version, probability)
SELECT $1, b.match_id, b.match_date, b.kickoff_time, b.sport, b.competition_code,
  b.competition_name, b.home_team, b.away_team, b.market, b.outcome, b.line_quarters, b.side,
  b.bookmaker, b.odds_millionths, b.stake_minor_units, b.commission_basis_points,
  b.exposure_minor_units, b.note, b.placed_time, b.logged_afterwards, nullif(b.model_version, 0),
  nullif(b.probability, 0)
FROM unnest($2::bigint[], $3::date[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::smallint[], $11::smallint[], $12::smallint[],
            $13::smallint[], $14::text[], $15::bigint[], $16::bigint[], $17::int[], $18::bigint[],
            $19::text[], $20::timestamptz[], $21::boolean[], $22::int[], $23::float8[])
  WITH ORDINALITY b (match_id, match_date, kickoff_time, sport, competition_code,
    competition_name, home_team, away_team, market, outcome, line_quarters, side, bookmaker,
    odds_millionths, stake_minor_units, commission_basis_points, exposure_minor_units, note,
    placed_time, logged_afterwards, model_version, probability, position)
ORDER BY position
RETURNING bet_id)sql";
constexpr char kInsertSettlements[] = R"sql(
INSERT INTO accounts.bet_settlements (bet_id, sequence, result, returned_minor_units, home_score,
                                      away_score, reason, effective_time, by_hand)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::bigint[], $5::smallint[],
                     $6::smallint[], $7::text[], $8::timestamptz[], $9::boolean[]))sql";

// Inserts all, or none and says why the database will never take them. That it is busy or gone is
// thrown.
std::optional<std::string> RefusalOf(pqxx::work& work,
                                     const std::vector<NewSettlement>& settlements) {
  work.exec0("SAVEPOINT settlements");
  try {
    InsertSettlements(work, settlements);
  } catch (const pqxx::sql_error& error) {
    const std::string& state = error.sqlstate();
    if (!state.starts_with("22") && !state.starts_with("23")) throw;
    work.exec0("ROLLBACK TO SAVEPOINT settlements");
    telemetry::Error("settlements refused", {{"sqlstate", state}, {"error", error.what()}});
    return "the books refuse the settlement; the log of accounts has the details";
  }
  work.exec0("RELEASE SAVEPOINT settlements");
  return std::nullopt;
}

}  // namespace

std::vector<std::int64_t> InsertBets(pqxx::work& work, UserId user_id,
                                     const std::vector<Booking>& bookings) {
  const auto column = [&](auto&& element) {
    return storage::ArrayOf(bookings,
                            [&](const Booking& one) { return element(one.bet, one.bet.order); });
  };
  using B = const Bet&;
  using O = const NewBet&;
  std::vector<std::int64_t> ids;
  for (const pqxx::row& row : work.exec_params(
           kInsertBets, user_id.value, column([](B bet, O) { return bet.match.match_id.value; }),
           column([](B bet, O) { return FormatDay(bet.match.match_date); }),
           column([](B bet, O) { return storage::AsText(bet.match.kickoff_time); }),
           column([](B bet, O) { return bet.match.sport; }),
           column([](B bet, O) { return bet.match.competition_code; }),
           column([](B bet, O) { return bet.match.competition_name; }),
           column([](B bet, O) { return bet.match.home_team; }),
           column([](B bet, O) { return bet.match.away_team; }),
           column([](B, O order) { return static_cast<int>(order.selection.market); }),
           column([](B, O order) { return static_cast<int>(order.selection.outcome); }),
           column([](B, O order) { return order.selection.line_quarters; }),
           column([](B, O order) { return static_cast<int>(order.terms.side); }),
           column([](B, O order) { return order.bookmaker; }),
           column([](B, O order) { return order.terms.odds_millionths; }),
           column([](B, O order) { return order.terms.stake.minor_units; }),
           column([](B, O order) { return order.terms.commission_basis_points; }),
           column([](B bet, O) { return bet.exposure.minor_units; }),
           column([](B, O order) { return order.note; }),
           column([](B, O order) { return FormatInstant(*order.placed_time); }),
           column([](B bet, O) { return bet.logged_afterwards; }),
           column([](B, O order) { return order.model_version; }),
           column([](B, O order) { return order.probability; }))) {
    ids.push_back(row[0].as<std::int64_t>());
  }
  std::sort(ids.begin(), ids.end());
  std::vector<NewSettlement> settlements;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (bookings[i].settled) settlements.push_back({ids[i], user_id, 1, *bookings[i].settled});
  }
  InsertSettlements(work, settlements);
  return ids;
}

void InsertSettlements(pqxx::work& work, const std::vector<NewSettlement>& settlements) {
  if (settlements.empty()) return;
  const auto column = [&](auto&& element) { return storage::ArrayOf(settlements, element); };
  work.exec_params0(
      kInsertSettlements, column([](const auto& one) { return one.bet_id; }),
      column([](const auto& one) { return one.sequence; }),
      column([](const auto& one) { return static_cast<int>(one.settled.result); }),
      column([](const auto& one) { return one.settled.returned.minor_units; }),
      column([](const auto& one) { return one.settled.home_score; }),
      column([](const auto& one) { return one.settled.away_score; }),
      column([](const auto& one) { return one.settled.reason; }),
      column([](const auto& one) { return FormatInstant(one.settled.effective_time); }),
      column([](const auto& one) { return one.settled.by_hand; }));
}

std::vector<std::string> InsertSettlementsByAccount(pqxx::work& work,
                                                    std::vector<NewSettlement>& settlements) {
  // Nearly always none is refused, and all go in at once.
  if (!RefusalOf(work, settlements)) return {};
  std::map<UserId, std::vector<NewSettlement>> by_account;
  for (const NewSettlement& one : settlements) by_account[one.user_id].push_back(one);
  settlements.clear();
  std::vector<std::string> failures;
  for (const auto& [user_id, own] : by_account) {
    if (const auto refusal = RefusalOf(work, own)) {
      failures.push_back(fmt::format("account {}: {} bets stay as they were: {}", user_id.value,
                                     own.size(), *refusal));
    } else {
      settlements.insert(settlements.end(), own.begin(), own.end());
    }
  }
  return failures;
}

}  // namespace fairline::accounts
