#include "services/accounts/storage/pg_bet_store.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "libs/domain/match.hpp"
#include "libs/domain/settlement.hpp"
#include "libs/storage/stored.hpp"
#include "services/accounts/app/ledger/known_bets.hpp"
#include "services/accounts/storage/account_rows.hpp"
#include "services/accounts/storage/bet_rows.hpp"
#include "services/accounts/storage/booking.hpp"
#include "services/accounts/storage/limit_rows.hpp"

namespace fairline::accounts {
namespace {

// The numbers in the SQL below.
static_assert(storage::Stored(domain::MatchState::kScheduled) == 1 &&
              storage::Stored(domain::MatchState::kFinished) == 4 &&
              storage::Stored(domain::MatchState::kAwarded) == 5 &&
              storage::Stored(domain::MatchState::kCorrected) == 6);
static_assert(storage::Stored(domain::BetResult::kVoid) == 3 &&
              storage::Stored(domain::BetResult::kCancelled) == 6);

constexpr char kFindBet[] =
    "SELECT " BET_COLUMNS "FROM accounts.bets b WHERE b.bet_id = $2 AND b.user_id = $1";
constexpr char kFindBets[] =
    "SELECT " BET_COLUMNS
    "FROM accounts.bets b WHERE b.bet_id = ANY ($1::bigint[]) ORDER BY b.bet_id";
// Bets whose match may have something to say that their newest settlement does not. SettleBet
// decides; what it leaves as it is comes again with the next round.
constexpr char kCandidates[] = R"sql(
SELECT b.bet_id, b.user_id
FROM accounts.bets b
LEFT JOIN sports.v1_matches m USING (match_id)
LEFT JOIN sports.v1_taken_back_matches t USING (match_id)
WHERE b.bet_id > $1
  AND (b.result IS NULL
           AND (m.match_id IS NULL OR m.state <> 1 OR m.match_date <> b.match_date
                OR b.match_date + 14 <= (SELECT sports.as_of())::date)
       OR b.result <> 6 AND NOT b.settled_by_hand
           AND ((b.home_score, b.away_score) IS DISTINCT FROM
                    (m.settlement_home_score, m.settlement_away_score)
                OR b.home_score IS NOT NULL
                   AND (m.state NOT IN (4, 5, 6) OR m.match_date <> b.match_date))
           AND m.state <> 1
       OR b.result NOT IN (3, 6) AND NOT b.settled_by_hand AND t.match_id IS NOT NULL)
ORDER BY b.bet_id LIMIT $2)sql";
constexpr char kTakenBack[] =
    "SELECT match_id FROM sports.v1_taken_back_matches WHERE match_id = ANY ($1::bigint[])";
// In one order, so that two settlements cannot wait for each other in a circle.
constexpr char kLockUsers[] =
    "SELECT user_id FROM accounts.users WHERE user_id = ANY ($1::bigint[]) "
    "ORDER BY user_id FOR UPDATE";
absl::StatusOr<Bet> FindBet(pqxx::work& work, UserId user_id, std::int64_t bet_id) {
  const pqxx::result rows = work.exec_params(kFindBet, user_id.value, bet_id);
  if (rows.empty()) return absl::NotFoundError("no such bet");
  return ReadBet(rows[0]);
}

// Texts with their lengths: what is in one cannot pass for the beginning of the next.
std::string Fingerprint(const NewBet& order) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}:{}\n{}:{}\n{}\n{}\n{}",
                     order.match_id.value, static_cast<int>(order.selection.market),
                     static_cast<int>(order.selection.outcome), order.selection.line_quarters,
                     static_cast<int>(order.terms.side), order.terms.odds_millionths,
                     order.terms.stake.minor_units, order.terms.commission_basis_points,
                     order.bookmaker.size(), order.bookmaker, order.note.size(), order.note,
                     storage::AsText(order.placed_time).value_or(""), order.model_version,
                     order.probability);
}

std::string Fingerprint(std::int64_t bet_id, const ByHand& said) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", bet_id, said.result ? static_cast<int>(*said.result) : 0,
                     said.home_score.value_or(-1), said.away_score.value_or(-1), said.reason);
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

