#pragma once
// What goes into the append-only log: a forecast with its advice, free of any bankroll, once per
// match, odds snapshot, model version and staking policy, before kick-off.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/date.hpp"
#include "libs/core/ids.hpp"
#include "libs/core/status.hpp"
#include "libs/domain/market.hpp"
#include "libs/staking/staking.hpp"
#include "services/prediction/app/staking/day_staking.hpp"

namespace fairline::prediction {

struct SealedAdvice {
  domain::Outcome outcome;
  double probability = 0.0;
  std::optional<double> best_odds;
  std::string bookmaker_code;  // empty without a price
  std::optional<Instant> captured_at;
  std::optional<double> edge;
  double full_kelly = 0.0;
  std::array<double, kRiskLevels> stakes{};  // of the bankroll, at low, medium and high risk
  // staking::NoBetReasonName at low risk; empty when there is a bet at any level.
  std::string no_bet_reason;
};

struct SealedForecast {
  MatchId match;
  std::string competition_code;
  std::string home_team;
  std::string away_team;
  Day match_date;
  std::optional<Instant> kickoff;
  std::string model;  // the registered model
  std::int32_t model_version = 0;
  std::string bundle_sha256;
  std::string information;  // InformationName
  domain::Market market;
  std::vector<double> probabilities;
  std::vector<double> deviations;            // of each probability; empty when not known
  std::vector<double> market_probabilities;  // empty without an average line
  std::vector<double> average_odds;          // likewise
  std::string odds_hash;
  std::string features_hash;
  Instant as_of;
  Instant state_as_of;
  std::int64_t data_version = 0;
  std::vector<SealedAdvice> advice;  // empty when no bookmaker quotes the match
  std::int64_t policy_version = 0;
  staking::StakingPolicy policy;  // that the advice follows
};

struct SealCount {
  std::int64_t forecasts = 0;  // new lines of the record
  std::int64_t advice = 0;     // matches whose advice is new in the log
};

// The append-only log.
class ForecastLog {
 public:
  virtual ~ForecastLog() = default;
  // All of `records` in one transaction, given up at `deadline`; those sealed before are left as
  // they are: a forecast once per match, odds and model version, its advice once per staking policy
  // too.
  [[nodiscard]] virtual absl::StatusOr<SealCount> Seal(
      const std::vector<SealedForecast>& records,
      std::chrono::system_clock::time_point deadline) = 0;
};

}  // namespace fairline::prediction
