#pragma once
// What an account's settled bets say, as a whole and cut by what they were on; and the curve of its
// money. Pure.

#include <map>
#include <string>
#include <vector>

#include "libs/domain/betting_record.hpp"
#include "services/accounts/app/ledger/bet_store.hpp"
#include "services/accounts/app/ledger/journal.hpp"
#include "services/accounts/app/ledger/match_finder.hpp"

namespace fairline::accounts {

struct LabelledRecord {
  std::string label;
  domain::BettingRecord record;
};

struct BetStatistics {
  domain::BettingRecord overall;
  std::vector<LabelledRecord> by_competition;
  std::vector<LabelledRecord> by_bookmaker;
  std::vector<LabelledRecord> by_market;
  std::vector<LabelledRecord> by_odds;   // from short to long
  std::vector<LabelledRecord> by_month;  // "2026-01"
  std::int64_t open_bets = 0;
  Money open_exposure;
  std::int64_t logged_afterwards = 0;
  std::string closing_line;  // whose closing lines, in words
};

// `bets` in the order of their settlement, as BetStore::ListAll gives them.
[[nodiscard]] BetStatistics StatisticsOf(const std::vector<Bet>& bets,
                                         const std::map<std::int64_t, ClosingLine>& lines);

struct CurvePoint {
  Day day;
  Money equity;     // deposits and profit: bankroll with the stakes of open bets still in it
  Money profit;     // of all bets settled until then
  Money deposited;  // less withdrawals
  Money drawdown;   // below the highest profit so far
  double drawdown_fraction = 0.0;  // of the equity at that peak's profit and today's deposits
};

// One point a day on which something moved. Nothing is later than `today`, where what was booked by
// a later clock is put. Who logs old bets has had money then: the first deposit counts from the
// first day.
[[nodiscard]] std::vector<CurvePoint> CurveOf(const std::vector<DayFlow>& flows, Day today);

}  // namespace fairline::accounts
