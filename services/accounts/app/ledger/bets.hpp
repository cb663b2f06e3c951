#pragma once
// The use cases of bets. Thread-safe.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "services/accounts/app/identity/accounts.hpp"
#include "services/accounts/app/ledger/bet_statistics.hpp"
#include "services/accounts/app/ledger/bet_store.hpp"
#include "services/accounts/app/ledger/journal.hpp"
#include "services/accounts/app/ledger/match_finder.hpp"

namespace fairline::accounts {

struct BetWithLine {
  Bet bet;
  std::optional<ClosingLine> closing_line;
};

struct BetInFull {
  BetWithLine bet;
  std::vector<SettlementRow> settlements;
};

struct Placed {
  BetChange change;
  std::string notice;  // about a losing streak; mostly empty
};

struct SettleProgress {
  std::int64_t settled = 0;
  std::int64_t corrected = 0;
  std::vector<std::string> failures = {};  // see SettleCount
};

class Bets {
 public:
  // Everything given outlives this. `as_of` is what is known.
  Bets(BetStore& store, MatchFinder& matches, Journal& journal, Accounts& accounts,
       const Clock& as_of)
      : store_(store), matches_(matches), journal_(journal), accounts_(accounts), as_of_(as_of) {}

  // For the errors of the next ones see BetStore.
  [[nodiscard]] absl::StatusOr<Placed> Place(UserId user_id, const NewBet& order,
                                             const std::string& request_id);
  [[nodiscard]] absl::StatusOr<BetChange> SettleByHand(UserId user_id, std::int64_t bet_id,
                                                       const ByHand& said,
                                                       const std::string& request_id);
  [[nodiscard]] absl::StatusOr<BetChange> Cancel(UserId user_id, std::int64_t bet_id,
                                                 const std::string& request_id = "");
  [[nodiscard]] absl::StatusOr<BetInFull> Get(UserId user_id, std::int64_t bet_id);
  [[nodiscard]] absl::StatusOr<std::vector<BetWithLine>> List(UserId user_id,
                                                              const BetFilter& filter,
                                                              PageOfIds page);
  [[nodiscard]] absl::StatusOr<BetStatistics> Statistics(UserId user_id, const BetFilter& filter);
  [[nodiscard]] absl::StatusOr<std::vector<CurvePoint>> Curve(UserId user_id);
  [[nodiscard]] absl::StatusOr<std::string> CurrencyOf(UserId user_id);

  // A CSV file of all bets, oldest first.
  [[nodiscard]] absl::StatusOr<std::string> Export(UserId user_id);
  // All bets of the file that are not logged yet, or none, and the same file once. A row with the
  // id of a bet of this account is that bet when it says the same; others are known by what they
  // are (FindKnownBets). InvalidArgument names lines and columns.
  [[nodiscard]] absl::StatusOr<ImportOutcome> Import(UserId user_id, const std::string& content,
                                                     const std::string& request_id);

  // Settles what can be settled, in batches of one transaction each. `go_on` is asked between them;
  // Cancelled when it says no. Repeating it settles nothing twice, alone or beside another.
  [[nodiscard]] absl::StatusOr<SettleProgress> SettleAll(
      const std::function<bool(const SettleProgress&)>& go_on);
  [[nodiscard]] absl::StatusOr<std::int64_t> CountOpen() { return store_.CountOpen(); }
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> ListViolations() {
    return journal_.ListViolations();
  }

 private:
  BetStore& store_;
  MatchFinder& matches_;
  Journal& journal_;
  Accounts& accounts_;
  const Clock& as_of_;
};

}  // namespace fairline::accounts
