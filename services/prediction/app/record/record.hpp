#pragma once
// What happens to the record after forecasts were sealed: withdrawal of what no longer holds,
// scoring when results come, and the daily seal. Nothing in it is ever changed.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/prediction/app/forecast/season_data.hpp"
#include "services/prediction/app/record/record_line.hpp"

namespace fairline::prediction {

using Deadline = std::chrono::system_clock::time_point;

// A forecast's line that has not been withdrawn.
struct StandingLine {
  std::int64_t line_id = 0;
  std::string sha256;
  std::string line;
  std::optional<Day> match_date;  // of its match now; nothing when that is not listed any more
};

struct Withdrawal {
  StandingLine withdrawn;
  RecordedForecast forecast;
  WithdrawalReason reason;
};

// A finished match with the last line sealed before it began, not scored yet under this result.
struct Unscored {
  StandingLine last;
  std::int32_t revision = 1;  // of the score to be written
  CompetitionId competition;
  std::string competition_code;
  std::int16_t season_start = 0;
  Day match_date;
  std::int16_t home_score = 0;
  std::int16_t away_score = 0;
  // Closing prices of the match winner; kNoLine where unknown.
  features::Line pinnacle_closing = features::kNoLine;
  features::Line average_closing = features::kNoLine;
};

// How often each outcome happened in a competition's five seasons before one.
struct ResultCounts {
  CompetitionId competition;
  std::int16_t season_start = 0;
  std::array<std::int64_t, 3> home_draw_away{};
};

struct RecordScore {
  std::int64_t line_id = 0;
  MatchId match;
  std::int32_t revision = 1;
  Day match_date;
  std::string competition_code;
  std::int16_t home_score = 0;
  std::int16_t away_score = 0;
  std::size_t result = 0;  // position among the outcomes
  std::vector<double> base_probabilities;
  std::vector<double> closing_probabilities;  // power de-vig; empty without closing odds
  std::string closing_source;                 // "pinnacle", "average" or ""
};

class RecordStore {
 public:
  virtual ~RecordStore() = default;
  // Of matches that have not begun at `as_of`, and of those that turned out not to be played on the
  // day they were announced for.
  [[nodiscard]] virtual absl::StatusOr<std::vector<StandingLine>> Standing(Instant as_of,
                                                                           Deadline deadline) = 0;
  // How many were new; one that is withdrawn already is left as it is.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> Withdraw(
      const std::vector<Withdrawal>& withdrawals, Deadline deadline) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<Unscored>> FindUnscored(Instant as_of,
                                                                           Deadline deadline) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<ResultCounts>> CountResults(
      std::span<const Unscored> matches, Instant as_of, Deadline deadline) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> AddScores(
      const std::vector<RecordScore>& scores, Deadline deadline) = 0;
  // Takes the scores of matches whose result was taken back out of the record, by new entries. How
  // many.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> AnnulScores(Instant as_of,
                                                                 Deadline deadline) = 0;
  // Seals, in their order, all days (UTC, real time) that are over and have lines but no seal. How
  // many. A day is over when the clocks of this host and of the store both say so. A line is of the
  // day on which it was written, or, where a clock ran ahead or stepped back, of the first one that
  // has no seal; such days wait for the clock for a week at most.
  [[nodiscard]] virtual absl::StatusOr<std::int64_t> CloseDays(Deadline deadline) = 0;
};

// Why the line no longer holds in the light of the coming matches and the policy in force; nullopt
// when it still does. `match`: the coming match it speaks of, null when there is none of its id;
// `match_date`: its day, also when it is over.
[[nodiscard]] std::optional<WithdrawalReason> ReasonToWithdraw(
    const RecordedForecast& recorded, const ComingMatch* match, std::optional<Day> match_date,
    const staking::StakingPolicy& policy);

// Errors: DataLoss when the line is unreadable.
[[nodiscard]] absl::StatusOr<RecordScore> ScoreMatch(const Unscored& match,
                                                     const ResultCounts& before);

struct RecordSummary {
  std::int64_t withdrawn = 0;
  std::int64_t scored = 0;
  std::int64_t annulled = 0;
  std::int64_t days_sealed = 0;
};

// Brings the record up to date with what is known at the season data's as-of moment and the policy
// in force. Doing it twice changes nothing.
[[nodiscard]] absl::StatusOr<RecordSummary> UpdateRecord(RecordStore& store,
                                                         const SeasonData& season_data,
                                                         const staking::StakingPolicy& policy,
                                                         Deadline deadline);

}  // namespace fairline::prediction
