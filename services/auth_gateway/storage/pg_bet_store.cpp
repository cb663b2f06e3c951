#include "services/auth_gateway/storage/pg_bet_store.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "services/auth_gateway/storage/account_rows.hpp"
#include "services/auth_gateway/storage/bet_rows.hpp"
#include "services/auth_gateway/storage/limit_rows.hpp"

namespace fairline::auth_gateway {
namespace {

constexpr char kInsertBet[] = R"sql(
INSERT INTO accounts.bets (user_id, match_id, match_date, kickoff_time, sport, competition_code,
  competition_name, home_team, away_team, market, outcome, line_quarters, side, bookmaker,
  odds_millionths, stake_minor_units, commission_basis_points, exposure_minor_units, note,
  placed_time, logged_afterwards, model_version, probability)
VALUES ($1, $2, $3, $4::timestamptz, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
  $18, $19, $20::timestamptz, $21, nullif($22::int, 0), nullif($23::float8, 0))
RETURNING bet_id)sql";
constexpr char kFindBet[] =
    "SELECT " BET_COLUMNS "FROM accounts.bets b WHERE b.bet_id = $2 AND b.user_id = $1";
constexpr char kFindBets[] =
    "SELECT " BET_COLUMNS
    "FROM accounts.bets b WHERE b.bet_id = ANY ($1::bigint[]) ORDER BY b.bet_id";
// Bets whose match may have something to say that their newest settlement does not. Judge decides;
// what it leaves as it is comes again with the next round.
constexpr char kCandidates[] = R"sql(
SELECT b.bet_id, b.user_id
FROM accounts.bets b LEFT JOIN sports.v1_matches m USING (match_id)
WHERE b.bet_id > $1
  AND (b.result IS NULL
           AND (m.match_id IS NULL OR m.state <> 1 OR m.match_date <> b.match_date
                OR b.match_date + 14 <= (SELECT sports.as_of())::date)
       OR b.result <> 6
           AND ((b.home_score, b.away_score) IS DISTINCT FROM (m.home_score, m.away_score)
                OR b.home_score IS NOT NULL AND m.state NOT IN (4, 6))
           AND m.state <> 1)
ORDER BY b.bet_id LIMIT $2)sql";
// In one order, so that two settlements cannot wait for each other in a circle.
constexpr char kLockUsers[] =
    "SELECT user_id FROM accounts.users WHERE user_id = ANY ($1::bigint[]) "
    "ORDER BY user_id FOR UPDATE";
constexpr char kInsertSettlements[] = R"sql(
INSERT INTO accounts.bet_settlements (bet_id, sequence, result, returned_minor_units, home_score,
                                      away_score, reason, effective_time)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::bigint[], $5::smallint[],
                     $6::smallint[], $7::text[], $8::timestamptz[]))sql";

struct NewSettlement {
  std::int64_t bet_id = 0;
  int sequence = 1;
  Verdict verdict;
};

void InsertSettlements(pqxx::work& work, const std::vector<NewSettlement>& settlements) {
  if (settlements.empty()) return;
  const auto array = [&](auto&& element) {
    return ArrayOf(settlements, [&](const NewSettlement& one) { return element(one); });
  };
  const auto score = [](const std::optional<int>& goals) {
    return goals ? std::to_string(*goals) : std::string("NULL");
  };
  work.exec_params0(
      kInsertSettlements, array([](const auto& one) { return std::to_string(one.bet_id); }),
      array([](const auto& one) { return std::to_string(one.sequence); }),
      array([](const auto& one) { return std::to_string(static_cast<int>(one.verdict.result)); }),
      array([](const auto& one) { return std::to_string(one.verdict.returned.minor_units); }),
      array([&](const auto& one) { return score(one.verdict.home_score); }),
      array([&](const auto& one) { return score(one.verdict.away_score); }),
      array([](const auto& one) { return ArrayElement(one.verdict.reason); }),
      array([](const auto& one) { return FormatInstant(one.verdict.effective_time); }));
}

absl::StatusOr<Bet> FindBet(pqxx::work& work, UserId user_id, std::int64_t bet_id) {
  const pqxx::result rows = work.exec_params(kFindBet, user_id.value, bet_id);
  if (rows.empty()) return absl::NotFoundError("no such bet");
  return ReadBet(rows[0]);
}

std::string Fingerprint(const NewBet& order) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", order.match_id.value,
                     static_cast<int>(order.selection.market),
                     static_cast<int>(order.selection.outcome), order.selection.line_quarters,
                     static_cast<int>(order.terms.side), order.terms.odds_millionths,
                     order.terms.stake.minor_units, order.terms.commission_basis_points,
                     order.bookmaker, order.note, TimeText(order.placed_time).value_or(""),
                     order.model_version, order.probability);
}

