#pragma once
// What the use cases of bets need from storage. Every method is one transaction and locks the
// account that it changes, so that parallel requests act one after another. Thread-safe.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/domain/betting_record.hpp"
#include "services/accounts/app/identity/account.hpp"
#include "services/accounts/app/identity/account_store.hpp"
#include "services/accounts/app/ledger/bet.hpp"
#include "services/accounts/app/ledger/settlement.hpp"

namespace fairline::accounts {

enum class BetState { kAll = 0, kOpen = 1, kSettled = 2 };

struct BetFilter {
  BetState state = BetState::kAll;
  std::string competition_code = {};  // empty: all
  std::string bookmaker = {};         // empty: all
  std::optional<domain::Market> market = {};
  std::optional<Day> from_date = {};  // inclusive, of the match
  std::optional<Day> to_date = {};
  std::optional<MatchId> match_id = {};
  bool only_before_kickoff = false;
};

struct BetChange {
  Bet bet;
  Account account;
};

struct SettlementRow {
  int sequence = 0;
  domain::BetResult result = domain::BetResult::kVoid;
  Money returned;
  std::optional<int> home_score;
  std::optional<int> away_score;
  std::string reason;
  Instant create_time;
  bool by_hand = false;
};

// What makes a file the same one when it comes again: its content always, and the request's id when
// there is one.
struct ImportKey {
  std::string request_id;
  std::string content_hash;
};

struct ImportOutcome {
  std::int64_t added = 0;
  std::int64_t logged_before = 0;  // bets of the file that are this account's already
  bool already_imported = false;
  Account account;
  // Of each bet asked for, in their order: how it is settled, absent while it is open.
  std::vector<std::optional<BetOutcome>> outcomes = {};
  // Where the file contradicts how its bets are settled, by line and column.
  std::vector<std::string> contradictions = {};
};

struct SettleCount {
  std::int64_t settled = 0;
  std::int64_t corrected = 0;
  // One for each account whose bets could not be booked; they stay as they were.
  std::vector<std::string> failures = {};
  // The last bet looked at; 0 when none was left.
  std::int64_t last_bet_id = 0;
};

class BetStore {
 public:
  virtual ~BetStore() = default;

  // Checks by CheckOrder, the limits and the bankroll; settles at once what is over. NotFound for
  // a match that does not show at `now`. A repeated request id answers the bet that it made;
  // AlreadyExists when it was used for another bet.
  [[nodiscard]] virtual absl::StatusOr<BetChange> Place(UserId user_id, const NewBet& order,
                                                        const std::string& request_id,
                                                        Instant now) = 0;
  // What the file did when it was taken in before; AlreadyExists when its request id was used for
  // another file.
  [[nodiscard]] virtual absl::StatusOr<std::optional<ImportOutcome>> FindImport(
      UserId user_id, const ImportKey& key) = 0;
  // All that are not logged yet (FindKnownBets; the bets in `taken` are other rows of the file), or
  // none, in the order given; errors name the position ("bets[3].stake_minor_units: ...").
  // Thousands of bets take a second or two.
  [[nodiscard]] virtual absl::StatusOr<ImportOutcome> PlaceAll(UserId user_id,
                                                               const std::vector<NewBet>& orders,
                                                               const std::set<std::int64_t>& taken,
                                                               const ImportKey& key,
                                                               Instant now) = 0;
  // For the errors see SettledByHand. A repeated request id answers the bet as it is; AlreadyExists
  // when it was used for another settlement.
  [[nodiscard]] virtual absl::StatusOr<BetChange> SettleByHand(UserId user_id, std::int64_t bet_id,
                                                               const ByHand& said,
                                                               const std::string& request_id,
                                                               Instant now) = 0;
  // FailedPrecondition once the match has begun or the bet is settled; a cancelled bet stays so.
  [[nodiscard]] virtual absl::StatusOr<BetChange> Cancel(UserId user_id, std::int64_t bet_id,
                                                         const std::string& request_id,
                                                         Instant now) = 0;
  // Looks at up to `batch` bets after `after_bet_id` whose match may have something new. An account
  // whose books refuse a settlement is left out and named; the others are settled.
  [[nodiscard]] virtual absl::StatusOr<SettleCount> Settle(std::int64_t after_bet_id, int batch,
                                                           Instant now) = 0;

  // NotFound for another account's bet as for none.
  [[nodiscard]] virtual absl::StatusOr<Bet> Get(UserId user_id, std::int64_t bet_id) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<SettlementRow>> ListSettlements(
      std::int64_t bet_id) = 0;
  // Newest first.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Bet>> List(UserId user_id,
                                                              const BetFilter& filter,
                                                              PageOfIds page) = 0;
  // All of them, in the order in which they were settled; open ones last.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Bet>> ListAll(UserId user_id,
                                                                 const BetFilter& filter) = 0;
  // Those of `ids` that are this account's, by id.
  [[nodiscard]] virtual absl::StatusOr<std::map<std::int64_t, Bet>> FindAll(
      UserId user_id, const std::vector<std::int64_t>& ids) = 0;
  // The account's bets on these matches.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Bet>> FindOnMatches(
      UserId user_id, const std::vector<MatchId>& match_ids) = 0;
  // The run of losses that the last settled bets are; none when the last one won.
  [[nodiscard]] virtual absl::StatusOr<domain::Streak> LosingStreak(UserId user_id) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> CountOpen() = 0;
};

}  // namespace fairline::accounts
