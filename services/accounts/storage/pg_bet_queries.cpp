#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "libs/domain/devig.hpp"
#include "libs/domain/match.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/storage/stored.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/bet_rows.hpp"
#include "services/accounts/storage/pg_bet_store.hpp"

namespace fairline::accounts {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::BetResult::kWin) == 1 &&
              storage::Stored(domain::BetResult::kHalfWin) == 2 &&
              storage::Stored(domain::BetResult::kHalfLoss) == 4 &&
              storage::Stored(domain::BetResult::kLoss) == 5);
static_assert(storage::Stored(BetState::kOpen) == 1 &&
              storage::Stored(domain::Phase::kClosing) == 2);

constexpr char kFindBet[] =
    "SELECT " BET_COLUMNS "FROM accounts.bets b WHERE b.bet_id = $2 AND b.user_id = $1";
// $2 state, $3 competition, $4 bookmaker, $5 market, $6 and $7 days, $8 match, $9 only before
// kick-off; empty or 0 means all.
#define BET_FILTER                                                                     \
  "FROM accounts.bets b WHERE b.user_id = $1 "                                         \
  "AND ($2::int = 0 OR (b.result IS NULL) = ($2 = 1)) "                                \
  "AND ($3 = '' OR b.competition_code = $3) AND ($4 = '' OR b.bookmaker = $4) "        \
  "AND ($5::int = 0 OR b.market = $5) AND ($6 = '' OR b.match_date >= $6::date) "      \
  "AND ($7 = '' OR b.match_date <= $7::date) AND ($8::bigint = 0 OR b.match_id = $8) " \
  "AND NOT ($9::boolean AND b.logged_afterwards) "
constexpr char kListBets[] =
    "SELECT " BET_COLUMNS BET_FILTER
    "AND ($10::bigint = 0 OR b.bet_id < $10) ORDER BY b.bet_id DESC LIMIT $11";
constexpr char kListAllBets[] =
    "SELECT " BET_COLUMNS BET_FILTER "ORDER BY b.result_time, b.settle_time, b.bet_id";
constexpr char kFindOwnBets[] =
    "SELECT " BET_COLUMNS
    "FROM accounts.bets b WHERE b.user_id = $1 AND b.bet_id = ANY ($2::bigint[])";
// The losses after the last win, in the order of settlement (results: 1 and 2 won, 4 and 5 lost).
constexpr char kLosingStreak[] = R"sql(
SELECT count(*), coalesce(sum(returned_minor_units - exposure_minor_units), 0)
FROM accounts.bets
WHERE user_id = $1 AND result IN (4, 5)
  AND (result_time, settle_time, bet_id) > (
    SELECT coalesce(max(result_time), '-infinity'), coalesce(max(settle_time), '-infinity'),
           coalesce(max(bet_id), 0)
    FROM (SELECT result_time, settle_time, bet_id FROM accounts.bets
          WHERE user_id = $1 AND result IN (1, 2)
          ORDER BY result_time DESC, settle_time DESC, bet_id DESC LIMIT 1) last_won))sql";
constexpr char kListSettlements[] =
    "SELECT sequence, result, returned_minor_units, home_score, away_score, reason, "
    "(extract(epoch FROM create_time) * 1000000)::bigint, by_hand FROM accounts.bet_settlements "
    "WHERE bet_id = $1 ORDER BY sequence";
constexpr char kCountOpen[] = "SELECT count(*) FROM accounts.bets WHERE result IS NULL";
constexpr char kClosingPrices[] = R"sql(
SELECT q.match_id, q.market, q.line_quarters, q.bookmaker_code, q.price_1, q.price_2, q.price_3
FROM sports.v1_matches m
JOIN sports.v1_quotes q ON q.match_id = m.match_id AND q.match_date = m.match_date
WHERE m.match_id = ANY ($1::bigint[]) AND q.phase = 2
  AND q.bookmaker_code IN ('pinnacle', 'average'))sql";

std::string DayText(const std::optional<Day>& day) { return day ? FormatDay(*day) : ""; }

// Calls `exec` with the parameters $1 to $9 of BET_FILTER.
template <typename Exec>
pqxx::result WithFilter(UserId user_id, const BetFilter& filter, Exec&& exec) {
  return exec(user_id.value, static_cast<int>(filter.state), filter.competition_code,
              filter.bookmaker, filter.market ? static_cast<int>(*filter.market) : 0,
              DayText(filter.from_date), DayText(filter.to_date),
              filter.match_id ? filter.match_id->value : 0, filter.only_before_kickoff);
}

absl::Status ReadBets(const pqxx::result& rows, std::vector<Bet>& bets) {
  bets.clear();
  for (const pqxx::row& row : rows) {
    ASSIGN_OR_RETURN(Bet bet, ReadBet(row));
    bets.push_back(std::move(bet));
  }
  return absl::OkStatus();
}

std::optional<std::vector<domain::Probability>> FairProbabilities(const pqxx::row& row) {
  const domain::MarketRow* market = domain::FindMarket(domain::Market(row[1].as<std::int16_t>()));
  if (market == nullptr || !market->exclusive) return std::nullopt;
  std::vector<domain::DecimalOdds> prices;
  for (const int column : {4, 5, 6}) {
    if (row[column].is_null()) continue;
    const auto odds = domain::DecimalOdds::Make(row[column].as<double>());
    if (!odds.ok()) return std::nullopt;
    prices.push_back(*odds);
  }
  const auto fair = domain::Devig(prices);
  if (!fair.ok() || fair->misprinted()) return std::nullopt;
  return fair->probabilities;
}

}  // namespace