// A locked account on its way through several bets. Its bankroll is kept here; that it has no
// limits is asked once.
struct Purse {
  Account account;
  bool limited = false;
};

absl::StatusOr<Purse> OpenPurse(pqxx::work& work, UserId user_id) {
  Purse purse;
  ASSIGN_OR_RETURN(Credentials locked, LockById(work, user_id));
  purse.account = std::move(locked.account);
  RETURN_IF_ERROR(CheckNotExcluded(purse.account.excluded_until, DatabaseNow(work)));
  purse.limited = !ReadLimits(work, user_id).empty();
  return purse;
}

// Logs one bet, and settles it at once when its match is over.
absl::StatusOr<std::int64_t> InsertBet(pqxx::work& work, Purse& purse, const NewBet& order,
                                       const std::map<MatchId, BetMatch>& matches, Instant now) {
  Account& account = purse.account;
  const auto found = matches.find(order.match_id);
  if (found == matches.end()) return absl::NotFoundError("match_id: there is no such match");
  const BetMatch& match = found->second;
  RETURN_IF_ERROR(CheckOrder(order, match, now));
  Bet bet;
  bet.order = order;
  bet.order.placed_time = order.placed_time.value_or(now);
  bet.match = match;
  bet.exposure = domain::Exposure(order.terms);
  bet.logged_afterwards = HasBegun(match, now);
  if (purse.limited) RETURN_IF_ERROR(CheckMayRisk(work, account, bet.exposure));
  if (account.bankroll < bet.exposure) {
    return absl::FailedPreconditionError(fmt::format(
        "stake_minor_units: the bankroll of {} {} is smaller than the {} {} that the bet can lose",
        FormatMoney(account.bankroll), account.currency, FormatMoney(bet.exposure),
        account.currency));
  }
  const pqxx::row row = work.exec_params1(
      kInsertBet, account.user_id.value, match.match_id.value, FormatDay(match.match_date),
      TimeText(match.kickoff_time), match.sport, match.competition_code, match.competition_name,
      match.home_team, match.away_team, static_cast<int>(order.selection.market),
      static_cast<int>(order.selection.outcome), order.selection.line_quarters,
      static_cast<int>(order.terms.side), order.bookmaker, order.terms.odds_millionths,
      order.terms.stake.minor_units, order.terms.commission_basis_points, bet.exposure.minor_units,
      order.note, TimeText(bet.order.placed_time), bet.logged_afterwards, order.model_version,
      order.probability);
  bet.bet_id = row[0].as<std::int64_t>();
  account.bankroll = account.bankroll - bet.exposure;
  if (const auto verdict = Judge(bet, match, now)) {
    InsertSettlements(work, {{bet.bet_id, 1, *verdict}});
    account.bankroll = account.bankroll + verdict->returned;
  }
  return bet.bet_id;
}

absl::StatusOr<std::map<MatchId, BetMatch>> MatchesById(pqxx::work& work,
                                                        std::span<const MatchId> ids) {
  ASSIGN_OR_RETURN(auto matches, ReadMatches(work, ids));
  std::map<MatchId, BetMatch> by_id;
  for (BetMatch& match : matches) {
    const MatchId match_id = match.match_id;
    by_id.emplace(match_id, std::move(match));
  }
  return by_id;
}

absl::StatusOr<BetChange> Changed(pqxx::work& work, UserId user_id, std::int64_t bet_id) {
  BetChange change;
  ASSIGN_OR_RETURN(change.bet, FindBet(work, user_id, bet_id));
  ASSIGN_OR_RETURN(change.account, Reread(work, user_id));
  return change;
}

}  // namespace

absl::StatusOr<BetChange> PgBetStore::Place(UserId user_id, const NewBet& order,
                                            const std::string& request_id, Instant now) {
  absl::StatusOr<BetChange> change = NoSuchAccount();
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        RETURN_IF_ERROR(LockById(work, user_id).status());
        Repeatable request(work, user_id.value, "place_bet", request_id, Fingerprint(order));
        ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
        std::int64_t bet_id = earlier.value_or(0);
        if (!earlier) {
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, std::array{order.match_id}));
          ASSIGN_OR_RETURN(Purse purse, OpenPurse(work, user_id));
          ASSIGN_OR_RETURN(bet_id, InsertBet(work, purse, order, matches, now));
          request.Remember(bet_id);
        }
        change = Changed(work, user_id, bet_id);
        return change.status();
      });
  RETURN_IF_ERROR(status);
  return change;
}

