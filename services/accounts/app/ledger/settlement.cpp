#include "services/accounts/app/ledger/settlement.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fairline::accounts {
namespace {

using domain::BetResult;
using domain::MatchState;

constexpr std::size_t kMaxReason = 200;
constexpr int kMaxScore = 999;

SettledResult Voided(const Bet& bet, std::string reason, Instant now) {
  return {BetResult::kVoid, bet.exposure, std::nullopt, std::nullopt, std::move(reason), now};
}

BetResult ResultAt(const Bet& bet, int home_score, int away_score) {
  const BetResult backed = domain::ResultOf(bet.order.selection, home_score, away_score);
  return bet.order.terms.side == domain::BetSide::kLay ? domain::Opposite(backed) : backed;
}

std::optional<SettledResult> ByMatch(const Bet& bet, const std::optional<BetMatch>& match,
                                     Instant now) {
  const Day day = bet.match.match_date;
  const bool silent = now >= Instant(day + kMaxSilence);
  if (!match) {
    if (!silent) return std::nullopt;
    return Voided(bet, "void: the match is no longer listed", now);
  }
  if (match->taken_back) return Voided(bet, "void: the match was taken back by its source", now);
  if (std::chrono::abs(match->match_date - day) > kMaxMove) {
    return Voided(bet, "void: the match was moved to " + FormatDay(match->match_date), now);
  }
  switch (match->state) {
    case MatchState::kScheduled:
      if (!silent) return std::nullopt;
      return Voided(bet, "void: there is no result", now);
    case MatchState::kPostponed:
      if (now < Instant(day + kMaxMove + std::chrono::days(1))) return std::nullopt;
      return Voided(bet, "void: the match was postponed", now);
    case MatchState::kAbandoned:
      return Voided(bet, "void: the match was abandoned", now);
    case MatchState::kAwarded:
      if (!match->home_score) return Voided(bet, "void: the match was awarded, not played", now);
      break;
    case MatchState::kFinished:
    case MatchState::kCorrected:
      break;
  }
  if (!match->home_score || !match->away_score) return std::nullopt;
  const BetResult result = ResultAt(bet, *match->home_score, *match->away_score);
  return SettledResult{result,
                       domain::Returned(bet.order.terms, result),
                       match->home_score,
                       match->away_score,
                       fmt::format("{} at {}-{}", domain::BetResultName(result), *match->home_score,
                                   *match->away_score),
                       std::min(now, match->Ends())};
}

}  // namespace

std::optional<SettledResult> SettleBet(const Bet& bet, const std::optional<BetMatch>& match,
                                       Instant now) {
  if (bet.outcome && (bet.outcome->by_hand || bet.outcome->result == BetResult::kCancelled)) {
    return std::nullopt;
  }
  std::optional<SettledResult> settled = ByMatch(bet, match, now);
  if (!settled || !bet.outcome) return settled;
  const BetOutcome& before = *bet.outcome;
  const bool same = before.result == settled->result && before.returned == settled->returned &&
                    before.home_score == settled->home_score &&
                    before.away_score == settled->away_score;
  if (same) return std::nullopt;
  settled->reason = "corrected: " + settled->reason;
  settled->effective_time = now;
  return settled;
}

absl::StatusOr<std::optional<SettledResult>> SettledByHand(const Bet& bet, const ByHand& said,
                                                           Instant now) {
  if (said.reason.empty()) return InvalidField("reason", "must say why");
  RETURN_IF_ERROR(CheckText("reason", said.reason, kMaxReason, ""));
  const bool by_score = said.home_score || said.away_score;
  if (said.result.has_value() == by_score) {
    return InvalidField("result", "must be given, or the score that the bet goes by, not both");
  }
  SettledResult settled;
  if (by_score) {
    for (const auto& [field, score] :
         {std::pair("home_score", said.home_score), std::pair("away_score", said.away_score)}) {
      if (!score || *score < 0 || *score > kMaxScore) {
        return InvalidField(field, fmt::format("must be from 0 to {}", kMaxScore));
      }
    }
    settled.result = ResultAt(bet, *said.home_score, *said.away_score);
    settled.home_score = said.home_score;
    settled.away_score = said.away_score;
  } else {
    settled.result = *said.result;
    if (settled.result < BetResult::kWin || settled.result > BetResult::kLoss) {
      return InvalidField("result", "must be win, half_win, void, half_loss or loss");
    }
  }
  if (bet.outcome && bet.outcome->result == BetResult::kCancelled) {
    return absl::FailedPreconditionError("the bet was cancelled");
  }
  settled.returned = domain::Returned(bet.order.terms, settled.result);
  settled.reason = fmt::format(
      "{} by hand{}: {}", domain::BetResultName(settled.result),
      by_score ? fmt::format(" at {}-{}", *said.home_score, *said.away_score) : "", said.reason);
  settled.effective_time = now;
  settled.by_hand = true;
  const bool same = bet.outcome && bet.outcome->by_hand && bet.outcome->result == settled.result &&
                    bet.outcome->home_score == settled.home_score &&
                    bet.outcome->away_score == settled.away_score;
  return same ? std::nullopt : std::optional(std::move(settled));
}

absl::StatusOr<std::optional<SettledResult>> CancelledBet(const Bet& bet,
                                                          const std::optional<BetMatch>& match,
                                                          Instant now) {
  if (bet.outcome) {
    if (bet.outcome->result == BetResult::kCancelled) return std::optional<SettledResult>();
    return absl::FailedPreconditionError("the bet is settled");
  }
  // The kick-off as it is now counts: one that was brought forward must not be slept through.
  if (HasBegun(match.value_or(bet.match), now)) {
    return absl::FailedPreconditionError("the match has begun: the bet stands");
  }
  return std::optional(SettledResult{BetResult::kCancelled, bet.exposure, std::nullopt,
                                     std::nullopt, "cancelled by the account", now});
}

}  // namespace fairline::accounts