absl::StatusOr<Bet> PgBetStore::Get(UserId user_id, std::int64_t bet_id) {
  absl::StatusOr<Bet> bet = absl::NotFoundError("no such bet");
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    const pqxx::result rows = query.exec_params(kFindBet, user_id.value, bet_id);
    if (!rows.empty()) bet = ReadBet(rows[0]);
    return absl::OkStatus();
  }));
  return bet;
}

absl::StatusOr<std::vector<SettlementRow>> PgBetStore::ListSettlements(std::int64_t bet_id) {
  std::vector<SettlementRow> settlements;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    for (const pqxx::row& row : query.exec_params(kListSettlements, bet_id)) {
      SettlementRow settlement;
      settlement.sequence = row[0].as<int>();
      settlement.result = static_cast<domain::BetResult>(row[1].as<int>());
      settlement.returned = Money{row[2].as<std::int64_t>()};
      if (!row[3].is_null()) settlement.home_score = row[3].as<int>();
      if (!row[4].is_null()) settlement.away_score = row[4].as<int>();
      settlement.reason = row[5].as<std::string>();
      settlement.create_time = storage::AsInstant(row[6]);
      settlement.by_hand = row[7].as<bool>();
      settlements.push_back(std::move(settlement));
    }
    return absl::OkStatus();
  }));
  return settlements;
}

absl::StatusOr<std::vector<Bet>> PgBetStore::List(UserId user_id, const BetFilter& filter,
                                                  PageOfIds page) {
  std::vector<Bet> bets;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    return ReadBets(WithFilter(user_id, filter,
                               [&](auto&&... parameters) {
                                 return query.exec_params(kListBets, parameters..., page.before,
                                                          page.size);
                               }),
                    bets);
  }));
  return bets;
}

absl::StatusOr<std::vector<Bet>> PgBetStore::ListAll(UserId user_id, const BetFilter& filter) {
  std::vector<Bet> bets;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    return ReadBets(WithFilter(user_id, filter,
                               [&](auto&&... parameters) {
                                 return query.exec_params(kListAllBets, parameters...);
                               }),
                    bets);
  }));
  return bets;
}

absl::StatusOr<std::map<std::int64_t, Bet>> PgBetStore::FindAll(
    UserId user_id, const std::vector<std::int64_t>& ids) {
  std::vector<Bet> bets;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    return ReadBets(query.exec_params(kFindOwnBets, user_id.value, storage::FormatArray(ids)),
                    bets);
  }));
  std::map<std::int64_t, Bet> by_id;
  for (Bet& bet : bets) by_id.emplace(bet.bet_id, std::move(bet));
  return by_id;
}

absl::StatusOr<std::vector<Bet>> PgBetStore::FindOnMatches(UserId user_id,
                                                           const std::vector<MatchId>& match_ids) {
  std::vector<Bet> bets;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) -> absl::Status {
    ASSIGN_OR_RETURN(bets, ReadBetsOnMatches(query, user_id, match_ids));
    return absl::OkStatus();
  }));
  return bets;
}

absl::StatusOr<domain::Streak> PgBetStore::LosingStreak(UserId user_id) {
  domain::Streak streak;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    const pqxx::row row = query.exec_params1(kLosingStreak, user_id.value);
    streak = {row[0].as<std::int64_t>(), Money{row[1].as<std::int64_t>()}};
    return absl::OkStatus();
  }));
  return streak;
}

absl::StatusOr<std::map<std::int64_t, ClosingLine>> PgBetStore::ClosingLines(
    const std::vector<Bet>& bets, Instant now) {
  std::vector<std::int64_t> match_ids;
  for (const Bet& bet : bets) {
    if (bet.outcome) match_ids.push_back(bet.match.match_id.value);
  }
  std::sort(match_ids.begin(), match_ids.end());
  match_ids.erase(std::unique(match_ids.begin(), match_ids.end()), match_ids.end());
  std::map<std::int64_t, ClosingLine> lines;
  if (match_ids.empty()) return lines;

  // By match, market and line; Pinnacle's before the average.
  using Key = std::tuple<std::int64_t, int, int>;
  struct Book {
    std::vector<domain::Probability> probabilities;
    std::string source;
  };
  std::map<Key, Book> books;
  const absl::Status status =
      database_.Transact({.as_of = now, .read_only = true}, [&](pqxx::work& work) -> absl::Status {
        const std::string ids = storage::FormatArray(match_ids);
        for (const pqxx::row& row : work.exec_params(kClosingPrices, ids)) {
          const Key key{row[0].as<std::int64_t>(), row[1].as<int>(), row[2].as<int>()};
          const auto source = row[3].as<std::string>();
          const auto found = books.find(key);
          if (found != books.end() && found->second.source == "pinnacle") continue;
          if (auto fair = FairProbabilities(row)) books[key] = {*std::move(fair), source};
        }
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(status);
  for (const Bet& bet : bets) {
    const domain::Selection& selection = bet.order.selection;
    const auto found = books.find(
        {bet.match.match_id.value, static_cast<int>(selection.market), selection.line_quarters});
    if (!bet.outcome || found == books.end()) continue;
    const auto position = domain::PositionOf(selection.market, selection.outcome);
    if (!position || *position >= found->second.probabilities.size()) continue;
    lines[bet.bet_id] = {found->second.probabilities[*position].value(), found->second.source};
  }
  return lines;
}

absl::StatusOr<std::int64_t> PgBetStore::CountOpen() {
  std::int64_t open = 0;
  RETURN_IF_ERROR(database_.Read([&](pqxx::nontransaction& query) {
    open = query.exec1(kCountOpen)[0].as<std::int64_t>();
    return absl::OkStatus();
  }));
  return open;
}

}  // namespace fairline::accounts
