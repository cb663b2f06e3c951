#pragma once
// What a bet is, when it may be logged and how it is settled, apart from how it is stored or sent.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/money.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/match.hpp"
#include "libs/domain/settlement.hpp"

namespace fairline::accounts {

// A match as sports.v1_matches shows it now.
struct BetMatch {
  MatchId match_id;
  Day match_date;
  std::optional<Instant> kickoff_time;
  std::string sport;
  std::string competition_code;
  std::string competition_name;
  std::string home_team;
  std::string away_team;
  domain::MatchState state = domain::MatchState::kScheduled;
  // The score that bets go by, both or none: that of the pitch, also when another was awarded.
  std::optional<int> home_score;
  std::optional<int> away_score;
  bool taken_back = false;  // the source had it once, and no longer has

  // When knowledge before the match ends: kick-off or, without a time, the start of its day.
  [[nodiscard]] Instant Begins() const { return kickoff_time.value_or(Instant(match_date)); }
  // When its result is known at the earliest, as in sports.is_over.
  [[nodiscard]] Instant Ends() const {
    return kickoff_time ? *kickoff_time + std::chrono::minutes(150)
                        : Instant(match_date + std::chrono::days(1));
  }
};

struct NewBet {
  MatchId match_id;
  domain::Selection selection;
  domain::BetTerms terms;
  std::string bookmaker;
  std::string note;
  std::optional<Instant> placed_time;  // as-of now when absent
  int model_version = 0;               // 0: it followed no forecast
  double probability = 0.0;
};

// The newest settlement of a bet.
struct BetOutcome {
  domain::BetResult result = domain::BetResult::kVoid;
  Money returned = {};
  std::optional<int> home_score = {};
  std::optional<int> away_score = {};
  Instant settle_time = {};  // real time
  Instant result_time = {};  // as-of time
  int settlements = 0;       // how many there were
  bool by_hand = false;      // its owner said so: results leave it alone
};

struct Bet {
  std::int64_t bet_id = 0;
  UserId user_id;
  NewBet order;    // placed_time is always there
  BetMatch match;  // as it was when the bet was logged; without state and score
  Money exposure;
  bool logged_afterwards = false;
  Instant create_time;
  std::optional<BetOutcome> outcome;  // absent while open
};

// Whether `order` may be logged at as-of `now`, whatever the bankroll: a selection and terms that
// exist, texts of bearable length, a match that has not begun or a placed_time before its kick-off.
// InvalidArgument names the field; FailedPrecondition for a match that has begun.
[[nodiscard]] absl::Status CheckOrder(const NewBet& order, const BetMatch& match, Instant now);

// Whether `text` fits where its owner writes a word: at most `longest` bytes, without control
// characters other than those of `breaks`. InvalidArgument names `field`.
[[nodiscard]] absl::Status CheckText(const char* field, const std::string& text,
                                     std::size_t longest, std::string_view breaks);

// True when the match had begun at `now`: such a bet is logged afterwards.
[[nodiscard]] inline bool HasBegun(const BetMatch& match, Instant now) {
  return now >= match.Begins();
}

// "5 in a row lost, 45.20 in all" from five losses in a row on; empty before.
[[nodiscard]] std::string StreakNotice(bool winning, std::int64_t bets, Money profit,
                                       const std::string& currency);

}  // namespace fairline::accounts
