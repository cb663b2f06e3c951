#pragma once
// The lines of the public record: JSON that an outsider can read and hash. Once written, a line is
// never made again from other data; what is scored is what the line says.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.hpp"
#include "services/prediction/app/record/sealed.hpp"

namespace fairline::prediction {

enum class WithdrawalReason {
  kMatchMoved,      // its day or kick-off is another now
  kMatchNotComing,  // postponed, or no longer listed
  kPriceGone,       // a bookmaker no longer offers the price that a bet was advised at
  kPolicyChanged,   // the advice follows a staking policy that is no longer in force
};
// "match_moved" and so on.
[[nodiscard]] std::string_view WithdrawalReasonName(WithdrawalReason reason);

// `policy_json`: the staking policy behind the advice.
[[nodiscard]] std::string ForecastLine(const SealedForecast& forecast,
                                       const std::string& policy_json, Instant sealed_at);
[[nodiscard]] std::string WithdrawalLine(MatchId match, std::string_view withdrawn_sha256,
                                         WithdrawalReason reason, Instant sealed_at);

// Whether two lines of one match forecast and advise the same, whenever they were sealed and
// whatever number the policy behind the advice has.
[[nodiscard]] bool SayTheSame(std::string_view line, std::string_view other);

// One outcome that was advised to bet on.
struct RecordedBet {
  std::size_t outcome = 0;  // position among the market's outcomes
  std::string bookmaker_code;
  double price = 0.0;  // decimal odds
  double edge = 0.0;
  std::array<double, kRiskLevels> stakes{};  // of the bankroll
};

// What is read back from a forecast's line.
struct RecordedForecast {
  MatchId match;
  Day match_date;
  std::optional<Instant> kickoff;
  std::string competition_code;
  std::string home_team;
  std::string away_team;
  std::int32_t model_version = 0;
  std::string information;
  std::vector<double> probabilities;
  std::vector<double> market_probabilities;  // empty without a line
  std::vector<RecordedBet> bets;             // empty: no bet
  bool advised = false;                      // there is advice, be it not to bet
  std::string policy_json;                   // that the advice follows
  Instant as_of;
  Instant sealed_at;
};
// DataLoss when it is not a line that ForecastLine wrote.
[[nodiscard]] absl::StatusOr<RecordedForecast> ParseForecastLine(std::string_view line);

}  // namespace fairline::prediction
