#include "services/prediction/rpc/conversion.hpp"

#include <fmt/format.h>

#include "libs/rpc/time.hpp"

namespace fairline::prediction {
namespace {

v1::NoBetReason ReasonOf(const OutcomeStake& outcome) {
  if (outcome.no_bet == NoBet::kStakeTooSmall) return v1::NO_BET_REASON_STAKE_TOO_SMALL;
  if (outcome.no_bet == NoBet::kOpenBets) return v1::NO_BET_REASON_NO_ROOM;
  switch (outcome.advice.no_bet) {
    case staking::NoBetReason::kNone:
      return v1::NO_BET_REASON_UNSPECIFIED;
    case staking::NoBetReason::kNoOdds:
    case staking::NoBetReason::kNoAveragePrice:
      return v1::NO_BET_REASON_NO_ODDS;
    case staking::NoBetReason::kNotAnchored:
      return v1::NO_BET_REASON_NOT_ANCHORED;
    case staking::NoBetReason::kNegativeEdge:
      return v1::NO_BET_REASON_NO_EDGE;
    case staking::NoBetReason::kBelowMinimumEdge:
      return v1::NO_BET_REASON_EDGE_TOO_SMALL;
    case staking::NoBetReason::kPriceFarFromAverage:
      return v1::NO_BET_REASON_PRICE_SUSPICIOUS;
    case staking::NoBetReason::kOddsTooLong:
      return v1::NO_BET_REASON_ODDS_TOO_LONG;
    case staking::NoBetReason::kPriceTooOld:
      return v1::NO_BET_REASON_PRICE_TOO_OLD;
    case staking::NoBetReason::kOddsTooShort:
      return v1::NO_BET_REASON_ODDS_TOO_SHORT;
    case staking::NoBetReason::kNoRoom:
      return v1::NO_BET_REASON_NO_ROOM;
    case staking::NoBetReason::kTooUncertain:
      return v1::NO_BET_REASON_TOO_UNCERTAIN;
  }
  return v1::NO_BET_REASON_UNSPECIFIED;
}

void ToProto(const OutcomeStake& outcome, domain::Outcome name, v1::OutcomeAdvice& out) {
  const staking::OutcomeAdvice& advice = outcome.advice;
  out.set_outcome(static_cast<sports::v1::Outcome>(name));
  out.set_probability(advice.probability);
  if (advice.fair_odds) out.set_fair_odds(advice.fair_odds->value());
  if (advice.best_price) out.set_best_odds(advice.best_price->value());
  out.set_bookmaker_code(outcome.offer->bookmaker_code);
  out.set_bookmaker_name(outcome.offer->bookmaker_name);
  if (outcome.offer->seen_at) {
    *out.mutable_capture_time() = rpc::ToTimestamp(*outcome.offer->seen_at);
  }
  out.set_edge(advice.edge.value_or(0.0));
  out.set_full_kelly_fraction(advice.full_kelly);
  out.set_no_bet_reason(ReasonOf(outcome));
  out.set_explanation(outcome.explanation);
  if (outcome.no_bet != NoBet::kNone) return;
  out.set_stake_fraction(outcome.advice.stake);
  out.set_stake_minor_units(outcome.stake.minor_units);
}

// Far above any bankroll, and far below where sums leave 64 bits.
constexpr std::int64_t kMaxMinorUnits = 1'000'000'000'000'000'000;

absl::StatusOr<AccountBet> BetOf(const sports::v1::OpenBet& open) {
  const domain::Selection selection{static_cast<domain::Market>(open.market()),
                                    static_cast<domain::Outcome>(open.outcome()),
                                    open.line_quarters()};
  RETURN_IF_ERROR(domain::CheckSelection(selection));
  ASSIGN_OR_RETURN(const domain::DecimalOdds odds, domain::DecimalOdds::Make(open.odds()));
  ASSIGN_OR_RETURN(const Day match_date, ParseDay(open.match_date()));
  if (!(open.commission() >= 0.0 && open.commission() < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  RETURN_IF_ERROR(CheckMoney("exposure_minor_units", open.exposure_minor_units()));
  return AccountBet{.match = {open.match_id()},
                    .match_date = match_date,
                    .selection = selection,
                    .side = open.lay() ? domain::BetSide::kLay : domain::BetSide::kBack,
                    .odds = odds,
                    .commission = open.commission(),
                    .exposure = {open.exposure_minor_units()}};
}

void AddUncertainty(const MatchForecast& forecast, v1::Forecast& out) {
  const std::span<const domain::Outcome> outcomes =
      domain::OutcomesOf(domain::WinnerMarket(forecast.probabilities.size()));
  for (std::size_t i = 0; i < forecast.deviations.size(); ++i) {
    const auto interval = IntervalOf(forecast.probabilities[i], forecast.deviations[i]);
    v1::OutcomeUncertainty& added = *out.add_uncertainty();
    added.set_outcome(static_cast<sports::v1::Outcome>(outcomes[i]));
    added.set_standard_deviation(forecast.deviations[i]);
    added.set_low(interval.low);
    added.set_high(interval.high);
  }
}

}  // namespace

absl::Status CheckMoney(std::string_view field, std::int64_t minor_units) {
  if (minor_units < 0) return InvalidField(field, "must not be negative");
  if (minor_units > kMaxMinorUnits) return InvalidField(field, "at most 10^18");
  return absl::OkStatus();
}

void AddProbabilities(const std::vector<double>& probabilities, OutcomeProbabilities& out) {
  const std::span<const domain::Outcome> outcomes =
      domain::OutcomesOf(domain::WinnerMarket(probabilities.size()));
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    sports::v1::OutcomeProbability& added = *out.Add();
    added.set_outcome(static_cast<sports::v1::Outcome>(outcomes[i]));
    added.set_probability(probabilities[i]);
    if (probabilities[i] > 0.0) added.set_fair_odds(1.0 / probabilities[i]);
  }
}

absl::StatusOr<Account> AccountOf(std::int64_t bankroll_minor_units, sports::v1::Risk risk,
                                  std::int64_t open_exposure_minor_units,
                                  const sports::v1::OpenBets& open_bets) {
  RETURN_IF_ERROR(CheckMoney("bankroll_minor_units", bankroll_minor_units));
  RETURN_IF_ERROR(CheckMoney("open_exposure_minor_units", open_exposure_minor_units));
  if (risk != sports::v1::RISK_LOW && risk != sports::v1::RISK_MEDIUM &&
      risk != sports::v1::RISK_HIGH) {
    return InvalidField("risk", "one of RISK_LOW, RISK_MEDIUM, RISK_HIGH");
  }
  Account account{.bankroll = {bankroll_minor_units},
                  .risk = static_cast<staking::RiskLevel>(risk),
                  .open_exposure = {open_exposure_minor_units}};
  for (int i = 0; i < open_bets.bets_size(); ++i) {
    auto bet = BetOf(open_bets.bets(i));
    RETURN_IF_ERROR(Within(fmt::format("open_bets.bets[{}]", i), bet.status()));
    account.open_bets.push_back(*std::move(bet));
  }
  return account;
}

void ToProto(const MatchView& view, v1::Forecast& out) {
  const MatchForecast& forecast = view.forecast();
  if (view.match != nullptr) {
    out.set_match_id(view.match->id.value);
    out.set_match_date(FormatDay(view.match->match_date));
    if (view.match->kickoff) *out.mutable_kickoff_time() = rpc::ToTimestamp(*view.match->kickoff);
    if (view.match->not_offered_from) {
      *out.mutable_not_offered_time() = rpc::ToTimestamp(*view.match->not_offered_from);
    }
  }
  out.set_competition_code(view.competition->code);
  out.set_competition_name(view.competition->name);
  out.set_home_team_id(view.home->id.value);
  out.set_home_team(view.home->name);
  out.set_away_team_id(view.away->id.value);
  out.set_away_team(view.away->name);
  out.set_market(
      static_cast<sports::v1::Market>(domain::WinnerMarket(forecast.probabilities.size())));
  AddProbabilities(forecast.probabilities, *out.mutable_outcomes());
  AddUncertainty(forecast, out);
  out.set_model(std::string(InformationName(forecast.information)));
  out.set_model_version(view.model->version.version);
  AddProbabilities(forecast.market_probabilities, *out.mutable_market_outcomes());
  for (const double odds : forecast.average_odds) out.add_average_odds(odds);
  *out.mutable_as_of_time() = rpc::ToTimestamp(view.snapshot->season_data().as_of());
}

void ToProtoWithMembers(const MatchView& view, v1::Forecast& out) {
  ToProto(view, out);
  for (const Member& member : view.forecast().members) {
    v1::Member& added = *out.add_members();
    added.set_name(member.name);
    added.set_weight(member.weight);
    AddProbabilities(member.probabilities, *added.mutable_outcomes());
  }
}

void ToProto(const MatchView& view, const StakedMatch& staked, v1::MatchAdvice& out) {
  ToProto(view, *out.mutable_forecast());
  const std::span<const domain::Outcome> names =
      domain::OutcomesOf(domain::WinnerMarket(staked.outcomes.size()));
  for (std::size_t i = 0; i < staked.outcomes.size(); ++i) {
    ToProto(staked.outcomes[i], names[i], *out.add_outcomes());
  }
  out.set_has_bet(staked.has_bet);
  out.set_summary(staked.summary);
  if (view.match != nullptr && view.match->not_offered_from && !staked.has_bet) {
    out.set_summary(
        fmt::format("No bet, because nobody offers it: since {} the list of coming matches leaves "
                    "out all of {}.",
                    FormatInstant(*view.match->not_offered_from), view.competition->name));
  }
  out.set_staking_policy_version(view.snapshot->policy_version());
}

void ToProto(const DayOutlook& day, v1::DayOutlook& out) {
  out.set_match_date(FormatDay(day.day));
  out.set_bets(day.bets);
  out.set_at_risk(day.outlook.at_risk);
  out.set_expected_profit(day.outlook.expected_profit);
  out.set_log_growth(day.outlook.log_growth);
  out.set_log_growth_standard_deviation(day.outlook.log_growth_sd);
  for (const staking::DrawdownChance& fall : day.outlook.drawdowns) {
    v1::DrawdownChance& added = *out.add_drawdowns();
    added.set_drawdown(fall.drawdown);
    added.set_chance(fall.chance);
  }
  out.set_growth_gap(day.gap);
  out.set_drawdown_scale(day.drawdown_scale);
  out.set_exposure_scale(day.exposure_scale);
  out.set_summary(day.summary);
}

void ToProto(const OwnStake& stake, v1::OutcomeStake& out) {
  out.set_edge(stake.edge);
  out.set_full_kelly_fraction(stake.full_kelly);
  out.set_stake_fraction(stake.fraction);
  out.set_stake_minor_units(stake.stake.minor_units);
  out.set_explanation(stake.explanation);
}

void ToProto(const SealSummary& summary, v1::SealSummary& out) {
  out.set_forecasts(summary.forecasts);
  out.set_forecasts_sealed(summary.forecasts_sealed);
  out.set_advice_sealed(summary.advice_sealed);
  out.set_value_bets(summary.value_bets);
  out.set_lines_withdrawn(summary.record.withdrawn);
  out.set_forecasts_scored(summary.record.scored);
  out.set_days_sealed(summary.record.days_sealed);
  out.set_model_version(summary.model_version);
}

void ToProto(const ServingModel& serving, v1::GetServingModelResponse& out) {
  out.set_last_load_error(serving.last_load_error);
  if (serving.model == nullptr) return;
  out.set_model(serving.model->version.model);
  out.set_version(serving.model->version.version);
  out.set_bundle_sha256(serving.model->version.bundle_sha256);
  *out.mutable_load_time() = rpc::ToTimestamp(serving.model->loaded_at);
  *out.mutable_state_as_of_time() = rpc::ToTimestamp(serving.model->state.as_of);
  out.set_data_version(serving.model->state.data_version);
}

}  // namespace fairline::prediction
