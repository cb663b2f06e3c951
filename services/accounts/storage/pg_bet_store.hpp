#pragma once
// Bets in PostgreSQL, schema "accounts" (migrations/V002). The tables' own triggers write the
// journal; matches and closing odds come from the views of schema "sports".

#include "libs/core/clock.hpp"
#include "libs/storage/database.hpp"
#include "services/accounts/app/ledger/bet_store.hpp"
#include "services/accounts/app/ledger/match_finder.hpp"

namespace fairline::accounts {

class PgBetStore final : public BetStore, public MatchFinder {
 public:
  // `database` was opened with PgAccountStore::PrepareStatements; it and `clock`, real time, by
  // which limits and exclusions hold, outlive this.
  PgBetStore(storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  absl::StatusOr<BetChange> Place(UserId user_id, const NewBet& order,
                                  const std::string& request_id, Instant now) override;
  absl::StatusOr<std::optional<ImportOutcome>> FindImport(UserId user_id,
                                                          const ImportKey& key) override;
  absl::StatusOr<ImportOutcome> PlaceAll(UserId user_id, const std::vector<NewBet>& orders,
                                         const std::set<std::int64_t>& taken, const ImportKey& key,
                                         Instant now) override;
  absl::StatusOr<BetChange> SettleByHand(UserId user_id, std::int64_t bet_id, const ByHand& said,
                                         const std::string& request_id, Instant now) override;
  absl::StatusOr<BetChange> Cancel(UserId user_id, std::int64_t bet_id,
                                   const std::string& request_id, Instant now) override;
  absl::StatusOr<SettleCount> Settle(std::int64_t after_bet_id, int batch, Instant now) override;

  // pg_bet_queries.cpp
  absl::StatusOr<Bet> Get(UserId user_id, std::int64_t bet_id) override;
  absl::StatusOr<std::vector<SettlementRow>> ListSettlements(std::int64_t bet_id) override;
  absl::StatusOr<std::vector<Bet>> List(UserId user_id, const BetFilter& filter,
                                        PageOfIds page) override;
  absl::StatusOr<std::vector<Bet>> ListAll(UserId user_id, const BetFilter& filter) override;
  absl::StatusOr<std::map<std::int64_t, Bet>> FindAll(
      UserId user_id, const std::vector<std::int64_t>& ids) override;
  absl::StatusOr<std::vector<Bet>> FindOnMatches(UserId user_id,
                                                 const std::vector<MatchId>& match_ids) override;
  absl::StatusOr<domain::Streak> LosingStreak(UserId user_id) override;
  absl::StatusOr<std::map<std::int64_t, ClosingLine>> ClosingLines(const std::vector<Bet>& bets,
                                                                   Instant now) override;
  absl::StatusOr<std::vector<FoundMatch>> FindMatches(const std::vector<MatchName>& names,
                                                      Instant now) override;
  absl::StatusOr<std::int64_t> CountOpen() override;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace fairline::accounts
