#include "services/accounts/app/ledger/bet.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/core/money.hpp"

namespace fairline::accounts {
namespace {

using domain::BetResult;
using domain::MatchState;

constexpr std::size_t kMaxBookmaker = 64;
constexpr std::size_t kMaxNote = 500;
constexpr std::int64_t kStreakWorthAWord = 5;

absl::Status CheckText(const char* field, const std::string& text, std::size_t longest,
                       std::string_view breaks) {
  if (text.size() > longest) {
    return InvalidField(field, fmt::format("must have at most {} bytes", longest));
  }
  const bool clean = std::none_of(text.begin(), text.end(), [&](char c) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    return control && breaks.find(c) == std::string_view::npos;
  });
  return clean ? absl::OkStatus() : InvalidField(field, "has control characters");
}

Verdict VoidVerdict(const Bet& bet, std::string reason, Instant now) {
  return {BetResult::kVoid, bet.exposure, std::nullopt, std::nullopt, std::move(reason), now};
}

std::optional<Verdict> VerdictOn(const Bet& bet, const std::optional<BetMatch>& match,
                                 Instant now) {
  const Day day = bet.match.match_date;
  const bool silent = now >= Instant(day + kMaxSilence);
  if (!match) {
    if (!silent) return std::nullopt;
    return VoidVerdict(bet, "void: the match is no longer listed", now);
  }
  if (std::chrono::abs(match->match_date - day) > kMaxMove) {
    return VoidVerdict(bet, "void: the match was moved to " + FormatDay(match->match_date), now);
  }
  switch (match->state) {
    case MatchState::kScheduled:
      if (!silent) return std::nullopt;
      return VoidVerdict(bet, "void: there is no result", now);
    case MatchState::kPostponed:
      if (now < Instant(day + kMaxMove + std::chrono::days(1))) return std::nullopt;
      return VoidVerdict(bet, "void: the match was postponed", now);
    case MatchState::kAbandoned:
      return VoidVerdict(bet, "void: the match was abandoned", now);
    case MatchState::kAwarded:
      return VoidVerdict(bet, "void: the match was awarded, not played", now);
    case MatchState::kFinished:
    case MatchState::kCorrected:
      break;
  }
  if (!match->home_score || !match->away_score) return std::nullopt;
  BetResult result = domain::ResultOf(bet.order.selection, *match->home_score, *match->away_score);
  if (bet.order.terms.side == domain::BetSide::kLay) result = domain::Opposite(result);
  return Verdict{result,
                 domain::Returned(bet.order.terms, result),
                 match->home_score,
                 match->away_score,
                 fmt::format("{} at {}-{}", domain::BetResultName(result), *match->home_score,
                             *match->away_score),
                 std::min(now, match->Ends())};
}

}  // namespace

absl::Status CheckOrder(const NewBet& order, const BetMatch& match, Instant now) {
  RETURN_IF_ERROR(domain::CheckSelection(order.selection));
  RETURN_IF_ERROR(domain::CheckTerms(order.terms));
  RETURN_IF_ERROR(CheckText("bookmaker", order.bookmaker, kMaxBookmaker, ""));
  RETURN_IF_ERROR(CheckText("note", order.note, kMaxNote, "\n\r\t"));
  if (!(order.probability >= 0.0 && order.probability <= 1.0)) {
    return InvalidField("probability", "must be from 0 to 1");
  }
  if (order.model_version < 0) return InvalidField("model_version", "must not be negative");
  if (order.placed_time && *order.placed_time > now) {
    return InvalidField("placed_time", "is in the future");
  }
  if (!HasBegun(match, now)) return absl::OkStatus();
  if (!order.placed_time) {
    return FieldError(absl::StatusCode::kFailedPrecondition, "placed_time",
                      "the match has begun: say when the bet was placed, and it is logged as "
                      "logged afterwards");
  }
  const Instant latest =
      match.kickoff_time.value_or(Instant(match.match_date + std::chrono::days(1)));
  if (*order.placed_time > latest) return InvalidField("placed_time", "is after the kick-off");
  return absl::OkStatus();
}

std::optional<Verdict> Judge(const Bet& bet, const std::optional<BetMatch>& match, Instant now) {
  if (bet.outcome && bet.outcome->result == BetResult::kCancelled) return std::nullopt;
  std::optional<Verdict> verdict = VerdictOn(bet, match, now);
  if (!verdict || !bet.outcome) return verdict;
  const BetOutcome& before = *bet.outcome;
  const bool same = before.result == verdict->result && before.returned == verdict->returned &&
                    before.home_score == verdict->home_score &&
                    before.away_score == verdict->away_score;
  if (same) return std::nullopt;
  verdict->reason = "corrected: " + verdict->reason;
  verdict->effective_time = now;
  return verdict;
}

absl::StatusOr<std::optional<Verdict>> CancelVerdict(const Bet& bet,
                                                     const std::optional<BetMatch>& match,
                                                     Instant now) {
  if (bet.outcome) {
    if (bet.outcome->result == BetResult::kCancelled) return std::optional<Verdict>();
    return absl::FailedPreconditionError("the bet is settled");
  }
  // The kick-off as it is now counts: one that was brought forward must not be slept through.
  if (HasBegun(match.value_or(bet.match), now)) {
    return absl::FailedPreconditionError("the match has begun: the bet stands");
  }
  return std::optional(Verdict{BetResult::kCancelled, bet.exposure, std::nullopt, std::nullopt,
                               "cancelled by the account", now});
}

std::string StreakNotice(bool winning, std::int64_t bets, Money profit,
                         const std::string& currency) {
  if (winning || bets < kStreakWorthAWord) return "";
  return fmt::format(
      "Your last {} settled bets lost, {} {} in all. That happens to good bettors too and says "
      "nothing about the next bet; a break never costs money.",
      bets, FormatMoney(Money{-profit.minor_units}), currency);
}

}  // namespace fairline::accounts
