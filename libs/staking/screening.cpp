#include "libs/staking/screening.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "libs/domain/devig.hpp"
#include "libs/staking/kelly.hpp"
#include "libs/staking/log_growth.hpp"

namespace fairline::staking {
namespace {

using domain::CheckCompleteEvent;
using domain::DecimalOdds;
using domain::Devig;
using domain::Edge;
using domain::FairBook;
using domain::FairOdds;
using domain::NetOdds;
using domain::Probability;

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

bool TooOld(const Offer& offer, const StakingPolicy& policy) {
  return offer.age_minutes.has_value() &&
         *offer.age_minutes > offer.max_age_minutes.value_or(policy.max_price_age_minutes);
}

NoBetReason Screen(const OutcomeAdvice& advice, const Offer& offer, const MatchForecast& forecast,
                   bool pool_needs_average, const StakingPolicy& policy) {
  if (!offer.best.has_value()) return NoBetReason::kNoOdds;
  if (!forecast.anchored) return NoBetReason::kNotAnchored;
  if (*advice.edge <= 0.0) return NoBetReason::kNegativeEdge;
  if (*advice.edge < MinimumEdge(offer, policy)) return NoBetReason::kBelowMinimumEdge;
  if (offer.best->value() < policy.min_odds) return NoBetReason::kOddsTooShort;
  if (!(offer.best->value() < policy.max_odds)) return NoBetReason::kOddsTooLong;
  if (TooOld(offer, policy)) return NoBetReason::kPriceTooOld;
  const bool guarded = std::isfinite(policy.max_best_to_average);
  if (pool_needs_average || (guarded && !offer.average.has_value())) {
    return NoBetReason::kNoAveragePrice;
  }
  if (guarded && offer.best->value() > policy.max_best_to_average * offer.average->value()) {
    return NoBetReason::kPriceFarFromAverage;
  }
  return NoBetReason::kNone;
}

absl::Status CheckInput(const MatchForecast& forecast, std::span<const Offer> offers) {
  RETURN_IF_ERROR(CheckCompleteEvent(forecast.probabilities));
  if (offers.size() != forecast.probabilities.size()) {
    return InvalidField("offers", "one per outcome is needed");
  }
  if (!forecast.probability_sd.empty() && forecast.probability_sd.size() != offers.size()) {
    return InvalidField("probability_sd", "one per outcome is needed, or none");
  }
  for (const double sd : forecast.probability_sd) {
    if (!(sd >= 0.0 && std::isfinite(sd))) {
      return InvalidField("probability_sd", "a standard deviation is a number of at least 0");
    }
  }
  for (const Offer& offer : offers) {
    if (offer.age_minutes && !(*offer.age_minutes >= 0.0)) {
      return InvalidField("offers: age_minutes", "must be 0 or more");
    }
    if (offer.max_age_minutes && !(*offer.max_age_minutes >= 0.0)) {
      return InvalidField("offers: max_age_minutes", "must be 0 or more");
    }
  }
  return absl::OkStatus();
}

// Full Kelly over the outcomes without a reason against them; those in which rounding leaves
// nothing have no edge.
absl::Status FillFullKelly(std::span<const std::optional<DecimalOdds>> net, ScreenedMatch& match) {
  std::vector<std::size_t> eligible;
  std::vector<Probability> probabilities;
  std::vector<DecimalOdds> odds;
  for (std::size_t i = 0; i < match.advice.size(); ++i) {
    if (match.advice[i].no_bet != NoBetReason::kNone) continue;
    eligible.push_back(i);
    probabilities.push_back(match.probabilities[i]);
    odds.push_back(*net[i]);
  }
  ASSIGN_OR_RETURN(const std::vector<double> fractions, ExclusiveKelly(probabilities, odds));
  for (std::size_t k = 0; k < eligible.size(); ++k) {
    OutcomeAdvice& outcome = match.advice[eligible[k]];
    outcome.full_kelly = fractions[k];
    if (fractions[k] < kMinStake) {
      outcome.no_bet = NoBetReason::kNegativeEdge;
      continue;
    }
    match.bets.push_back(eligible[k]);
    match.net_odds.push_back(odds[k]);
  }
  return absl::OkStatus();
}

absl::Status FillShrunkProbabilities(std::span<const double> sds, ScreenedMatch& match) {
  match.shrunk_probabilities = match.probabilities;
  if (sds.empty()) return absl::OkStatus();
  std::vector<double> shrunk;
  for (const Probability probability : match.probabilities) shrunk.push_back(probability.value());
  double of_bets = 0.0;
  double others = 1.0;
  for (std::size_t k = 0; k < match.bets.size(); ++k) {
    const std::size_t i = match.bets[k];
    const double odds = match.net_odds[k].value();
    const double edge = *match.advice[i].edge;
    const double noise = odds * sds[i];
    match.advice[i].shrinkage = edge * edge / (edge * edge + noise * noise);
    others -= shrunk[i];
    shrunk[i] = (1.0 + match.advice[i].shrinkage * edge) / odds;
    of_bets += shrunk[i];
  }
  if (match.bets.size() == shrunk.size() || others <= 0.0) {
    // Nothing else can happen: every bet gives up in proportion.
    for (double& probability : shrunk) probability = std::max(0.0, probability);
  } else {
    for (std::size_t i = 0; i < shrunk.size(); ++i) {
      const bool is_bet = std::find(match.bets.begin(), match.bets.end(), i) != match.bets.end();
      if (!is_bet) shrunk[i] *= std::max(0.0, 1.0 - of_bets) / others;
    }
  }
  double sum = 0.0;
  for (const double probability : shrunk) sum += probability;
  for (std::size_t i = 0; i < shrunk.size(); ++i) {
    ASSIGN_OR_RETURN(match.shrunk_probabilities[i],
                     Probability::Make(std::min(1.0, shrunk[i] / sum)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScreenedMatch> ScreenMatch(const MatchForecast& forecast,
                                          std::span<const Offer> offers,
                                          const StakingPolicy& policy) {
  RETURN_IF_ERROR(CheckInput(forecast, offers));
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

  ScreenedMatch match;
  match.advice.resize(offers.size());
  std::vector<std::optional<DecimalOdds>> net(offers.size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    ASSIGN_OR_RETURN(const Probability probability, Probability::Make(probabilities[i]));
    match.probabilities.push_back(probability);
    OutcomeAdvice& advice = match.advice[i];
    advice.probability = probability.value();
    advice.fair_odds = FairOdds(probability);
    advice.best_price = offers[i].best;
    if (offers[i].best.has_value()) {
      auto after_commission = NetOdds(*offers[i].best, offers[i].commission);
      RETURN_IF_ERROR(Within(fmt::format("offers[{}]", i), after_commission.status()));
      net[i] = *after_commission;
      advice.edge = Edge(probability, *net[i]);
    }
    advice.no_bet = Screen(advice, offers[i], forecast, pool_needs_average, policy);
  }
  RETURN_IF_ERROR(FillFullKelly(net, match));
  RETURN_IF_ERROR(FillShrunkProbabilities(forecast.probability_sd, match));
  return match;
}

double DrawdownPower(const StakingPolicy& policy) {
  if (policy.max_drawdown_chance >= 1.0 || policy.max_drawdown >= 1.0) return 0.0;
  return std::log(policy.max_drawdown_chance) / std::log1p(-policy.max_drawdown);
}

double DrawdownScale(const Portfolio& portfolio, const std::vector<std::vector<double>>& fractions,
                     double lambda) {
  if (lambda <= 0.0) return 1.0;
  std::vector<double> flat;
  for (const auto& match : fractions) flat.insert(flat.end(), match.begin(), match.end());
  const LogGrowth growth(portfolio);
  const Eigen::VectorXd all =
      Eigen::Map<const Eigen::VectorXd>(flat.data(), static_cast<Eigen::Index>(flat.size()));
  // Convex in the scale and within the limit at 0, so the allowed scales are an interval from 0.
  const double limit = std::max(0.0, growth.NegativePower(0.0 * all, lambda));
  const auto exceeds = [&](double scale) {
    return !(growth.NegativePower(scale * all, lambda) <= limit);
  };
  if (!exceeds(1.0)) return 1.0;
  double allowed = 0.0;
  double refused = 1.0;
  while (refused - allowed > 1e-6 * refused && refused > 1e-9) {
    const double middle = 0.5 * (allowed + refused);
    (exceeds(middle) ? refused : allowed) = middle;
  }
  return allowed;
}

}  // namespace fairline::staking
