#include "services/accounts/app/ledger/bets.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"
#include "services/accounts/app/ledger/bet_file.hpp"
#include "services/accounts/app/ledger/known_bets.hpp"

namespace fairline::accounts {
namespace {

constexpr int kSettleBatch = 500;

// An error about one bet of a file, at its column.
FileError AtLine(int line, const absl::Status& status) {
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  if (!violations.empty()) {
    return {line, ColumnOf(violations.front().field), violations.front().reason};
  }
  // A limit names no field: what is too much is the stake.
  return {line, absl::IsFailedPrecondition(status) ? "stake" : "", MessageOf(status)};
}

// Whether a row of a file says what is logged already. The forecast that a bet followed is not in
// files.
bool SameBet(const NewBet& logged, const NewBet& row) {
  return logged.match_id == row.match_id && logged.selection == row.selection &&
         logged.terms == row.terms && logged.bookmaker == row.bookmaker &&
         logged.note == row.note && (!row.placed_time || logged.placed_time == row.placed_time);
}

// What a store says of "bets[3]", as the error of that bet's line. A refusal of the account as a
// whole is no error of the file.
absl::Status OfTheFile(const absl::Status& status, const std::vector<FileBet>& bets,
                       const std::vector<std::size_t>& rows) {
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  std::size_t index = 0;
  int read = 0;
  if (violations.empty() ||
      std::sscanf(violations.front().field.c_str(), "bets[%zu]%n", &index, &read) != 1) {
    return status;
  }
  const auto& [path, reason] = violations.front();
  const std::string field = path.substr(static_cast<std::size_t>(read));
  const absl::Status own = field.empty() ? absl::Status(status.code(), reason)
                                         : FieldError(status.code(), field.substr(1), reason);
  if (absl::IsPermissionDenied(status)) return own;
  return FileErrors({AtLine(bets[rows[index]].line, own)});
}

}  // namespace

absl::StatusOr<Placed> Bets::Place(UserId user_id, const NewBet& order,
                                   const std::string& request_id) {
  Placed placed;
  auto change = store_.Place(user_id, order, request_id, as_of_.Now());
  accounts_.Changed(user_id);
  RETURN_IF_ERROR(change.status());
  placed.change = *std::move(change);
  // The bet is made: a word that cannot be had must not make it look as if it was not.
  if (const auto streak = store_.LosingStreak(user_id); streak.ok()) {
    placed.notice =
        StreakNotice(false, streak->bets, streak->profit, placed.change.account.currency);
  }
  return placed;
}

absl::StatusOr<BetChange> Bets::Cancel(UserId user_id, std::int64_t bet_id,
                                       const std::string& request_id) {
  auto change = store_.Cancel(user_id, bet_id, request_id, as_of_.Now());
  accounts_.Changed(user_id);
  return change;
}

absl::StatusOr<BetChange> Bets::SettleByHand(UserId user_id, std::int64_t bet_id,
                                             const ByHand& said, const std::string& request_id) {
  auto change = store_.SettleByHand(user_id, bet_id, said, request_id, as_of_.Now());
  accounts_.Changed(user_id);
  return change;
}

absl::StatusOr<BetInFull> Bets::Get(UserId user_id, std::int64_t bet_id) {
  BetInFull full;
  ASSIGN_OR_RETURN(full.bet.bet, store_.Get(user_id, bet_id));
  ASSIGN_OR_RETURN(full.settlements, store_.ListSettlements(bet_id));
  ASSIGN_OR_RETURN(const auto lines, matches_.ClosingLines({full.bet.bet}, as_of_.Now()));
  if (const auto line = lines.find(bet_id); line != lines.end()) {
    full.bet.closing_line = line->second;
  }
  return full;
}

absl::StatusOr<std::vector<BetWithLine>> Bets::List(UserId user_id, const BetFilter& filter,
                                                    PageOfIds page) {
  ASSIGN_OR_RETURN(auto bets, store_.List(user_id, filter, page));
  ASSIGN_OR_RETURN(const auto lines, matches_.ClosingLines(bets, as_of_.Now()));
  std::vector<BetWithLine> listed;
  for (Bet& bet : bets) {
    const auto line = lines.find(bet.bet_id);
    listed.push_back(
        {std::move(bet), line == lines.end() ? std::nullopt : std::optional(line->second)});
  }
  return listed;
}

absl::StatusOr<BetStatistics> Bets::Statistics(UserId user_id, const BetFilter& filter) {
  ASSIGN_OR_RETURN(const auto bets, store_.ListAll(user_id, filter));
  ASSIGN_OR_RETURN(const auto lines, matches_.ClosingLines(bets, as_of_.Now()));
  return StatisticsOf(bets, lines);
}

absl::StatusOr<std::vector<CurvePoint>> Bets::Curve(UserId user_id) {
  ASSIGN_OR_RETURN(const auto flows, journal_.ListFlows(user_id));
  return CurveOf(flows, std::chrono::floor<std::chrono::days>(as_of_.Now()));
}

absl::StatusOr<std::string> Bets::CurrencyOf(UserId user_id) {
  ASSIGN_OR_RETURN(const Account account, accounts_.Get(user_id));
  return account.currency;
}

absl::StatusOr<std::string> Bets::Export(UserId user_id) {
  ASSIGN_OR_RETURN(const Account account, accounts_.Get(user_id));
  ASSIGN_OR_RETURN(auto bets, store_.ListAll(user_id, {}));
  ASSIGN_OR_RETURN(const auto lines, matches_.ClosingLines(bets, as_of_.Now()));
  std::sort(bets.begin(), bets.end(),
            [](const Bet& a, const Bet& b) { return a.bet_id < b.bet_id; });
  return WriteBetFile(bets, lines, account.currency);
}

absl::StatusOr<ImportOutcome> Bets::Import(UserId user_id, const std::string& content,
                                           const std::string& request_id) {
  const Instant now = as_of_.Now();
  const ImportKey key{request_id, Sha256Hex(content)};
  // First of all: a file that is in stays in, even when a match of it has begun since.
  ASSIGN_OR_RETURN(auto earlier, store_.FindImport(user_id, key));
  if (earlier) return *std::move(earlier);
  ASSIGN_OR_RETURN(const Account account, accounts_.Get(user_id));
  ASSIGN_OR_RETURN(std::vector<FileBet> bets, ReadBetFile(content, account.currency));
  std::vector<MatchName> names;
  std::vector<std::int64_t> ids;
  for (const FileBet& bet : bets) {
    names.push_back(bet.match);
    if (bet.bet_id != 0) ids.push_back(bet.bet_id);
  }
  ASSIGN_OR_RETURN(const auto matches, matches_.FindMatches(names, now));
  ASSIGN_OR_RETURN(const auto logged, store_.FindAll(user_id, ids));
  std::vector<FileError> errors;
  std::vector<NewBet> orders;
  std::vector<std::size_t> rows;  // of the orders, among the bets
  std::vector<MatchId> match_ids;
  std::set<std::int64_t> taken;
  std::vector<std::string> contradictions;
  for (std::size_t i = 0; i < bets.size(); ++i) {
    if (!matches[i].match) {
      errors.push_back({bets[i].line, matches[i].field, matches[i].reason});
      continue;
    }
    NewBet& order = bets[i].order;
    order.match_id = matches[i].match->match_id;
    if (const auto bet = logged.find(bets[i].bet_id); bet != logged.end()) {
      if (SameBet(bet->second.order, order)) {
        taken.insert(bets[i].bet_id);
        AddContradictions(bets[i], bet->second.outcome, account.currency, contradictions);
      } else {
        errors.push_back({bets[i].line, "bet_id",
                          fmt::format("bet {} is logged with other terms, and a logged bet never "
                                      "changes; to log another one, leave its bet_id empty",
                                      bets[i].bet_id)});
      }
      continue;
    }
    orders.push_back(order);
    rows.push_back(i);
    match_ids.push_back(order.match_id);
  }
  const auto by_id = static_cast<std::int64_t>(bets.size() - orders.size());
  // A bet that is logged already may be of a match that has begun since.
  ASSIGN_OR_RETURN(const auto on_matches, store_.FindOnMatches(user_id, match_ids));
  const auto known = FindKnownBets(orders, on_matches, taken);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (known[i]) continue;
    const absl::Status checked = CheckOrder(orders[i], *matches[rows[i]].match, now);
    if (!checked.ok()) errors.push_back(AtLine(bets[rows[i]].line, checked));
  }
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(),
                     [](const FileError& a, const FileError& b) { return a.line < b.line; });
    return FileErrors(errors);
  }
  auto outcome = store_.PlaceAll(user_id, orders, taken, key, now);
  accounts_.Changed(user_id);
  if (!outcome.ok()) return OfTheFile(outcome.status(), bets, rows);
  outcome->logged_before += by_id;
  for (std::size_t i = 0; i < outcome->outcomes.size(); ++i) {
    AddContradictions(bets[rows[i]], outcome->outcomes[i], account.currency, contradictions);
  }
  outcome->contradictions = std::move(contradictions);
  return outcome;
}

absl::StatusOr<SettleProgress> Bets::SettleAll(
    const std::function<bool(const SettleProgress&)>& go_on) {
  const Instant now = as_of_.Now();
  SettleProgress progress;
  std::int64_t after = 0;
  do {
    if (!go_on(progress)) return absl::CancelledError("settling was stopped");
    ASSIGN_OR_RETURN(const SettleCount count, store_.Settle(after, kSettleBatch, now));
    if (count.settled + count.corrected > 0) accounts_.ManyChanged();
    progress.settled += count.settled;
    progress.corrected += count.corrected;
    progress.failures.insert(progress.failures.end(), count.failures.begin(), count.failures.end());
    after = count.last_bet_id;
  } while (after != 0);
  return progress;
}

}  // namespace fairline::accounts