absl::StatusOr<ImportOutcome> PgBetStore::PlaceAll(UserId user_id,
                                                   const std::vector<NewBet>& orders,
                                                   const std::string& request_id, Instant now) {
  std::string fingerprint;
  std::vector<MatchId> ids;
  for (const NewBet& order : orders) {
    fingerprint += Fingerprint(order) + "\n\n";
    ids.push_back(order.match_id);
  }
  ImportOutcome outcome;
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        outcome = {};
        RETURN_IF_ERROR(LockById(work, user_id).status());
        Repeatable request(work, user_id.value, "import_bets", request_id, fingerprint);
        ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
        outcome.already_imported = earlier.has_value();
        if (!earlier) {
          ASSIGN_OR_RETURN(Purse purse, OpenPurse(work, user_id));
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, ids));
          for (const NewBet& order : orders) {
            const auto made = InsertBet(work, purse, order, matches, now);
            if (!made.ok()) {
              return absl::Status(made.status().code(),
                                  fmt::format("bets[{}].{}", outcome.added,
                                              std::string(made.status().message().data(),
                                                          made.status().message().size())));
            }
            ++outcome.added;
          }
          request.Remember(outcome.added);
        }
        ASSIGN_OR_RETURN(outcome.account, Reread(work, user_id));
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(status);
  return outcome;
}

absl::StatusOr<BetChange> PgBetStore::Cancel(UserId user_id, std::int64_t bet_id, Instant now) {
  absl::StatusOr<BetChange> change = NoSuchAccount();
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        RETURN_IF_ERROR(LockById(work, user_id).status());
        ASSIGN_OR_RETURN(const Bet bet, FindBet(work, user_id, bet_id));
        if (!bet.outcome) {
          // The kick-off counts as it was and as it is now: an earlier one must not be slept
          // through.
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, std::array{bet.match.match_id}));
          const bool begun_now = !matches.empty() && HasBegun(matches.begin()->second, now);
          if (begun_now || (matches.empty() && HasBegun(bet.match, now))) {
            return absl::FailedPreconditionError("the match has begun: the bet stands");
          }
          InsertSettlements(work,
                            {{bet_id, 1,
                              Verdict{domain::BetResult::kCancelled, bet.exposure, std::nullopt,
                                      std::nullopt, "cancelled by the account", now}}});
        } else if (bet.outcome->result != domain::BetResult::kCancelled) {
          return absl::FailedPreconditionError("the bet is settled");
        }
        change = Changed(work, user_id, bet_id);
        return change.status();
      });
  RETURN_IF_ERROR(status);
  return change;
}

absl::StatusOr<SettleCount> PgBetStore::Settle(std::int64_t after_bet_id, int batch, Instant now) {
  SettleCount count;
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        count = {};
        std::vector<std::int64_t> bet_ids;
        std::set<std::int64_t> owners;
        for (const pqxx::row& row : work.exec_params(kCandidates, after_bet_id, batch)) {
          bet_ids.push_back(row[0].as<std::int64_t>());
          owners.insert(row[1].as<std::int64_t>());
        }
        if (bet_ids.empty()) return absl::OkStatus();
        count.last_bet_id = bet_ids.back();
        const auto number = [](std::int64_t id) { return std::to_string(id); };
        const std::vector<std::int64_t> users(owners.begin(), owners.end());
        work.exec_params(kLockUsers, ArrayOf(users, number));

        // Read anew behind the locks: another settlement may have been here meanwhile.
        std::vector<Bet> bets;
        std::vector<MatchId> match_ids;
        for (const pqxx::row& row : work.exec_params(kFindBets, ArrayOf(bet_ids, number))) {
          ASSIGN_OR_RETURN(Bet bet, ReadBet(row));
          match_ids.push_back(bet.match.match_id);
          bets.push_back(std::move(bet));
        }
        ASSIGN_OR_RETURN(const auto matches, MatchesById(work, match_ids));
        std::vector<NewSettlement> settlements;
        for (const Bet& bet : bets) {
          const auto match = matches.find(bet.match.match_id);
          const auto verdict =
              Judge(bet, match == matches.end() ? std::nullopt : std::optional(match->second), now);
          if (!verdict) continue;
          const int before = bet.outcome ? bet.outcome->settlements : 0;
          ++(before == 0 ? count.settled : count.corrected);
          settlements.push_back({bet.bet_id, before + 1, *verdict});
        }
        InsertSettlements(work, settlements);
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(status);
  return count;
}

}  // namespace fairline::auth_gateway