// Those of `bets` whose matches their source took back, as they were logged.
void AddTakenBack(pqxx::work& work, const std::vector<Bet>& bets,
                  std::map<MatchId, BetMatch>& matches) {
  std::map<MatchId, BetMatch> missing;
  for (const Bet& bet : bets) {
    if (matches.count(bet.match.match_id) == 0) missing.emplace(bet.match.match_id, bet.match);
  }
  if (missing.empty()) return;
  const std::string ids =
      storage::ArrayOf(missing, [](const auto& entry) { return entry.first.value; });
  for (const pqxx::row& row : work.exec_params(kTakenBack, ids)) {
    BetMatch& match = missing.at(MatchId{row[0].as<std::int64_t>()});
    match.taken_back = true;
    matches.emplace(match.match_id, match);
  }
}

std::optional<BetMatch> MatchOf(const Bet& bet, const std::map<MatchId, BetMatch>& matches) {
  const auto found = matches.find(bet.match.match_id);
  return found == matches.end() ? std::nullopt : std::optional(found->second);
}

// As a bet that was settled so shows it, but for the moments.
std::optional<BetOutcome> OutcomeOf(const std::optional<SettledResult>& settled) {
  if (!settled) return std::nullopt;
  return BetOutcome{.result = settled->result,
                    .returned = settled->returned,
                    .home_score = settled->home_score,
                    .away_score = settled->away_score,
                    .settlements = 1};
}

// A file under its own content and, when there is one, under its request's id.
class FileRequest {
 public:
  FileRequest(pqxx::work& work, UserId user_id, const ImportKey& key)
      : content_(work, user_id.value, kMethod, key.content_hash, key.content_hash),
        request_(work, user_id.value, kMethod,
                 key.request_id == key.content_hash ? "" : key.request_id, key.content_hash) {}

  [[nodiscard]] absl::StatusOr<bool> Earlier() {
    ASSIGN_OR_RETURN(const auto by_request, request_.Earlier());
    ASSIGN_OR_RETURN(const auto by_content, content_.Earlier());
    return by_request || by_content;
  }
  void Remember(std::int64_t bets) {
    content_.Remember(bets);
    request_.Remember(bets);
  }

 private:
  static constexpr char kMethod[] = "import_bets";
  Repeatable content_;
  Repeatable request_;
};

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
        ASSIGN_OR_RETURN(Credentials locked, LockById(work, user_id));
        Repeatable request(work, user_id.value, "place_bet", request_id, Fingerprint(order));
        ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
        std::int64_t bet_id = earlier.value_or(0);
        if (!earlier) {
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, std::array{order.match_id}));
          const LimitTimes times{clock_.Now(), now};
          ASSIGN_OR_RETURN(Purse purse, OpenPurse(std::move(locked.account),
                                                  ReadLimits(work, user_id, times), times));
          ASSIGN_OR_RETURN(const Booking booking, Reserve(purse, order, matches));
          bet_id = InsertBets(work, user_id, {booking}).front();
          request.Remember(bet_id);
        }
        change = Changed(work, user_id, bet_id);
        return change.status();
      });
  RETURN_IF_ERROR(status);
  return change;
}

absl::StatusOr<std::optional<ImportOutcome>> PgBetStore::FindImport(UserId user_id,
                                                                    const ImportKey& key) {
  std::optional<ImportOutcome> found;
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    FileRequest request(work, user_id, key);
    ASSIGN_OR_RETURN(const bool earlier, request.Earlier());
    if (!earlier) return absl::OkStatus();
    found.emplace().already_imported = true;
    ASSIGN_OR_RETURN(found->account, Reread(work, user_id));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return found;
}

absl::StatusOr<ImportOutcome> PgBetStore::PlaceAll(UserId user_id,
                                                   const std::vector<NewBet>& orders,
                                                   const std::set<std::int64_t>& taken,
                                                   const ImportKey& key, Instant now) {
  std::vector<MatchId> ids;
  for (const NewBet& order : orders) ids.push_back(order.match_id);
  ImportOutcome outcome;
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        outcome = {};
        ASSIGN_OR_RETURN(Credentials locked, LockById(work, user_id));
        FileRequest request(work, user_id, key);
        ASSIGN_OR_RETURN(outcome.already_imported, request.Earlier());
        if (!outcome.already_imported) {
          const LimitTimes times{clock_.Now(), now};
          ASSIGN_OR_RETURN(Purse purse, OpenPurse(std::move(locked.account),
                                                  ReadLimits(work, user_id, times), times));
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, ids));
          ASSIGN_OR_RETURN(const auto logged, ReadBetsOnMatches(work, user_id, ids));
          const auto known = FindKnownBets(orders, logged, taken);
          std::vector<Booking> bookings;
          for (std::size_t i = 0; i < orders.size(); ++i) {
            if (known[i]) {
              ++outcome.logged_before;
              outcome.outcomes.push_back(logged[*known[i]].outcome);
              continue;
            }
            auto booking = Reserve(purse, orders[i], matches);
            RETURN_IF_ERROR(Within(fmt::format("bets[{}]", i), booking.status()));
            outcome.outcomes.push_back(OutcomeOf(booking->settled));
            bookings.push_back(*std::move(booking));
          }
          (void)InsertBets(work, user_id, bookings);
          outcome.added = static_cast<std::int64_t>(bookings.size());
          request.Remember(outcome.added);
        }
        ASSIGN_OR_RETURN(outcome.account, Reread(work, user_id));
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(status);
  return outcome;
}

