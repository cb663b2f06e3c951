#include "libs/domain/staking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "libs/domain/devig.hpp"
#include "libs/domain/kelly.hpp"

namespace fairline::domain {
namespace {

constexpr std::array kRiskNames = {std::pair{RiskLevel::kLow, std::string_view("low")},
                                   std::pair{RiskLevel::kMedium, std::string_view("medium")},
                                   std::pair{RiskLevel::kHigh, std::string_view("high")}};

// The de-vigged average line; none unless every outcome has an average price.
absl::StatusOr<std::optional<FairBook>> AverageLine(std::span<const Offer> offers) {
  std::vector<DecimalOdds> averages;
  for (const Offer& offer : offers) {
    if (!offer.average.has_value()) return std::optional<FairBook>();
    averages.push_back(*offer.average);
  }
  ASSIGN_OR_RETURN(FairBook line, Devig(averages));
  return std::optional(std::move(line));
}

// market^(1-w) model^w, normalised; the model itself when both see no common outcome.
std::vector<double> Pool(std::span<const Probability> model, std::span<const Probability> market,
                         double model_weight) {
  std::vector<double> pooled(model.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < model.size(); ++i) {
    pooled[i] =
        std::pow(market[i].value(), 1.0 - model_weight) * std::pow(model[i].value(), model_weight);
    sum += pooled[i];
  }
  for (std::size_t i = 0; i < model.size(); ++i) {
    pooled[i] = sum > 0.0 ? pooled[i] / sum : model[i].value();
  }
  return pooled;
}

double MinimumEdge(const Offer& offer, const StakingPolicy& policy) {
  return offer.bookmakers > 1 ? policy.min_edge_best_of_many : policy.min_edge_single_book;
}

NoBetReason Judge(const OutcomeAdvice& advice, const Offer& offer, const MatchForecast& forecast,
                  bool pool_needs_average, const StakingPolicy& policy) {
  if (!offer.best.has_value()) return NoBetReason::kNoOdds;
  if (!forecast.anchored) return NoBetReason::kNotAnchored;
  if (*advice.edge <= 0.0) return NoBetReason::kNegativeEdge;
  if (*advice.edge < MinimumEdge(offer, policy)) return NoBetReason::kBelowMinimumEdge;
  if (!(offer.best->value() < policy.max_odds)) return NoBetReason::kOddsTooLong;
  const bool guarded = std::isfinite(policy.max_best_to_average);
  if (pool_needs_average || (guarded && !offer.average.has_value())) {
    return NoBetReason::kNoAveragePrice;
  }
  if (guarded && offer.best->value() > policy.max_best_to_average * offer.average->value()) {
    return NoBetReason::kPriceFarFromAverage;
  }
  return NoBetReason::kNone;
}

// Full Kelly over the outcomes without a reason against them; those in which rounding leaves
// nothing have no edge.
absl::Status FillFullKelly(std::vector<OutcomeAdvice>& advice) {
  std::vector<std::size_t> eligible;
  std::vector<Probability> probabilities;
  std::vector<DecimalOdds> odds;
  for (std::size_t i = 0; i < advice.size(); ++i) {
    if (advice[i].no_bet != NoBetReason::kNone) continue;
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(advice[i].probability));
    eligible.push_back(i);
    probabilities.push_back(probability);
    odds.push_back(*advice[i].best_price);
  }
  ASSIGN_OR_RETURN(const std::vector<double> fractions, ExclusiveKelly(probabilities, odds));
  for (std::size_t k = 0; k < eligible.size(); ++k) {
    OutcomeAdvice& outcome = advice[eligible[k]];
    outcome.full_kelly = fractions[k];
    if (!(fractions[k] > 0.0)) outcome.no_bet = NoBetReason::kNegativeEdge;
  }
  return absl::OkStatus();
}

void FillStakes(std::vector<OutcomeAdvice>& advice, const StakingPolicy& policy, RiskLevel risk) {
  double total = 0.0;
  for (OutcomeAdvice& outcome : advice) {
    const double wanted = outcome.full_kelly * policy.KellyMultiplier(risk);
    outcome.stake = std::min(wanted, policy.max_per_bet);
    outcome.capped = outcome.stake < wanted;
    total += outcome.stake;
  }
  if (total <= policy.max_per_match) return;
  for (OutcomeAdvice& outcome : advice) {
    if (outcome.stake <= 0.0) continue;
    outcome.stake *= policy.max_per_match / total;
    outcome.capped = true;
  }
}

}  // namespace

absl::StatusOr<RiskLevel> ParseRiskLevel(std::string_view text) {
  for (const auto& [risk, name] : kRiskNames) {
    if (name == text) return risk;
  }
  return InvalidField("risk", "one of low, medium, high");
}

std::string_view RiskLevelName(RiskLevel risk) {
  for (const auto& [known, name] : kRiskNames) {
    if (known == risk) return name;
  }
  return "";
}

StakingPolicy StakingPolicy::Unrestricted() {
  StakingPolicy policy;
  policy.kelly_low = policy.kelly_medium = policy.kelly_high = 1.0;
  policy.min_edge_best_of_many = policy.min_edge_single_book = 0.0;
  policy.max_per_bet = policy.max_per_match = policy.max_per_day = 1.0;
  policy.max_best_to_average = policy.max_odds = std::numeric_limits<double>::infinity();
  return policy;
}

