#include "services/accounts/storage/bet_rows.hpp"

#include "libs/domain/match.hpp"
#include "services/accounts/storage/account_rows.hpp"

namespace fairline::accounts {
namespace {

constexpr char kReadMatches[] = R"sql(
SELECT m.match_id, m.match_date::text, (extract(epoch FROM m.kickoff_time) * 1000000)::bigint,
       m.sport, m.competition_code, c.name, h.name, a.name, m.state, m.settlement_home_score,
       m.settlement_away_score
FROM sports.v1_matches m
JOIN sports.v1_competitions c USING (competition_id)
JOIN sports.v1_teams h ON h.team_id = m.home_team_id
JOIN sports.v1_teams a ON a.team_id = m.away_team_id
WHERE m.match_id = ANY ($1::bigint[]))sql";

constexpr char kReadBetsOnMatches[] =
    "SELECT " BET_COLUMNS
    "FROM accounts.bets b WHERE b.user_id = $1 AND b.match_id = ANY ($2::bigint[]) "
    "ORDER BY b.bet_id";

std::optional<int> OptionalInt(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(field.as<int>());
}

}  // namespace

absl::StatusOr<Bet> ReadBet(const pqxx::row& row) {
  Bet bet;
  bet.bet_id = row[0].as<std::int64_t>();
  bet.user_id = UserId{row[1].as<std::int64_t>()};
  BetMatch& match = bet.match;
  match.match_id = MatchId{row[2].as<std::int64_t>()};
  ASSIGN_OR_RETURN(match.match_date, ParseDay(row[3].as<std::string>()));
  match.kickoff_time = storage::AsOptionalInstant(row[4]);
  match.sport = row[5].as<std::string>();
  match.competition_code = row[6].as<std::string>();
  match.competition_name = row[7].as<std::string>();
  match.home_team = row[8].as<std::string>();
  match.away_team = row[9].as<std::string>();
  NewBet& order = bet.order;
  order.match_id = match.match_id;
  order.selection = {static_cast<domain::Market>(row[10].as<int>()),
                     static_cast<domain::Outcome>(row[11].as<int>()), row[12].as<int>()};
  order.bookmaker = row[14].as<std::string>();
  order.terms = {static_cast<domain::BetSide>(row[13].as<int>()), row[15].as<std::int64_t>(),
                 Money{row[16].as<std::int64_t>()}, row[17].as<int>()};
  bet.exposure = Money{row[18].as<std::int64_t>()};
  order.note = row[19].as<std::string>();
  order.placed_time = storage::AsInstant(row[20]);
  bet.logged_afterwards = row[21].as<bool>();
  order.model_version = row[22].as<int>();
  order.probability = row[23].as<double>();
  bet.create_time = storage::AsInstant(row[24]);
  if (row[26].is_null()) return bet;
  bet.outcome = BetOutcome{.result = static_cast<domain::BetResult>(row[26].as<int>()),
                           .returned = Money{row[27].as<std::int64_t>()},
                           .home_score = OptionalInt(row[28]),
                           .away_score = OptionalInt(row[29]),
                           .settle_time = storage::AsInstant(row[30]),
                           .result_time = storage::AsInstant(row[31]),
                           .settlements = row[25].as<int>(),
                           .by_hand = row[32].as<bool>()};
  return bet;
}

absl::StatusOr<std::vector<Bet>> ReadBetsOnMatches(pqxx::transaction_base& work, UserId user_id,
                                                   std::span<const MatchId> match_ids) {
  std::vector<Bet> bets;
  const std::string array =
      storage::ArrayOf(match_ids, [](MatchId match_id) { return match_id.value; });
  for (const pqxx::row& row : work.exec_params(kReadBetsOnMatches, user_id.value, array)) {
    ASSIGN_OR_RETURN(Bet bet, ReadBet(row));
    bets.push_back(std::move(bet));
  }
  return bets;
}

absl::StatusOr<std::vector<BetMatch>> ReadMatches(pqxx::transaction_base& work,
                                                  std::span<const MatchId> ids) {
  std::vector<BetMatch> matches;
  const std::string array = storage::ArrayOf(ids, [](MatchId match_id) { return match_id.value; });
  for (const pqxx::row& row : work.exec_params(kReadMatches, array)) {
    BetMatch match;
    match.match_id = MatchId{row[0].as<std::int64_t>()};
    ASSIGN_OR_RETURN(match.match_date, ParseDay(row[1].as<std::string>()));
    match.kickoff_time = storage::AsOptionalInstant(row[2]);
    match.sport = row[3].as<std::string>();
    match.competition_code = row[4].as<std::string>();
    match.competition_name = row[5].as<std::string>();
    match.home_team = row[6].as<std::string>();
    match.away_team = row[7].as<std::string>();
    match.state = static_cast<domain::MatchState>(row[8].as<int>());
    match.home_score = OptionalInt(row[9]);
    match.away_score = OptionalInt(row[10]);
    matches.push_back(std::move(match));
  }
  return matches;
}

}  // namespace fairline::accounts
