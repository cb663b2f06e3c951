#include "services/accounts/app/ledger/bet.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libs/core/money.hpp"

namespace fairline::accounts {
namespace {

constexpr std::size_t kMaxBookmaker = 64;
constexpr std::size_t kMaxNote = 500;
constexpr std::int64_t kStreakWorthAWord = 5;

}  // namespace

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

std::string StreakNotice(bool winning, std::int64_t bets, Money profit,
                         const std::string& currency) {
  if (winning || bets < kStreakWorthAWord) return "";
  return fmt::format(
      "Your last {} settled bets lost, {} {} in all. That happens to good bettors too and says "
      "nothing about the next bet; a break never costs money.",
      bets, FormatMoney(Money{-profit.minor_units}, currency), currency);
}

}  // namespace fairline::accounts