double StakingPolicy::KellyMultiplier(RiskLevel risk) const {
  switch (risk) {
    case RiskLevel::kLow:
      return kelly_low;
    case RiskLevel::kMedium:
      return kelly_medium;
    case RiskLevel::kHigh:
      return kelly_high;
  }
  return 0.0;
}

absl::Status StakingPolicy::Validate() const {
  const std::array<std::pair<std::string_view, double>, 9> fractions = {{
      {"kelly_low", kelly_low},
      {"kelly_medium", kelly_medium},
      {"kelly_high", kelly_high},
      {"min_edge_best_of_many", min_edge_best_of_many},
      {"min_edge_single_book", min_edge_single_book},
      {"max_per_bet", max_per_bet},
      {"max_per_match", max_per_match},
      {"max_per_day", max_per_day},
      {"model_weight", model_weight},
  }};
  for (const auto& [field, value] : fractions) {
    if (!(value >= 0.0 && value <= 1.0)) return InvalidField(field, "must be from 0 to 1");
  }
  if (!(max_best_to_average >= 1.0))
    return InvalidField("max_best_to_average", "must be 1 or more");
  if (!(max_odds > 1.0)) return InvalidField("max_odds", "must be above 1");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OutcomeAdvice>> Advise(const MatchForecast& forecast,
                                                  std::span<const Offer> offers,
                                                  const StakingPolicy& policy, RiskLevel risk) {
  RETURN_IF_ERROR(WithContext(policy.Validate(), "policy"));
  RETURN_IF_ERROR(CheckCompleteEvent(forecast.probabilities));
  if (RiskLevelName(risk).empty()) return InvalidField("risk", "one of low, medium, high");
  if (offers.size() != forecast.probabilities.size()) {
    return InvalidField("offers", "one per outcome is needed");
  }

  std::vector<double> probabilities;
  for (const Probability probability : forecast.probabilities) {
    probabilities.push_back(probability.value());
  }
  bool pool_needs_average = false;
  if (policy.model_weight < 1.0) {
    ASSIGN_OR_RETURN(const std::optional<FairBook> line, AverageLine(offers));
    pool_needs_average = !line.has_value();
    if (line.has_value()) {
      probabilities = Pool(forecast.probabilities, line->probabilities, policy.model_weight);
    }
  }

  std::vector<OutcomeAdvice> advice(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(probabilities[i]));
    advice[i].probability = probability.value();
    advice[i].fair_odds = FairOdds(probability);
    advice[i].best_price = offers[i].best;
    if (offers[i].best.has_value()) advice[i].edge = Edge(probability, *offers[i].best);
    advice[i].no_bet = Judge(advice[i], offers[i], forecast, pool_needs_average, policy);
  }
  RETURN_IF_ERROR(FillFullKelly(advice));
  FillStakes(advice, policy, risk);
  return advice;
}

double DayScale(double total_of_day, const StakingPolicy& policy) {
  return total_of_day > policy.max_per_day ? policy.max_per_day / total_of_day : 1.0;
}

std::string_view NoBetReasonName(NoBetReason reason) {
  switch (reason) {
    case NoBetReason::kNone:
      return "";
    case NoBetReason::kNoOdds:
      return "no_odds";
    case NoBetReason::kNotAnchored:
      return "not_anchored";
    case NoBetReason::kNegativeEdge:
      return "negative_edge";
    case NoBetReason::kBelowMinimumEdge:
      return "below_minimum_edge";
    case NoBetReason::kNoAveragePrice:
      return "no_average_price";
    case NoBetReason::kPriceFarFromAverage:
      return "price_far_from_average";
    case NoBetReason::kOddsTooLong:
      return "odds_too_long";
  }
  return "";
}

std::string Sentence(const OutcomeAdvice& advice, const Offer& offer, const StakingPolicy& policy) {
  switch (advice.no_bet) {
    case NoBetReason::kNone:
      return fmt::format("Stake {:.2f} % of the bankroll{}.", 100.0 * advice.stake,
                         advice.capped ? ", cut to the cap" : "");
    case NoBetReason::kNoOdds:
      return "No bet, because no price is known.";
    case NoBetReason::kNotAnchored:
      return "No bet, because the forecast is not anchored to the market line.";
    case NoBetReason::kNegativeEdge:
      return fmt::format("No bet, because the price pays {:.1f} % less than is fair.",
                         -100.0 * advice.edge.value_or(0.0));
    case NoBetReason::kBelowMinimumEdge:
      return fmt::format("No bet, because the edge of {:.1f} % is below the {:.1f} % required.",
                         100.0 * advice.edge.value_or(0.0), 100.0 * MinimumEdge(offer, policy));
    case NoBetReason::kNoAveragePrice:
      return "No bet, because there is no average price to check this one against.";
    case NoBetReason::kPriceFarFromAverage:
      return fmt::format(
          "No bet, because the best price is more than {:.2f} times the average: stale or "
          "mistaken.",
          policy.max_best_to_average);
    case NoBetReason::kOddsTooLong:
      return fmt::format("No bet, because only odds below {:.2f} are bet on.", policy.max_odds);
  }
  return "";
}

}  // namespace fairline::domain
