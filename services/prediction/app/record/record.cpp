#include "services/prediction/app/record/record.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "libs/domain/devig.hpp"
#include "services/prediction/app/forecast/match_forecast.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"

namespace fairline::prediction {
namespace {

bool StillOffered(const RecordedBet& bet, const ComingMatch& match) {
  const auto price = domain::PrintedOdds(match.LineOf(bet.bookmaker_code)[bet.outcome]);
  return price.ok() && price->value() >= bet.price;
}

std::size_t ResultOf(std::int16_t home_score, std::int16_t away_score, std::size_t outcomes) {
  if (home_score > away_score) return 0;
  return home_score == away_score ? 1 : outcomes - 1;
}

std::vector<double> BaseRates(const ResultCounts& before, std::size_t outcomes) {
  std::vector<double> rates;
  for (std::size_t i = 0; i < outcomes; ++i) {
    const std::size_t column = outcomes == 2 ? 2 * i : i;
    // One more of each, so that a competition without history has even rates.
    rates.push_back(static_cast<double>(before.home_draw_away[column] + 1));
  }
  double total = 0.0;
  for (const double rate : rates) total += rate;
  for (double& rate : rates) rate /= total;
  return rates;
}

std::vector<double> FairLine(const features::Line& line, std::size_t outcomes) {
  const auto prices = PricesOf(line, outcomes);
  if (!prices) return {};
  const auto book = domain::Devig(*prices);
  if (!book.ok() || book->misprinted()) return {};
  std::vector<double> fair;
  for (const domain::Probability p : book->probabilities) fair.push_back(p.value());
  return fair;
}

absl::StatusOr<std::vector<Withdrawal>> FindWithdrawals(RecordStore& store,
                                                        const SeasonData& season_data,
                                                        const staking::StakingPolicy& policy,
                                                        Deadline deadline) {
  std::unordered_map<std::int64_t, const ComingMatch*> coming;
  for (const ComingMatch& match : season_data.coming()) coming.emplace(match.id.value, &match);
  ASSIGN_OR_RETURN(auto standing, store.Standing(season_data.as_of(), deadline));
  std::vector<Withdrawal> withdrawals;
  for (StandingLine& line : standing) {
    ASSIGN_OR_RETURN(RecordedForecast recorded, ParseForecastLine(line.line));
    const auto found = coming.find(recorded.match.value);
    const auto reason = ReasonToWithdraw(recorded, found == coming.end() ? nullptr : found->second,
                                         line.match_date, policy);
    if (reason) withdrawals.push_back({std::move(line), std::move(recorded), *reason});
  }
  return withdrawals;
}

absl::StatusOr<std::int64_t> ScoreResults(RecordStore& store, Instant as_of, Deadline deadline) {
  ASSIGN_OR_RETURN(const auto unscored, store.FindUnscored(as_of, deadline));
  if (unscored.empty()) return 0;
  ASSIGN_OR_RETURN(const auto counts, store.CountResults(unscored, as_of, deadline));
  std::vector<RecordScore> scores;
  for (const Unscored& match : unscored) {
    const auto before =
        std::find_if(counts.begin(), counts.end(), [&](const ResultCounts& candidate) {
          return candidate.competition == match.competition &&
                 candidate.season_start == match.season_start;
        });
    ASSIGN_OR_RETURN(RecordScore score,
                     ScoreMatch(match, before == counts.end() ? ResultCounts{} : *before));
    scores.push_back(std::move(score));
  }
  return store.AddScores(scores, deadline);
}

}  // namespace

std::optional<WithdrawalReason> ReasonToWithdraw(const RecordedForecast& recorded,
                                                 const ComingMatch* match,
                                                 std::optional<Day> match_date,
                                                 const staking::StakingPolicy& policy) {
  if (match == nullptr) {
    return match_date.value_or(recorded.match_date) == recorded.match_date
               ? WithdrawalReason::kMatchNotComing
               : WithdrawalReason::kMatchMoved;
  }
  if (match->match_date != recorded.match_date || match->kickoff != recorded.kickoff) {
    return WithdrawalReason::kMatchMoved;
  }
  const bool offered = std::all_of(recorded.bets.begin(), recorded.bets.end(),
                                   [&](const auto& bet) { return StillOffered(bet, *match); });
  if (!offered) return WithdrawalReason::kPriceGone;
  if (recorded.advised && !SamePolicy(policy, recorded.policy_json)) {
    return WithdrawalReason::kPolicyChanged;
  }
  return std::nullopt;
}

absl::StatusOr<RecordScore> ScoreMatch(const Unscored& match, const ResultCounts& before) {
  ASSIGN_OR_RETURN(const RecordedForecast recorded, ParseForecastLine(match.last.line));
  const std::size_t outcomes = recorded.probabilities.size();
  RecordScore score{.line_id = match.last.line_id,
                    .match = recorded.match,
                    .revision = match.revision,
                    .match_date = match.match_date,
                    .competition_code = match.competition_code,
                    .home_score = match.home_score,
                    .away_score = match.away_score,
                    .result = ResultOf(match.home_score, match.away_score, outcomes),
                    .base_probabilities = BaseRates(before, outcomes),
                    .closing_probabilities = FairLine(match.pinnacle_closing, outcomes),
                    .closing_source = "pinnacle"};
  if (score.closing_probabilities.empty()) {
    score.closing_probabilities = FairLine(match.average_closing, outcomes);
    score.closing_source = score.closing_probabilities.empty() ? "" : "average";
  }
  return score;
}

absl::StatusOr<RecordSummary> UpdateRecord(RecordStore& store, const SeasonData& season_data,
                                           const staking::StakingPolicy& policy,
                                           Deadline deadline) {
  RecordSummary summary;
  ASSIGN_OR_RETURN(const auto withdrawals, FindWithdrawals(store, season_data, policy, deadline));
  if (!withdrawals.empty()) {
    ASSIGN_OR_RETURN(summary.withdrawn, store.Withdraw(withdrawals, deadline));
  }
  ASSIGN_OR_RETURN(summary.scored, ScoreResults(store, season_data.as_of(), deadline));
  ASSIGN_OR_RETURN(summary.annulled, store.AnnulScores(season_data.as_of(), deadline));
  ASSIGN_OR_RETURN(summary.days_sealed, store.CloseDays(deadline));
  return summary;
}

}  // namespace fairline::prediction