absl::StatusOr<BetChange> PgBetStore::SettleByHand(UserId user_id, std::int64_t bet_id,
                                                   const ByHand& said,
                                                   const std::string& request_id, Instant now) {
  absl::StatusOr<BetChange> change = NoSuchAccount();
  const absl::Status status = database_.Transact({}, [&](pqxx::work& work) -> absl::Status {
    RETURN_IF_ERROR(LockById(work, user_id).status());
    Repeatable request(work, user_id.value, "settle_bet", request_id, Fingerprint(bet_id, said));
    ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
    if (!earlier) {
      ASSIGN_OR_RETURN(const Bet bet, FindBet(work, user_id, bet_id));
      ASSIGN_OR_RETURN(const auto settled, SettledByHand(bet, said, now));
      const int before = bet.outcome ? bet.outcome->settlements : 0;
      if (settled) InsertSettlements(work, {{bet_id, user_id, before + 1, *settled}});
      request.Remember(bet_id);
    }
    change = Changed(work, user_id, bet_id);
    return change.status();
  });
  RETURN_IF_ERROR(status);
  return change;
}

absl::StatusOr<BetChange> PgBetStore::Cancel(UserId user_id, std::int64_t bet_id,
                                             const std::string& request_id, Instant now) {
  absl::StatusOr<BetChange> change = NoSuchAccount();
  const absl::Status status =
      database_.Transact({.as_of = now}, [&](pqxx::work& work) -> absl::Status {
        RETURN_IF_ERROR(LockById(work, user_id).status());
        Repeatable request(work, user_id.value, "cancel_bet", request_id, std::to_string(bet_id));
        ASSIGN_OR_RETURN(const auto earlier, request.Earlier());
        if (!earlier) {
          ASSIGN_OR_RETURN(const Bet bet, FindBet(work, user_id, bet_id));
          ASSIGN_OR_RETURN(const auto matches, MatchesById(work, std::array{bet.match.match_id}));
          ASSIGN_OR_RETURN(const auto settled, CancelledBet(bet, MatchOf(bet, matches), now));
          if (settled) InsertSettlements(work, {{bet_id, user_id, 1, *settled}});
          request.Remember(bet_id);
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
        const std::vector<std::int64_t> users(owners.begin(), owners.end());
        work.exec_params(kLockUsers, storage::FormatArray(users));

        // Read anew behind the locks: another settlement may have been here meanwhile.
        std::vector<Bet> bets;
        std::vector<MatchId> match_ids;
        for (const pqxx::row& row : work.exec_params(kFindBets, storage::FormatArray(bet_ids))) {
          ASSIGN_OR_RETURN(Bet bet, ReadBet(row));
          match_ids.push_back(bet.match.match_id);
          bets.push_back(std::move(bet));
        }
        ASSIGN_OR_RETURN(auto matches, MatchesById(work, match_ids));
        AddTakenBack(work, bets, matches);
        std::vector<NewSettlement> settlements;
        for (const Bet& bet : bets) {
          const auto settled = SettleBet(bet, MatchOf(bet, matches), now);
          if (!settled) continue;
          const int before = bet.outcome ? bet.outcome->settlements : 0;
          settlements.push_back({bet.bet_id, bet.user_id, before + 1, *settled});
        }
        count.failures = InsertSettlementsByAccount(work, settlements);
        for (const NewSettlement& one : settlements) {
          ++(one.sequence == 1 ? count.settled : count.corrected);
        }
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(status);
  return count;
}

}  // namespace fairline::accounts
