#include "services/prediction/app/record/sealer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libs/telemetry/log.hpp"
#include "services/prediction/app/staking/policy_fields.hpp"

namespace fairline::prediction {
namespace {

constexpr std::size_t kChunk = 100;

// Better bets may leave room for an outcome at one risk level and none at another.
bool BetsAtAnyRisk(const MatchAdvice& advice, std::size_t outcome) {
  return std::any_of(advice.at_risk.begin(), advice.at_risk.end(),
                     [&](const auto& at_risk) { return at_risk[outcome].stake > 0.0; });
}

std::vector<SealedAdvice> SealAdvice(const MatchAdvice& advice) {
  const std::span<const domain::Outcome> outcomes =
      domain::OutcomesOf(domain::WinnerMarket(advice.offers.size()));
  std::vector<SealedAdvice> sealed;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const staking::OutcomeAdvice& any_risk = advice.at_risk.front()[i];
    SealedAdvice out;
    out.outcome = outcomes[i];
    out.probability = any_risk.probability;
    if (any_risk.best_price) out.best_odds = any_risk.best_price->value();
    out.bookmaker_code = advice.offers[i].bookmaker_code;
    out.captured_at = advice.offers[i].captured_at;
    out.edge = any_risk.edge;
    out.full_kelly = any_risk.full_kelly;
    for (const staking::RiskLevel risk : kAllRisks) {
      out.stakes[RiskIndex(risk)] = advice.at_risk[RiskIndex(risk)][i].stake;
    }
    if (!BetsAtAnyRisk(advice, i)) {
      out.no_bet_reason = std::string(staking::NoBetReasonName(any_risk.no_bet));
    }
    sealed.push_back(std::move(out));
  }
  return sealed;
}

}  // namespace

SealedForecast SealRecord(const Snapshot& snapshot, std::size_t coming_index) {
  const ComingMatch& match = snapshot.season_data().coming()[coming_index];
  const ComingForecast& coming = *snapshot.coming()[coming_index];
  SealedForecast record;
  record.match = match.id;
  record.competition_code = snapshot.season_data().competition(match.competition).code;
  record.home_team = snapshot.season_data().team(match.home).name;
  record.away_team = snapshot.season_data().team(match.away).name;
  record.match_date = match.match_date;
  record.kickoff = match.kickoff;
  record.model = coming.model->version.model;
  record.model_version = coming.model->version.version;
  record.bundle_sha256 = coming.model->version.bundle_sha256;
  record.information = std::string(InformationName(coming.forecast.information));
  record.market = domain::WinnerMarket(coming.forecast.probabilities.size());
  record.probabilities = coming.forecast.probabilities;
  record.deviations = coming.forecast.deviations;
  record.market_probabilities = coming.forecast.market_probabilities;
  record.average_odds = coming.forecast.average_odds;
  record.odds_hash = OddsHash(match);
  record.features_hash = coming.forecast.features_hash;
  record.as_of = snapshot.season_data().as_of();
  record.state_as_of = coming.model->state.as_of;
  record.data_version = snapshot.season_data().version().data;
  record.policy_version = snapshot.policy_version();
  record.policy = snapshot.policy();
  if (coming.advice.quoted()) record.advice = SealAdvice(coming.advice);
  return record;
}

absl::StatusOr<SealSummary> Sealer::Seal(std::string_view sport,
                                         std::chrono::system_clock::time_point deadline,
                                         const SealProgress& progress) {
  RETURN_IF_ERROR(keeper_.Refresh());
  const std::shared_ptr<const Snapshot> snapshot = keeper_.Current();
  const bool any_model =
      sport.empty() ? !snapshot->models().empty() : snapshot->ModelOf(sport) != nullptr;
  if (!any_model) {
    return absl::FailedPreconditionError("no production model yet: run the pipeline");
  }

  const Instant now = keeper_.as_of().Now();
  const std::vector<ComingMatch>& matches = snapshot->season_data().coming();
  std::vector<std::size_t> to_seal;
  SealSummary summary;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const auto& coming = snapshot->coming()[i];
    if (!coming || !matches[i].ComingAt(now)) continue;
    if (!sport.empty() && coming->model->version.model != sport) continue;
    to_seal.push_back(i);
    for (std::size_t k = 0; k < coming->advice.offers.size(); ++k) {
      if (BetsAtAnyRisk(coming->advice, k)) ++summary.value_bets;
    }
    summary.model_version = coming->model->version.version;
  }
  if (to_seal.empty()) {
    const auto model =
        sport.empty() ? snapshot->models().begin()->second : snapshot->ModelOf(sport);
    summary.model_version = model->version.version;
  }
  const auto total = static_cast<std::int64_t>(to_seal.size());
  for (std::size_t start = 0; start < to_seal.size(); start += kChunk) {
    if (!progress(static_cast<std::int64_t>(start), total)) {
      return absl::CancelledError("sealing was called off");
    }
    std::vector<SealedForecast> records;
    for (std::size_t i = start; i < std::min(start + kChunk, to_seal.size()); ++i) {
      records.push_back(SealRecord(*snapshot, to_seal[i]));
    }
    ASSIGN_OR_RETURN(const SealCount count, log_.Seal(records, deadline));
    summary.forecasts_sealed += count.forecasts;
    summary.advice_sealed += count.advice;
  }
  summary.forecasts = total;
  ASSIGN_OR_RETURN(summary.record,
                   UpdateRecord(record_, snapshot->season_data(), snapshot->policy(), deadline));
  if (!progress(total, total)) return absl::CancelledError("sealing was called off");
  return summary;
}

absl::StatusOr<bool> Sealer::PolicyIsUnsealed(const Snapshot& snapshot, Deadline deadline) {
  if (sealed_policy_) return true;
  ASSIGN_OR_RETURN(const auto standing, record_.Standing(snapshot.season_data().as_of(), deadline));
  for (const StandingLine& line : standing) {
    ASSIGN_OR_RETURN(const RecordedForecast recorded, ParseForecastLine(line.line));
    if (recorded.advised && !SamePolicy(snapshot.policy(), recorded.policy_json)) return true;
  }
  return false;
}

absl::Status Sealer::SealChangedPolicy(std::chrono::system_clock::time_point deadline) {
  const std::shared_ptr<const Snapshot> snapshot = keeper_.Current();
  if (snapshot == nullptr || snapshot->models().empty()) return absl::OkStatus();
  const std::int64_t version = snapshot->policy_version();
  if (sealed_policy_ == version) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool unsealed, PolicyIsUnsealed(*snapshot, deadline));
  if (unsealed) {
    const auto sealed = Seal("", deadline, [](std::int64_t, std::int64_t) { return true; });
    RETURN_IF_ERROR(sealed.status());
    telemetry::Info("advice sealed under another policy",
                    {{"version", std::to_string(version)},
                     {"advice", std::to_string(sealed->advice_sealed)},
                     {"withdrawn", std::to_string(sealed->record.withdrawn)}});
  }
  sealed_policy_ = version;
  return absl::OkStatus();
}

}  // namespace fairline::prediction
