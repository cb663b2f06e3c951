#include "libs/domain/portfolio.hpp"

#include <cmath>

#include <fmt/format.h>

namespace fairline::domain {
namespace {

absl::Status CheckCommission(double commission) {
  if (!(commission >= 0.0 && commission < 1.0)) {
    return InvalidField("commission", "from 0 up to but not including 1");
  }
  return absl::OkStatus();
}

absl::Status CheckCap(double value, std::string_view field) {
  if (!(value >= 0.0 && value <= 1.0)) return InvalidField(field, "must be from 0 to 1");
  return absl::OkStatus();
}

absl::Status CheckTerms(const StateProfits& terms, std::size_t states) {
  if (terms.size() != states) return InvalidField("terms", "one per state of the match are needed");
  for (const double profit : terms) {
    if (!std::isfinite(profit) || profit < -1.0) {
      return InvalidField("terms", "a bet earns a finite sum and loses at most what is at risk");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMatch(const MatchBets& match, double& open) {
  RETURN_IF_ERROR(CheckCompleteEvent(match.probabilities));
  RETURN_IF_ERROR(CheckCap(match.max_fraction, "max_fraction"));
  for (const CandidateBet& bet : match.candidates) {
    RETURN_IF_ERROR(CheckTerms(bet.terms, match.probabilities.size()));
    RETURN_IF_ERROR(CheckCap(bet.max_fraction, "max_fraction"));
  }
  for (const OpenBet& bet : match.open) {
    RETURN_IF_ERROR(WithContext(CheckTerms(bet.terms, match.probabilities.size()), "open"));
    RETURN_IF_ERROR(WithContext(CheckCap(bet.fraction, "fraction"), "open"));
    open += bet.fraction;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DecimalOdds> NetOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double net = 1.0 + (odds.value() - 1.0) * (1.0 - commission);
  if (!(net > 1.0)) return InvalidField("commission", "leaves nothing of the winnings");
  return DecimalOdds::Make(net);
}

absl::StatusOr<DecimalOdds> LayAsBackOdds(DecimalOdds odds, double commission) {
  RETURN_IF_ERROR(CheckCommission(commission));
  const double others = 1.0 + (1.0 - commission) / (odds.value() - 1.0);
  if (!(others > 1.0)) {
    return InvalidField("odds", "so long that laying them earns nothing on the liability");
  }
  return DecimalOdds::Make(others);
}

StateProfits BackTerms(std::size_t outcome, std::size_t states, DecimalOdds odds) {
  StateProfits terms(states, -1.0);
  terms.at(outcome) = odds.value() - 1.0;
  return terms;
}

absl::StatusOr<StateProfits> LayTerms(std::size_t outcome, std::size_t states, DecimalOdds odds,
                                      double commission) {
  ASSIGN_OR_RETURN(const DecimalOdds others, LayAsBackOdds(odds, commission));
  StateProfits terms(states, others.value() - 1.0);
  terms.at(outcome) = -1.0;
  return terms;
}

absl::Status Portfolio::Validate() const {
  RETURN_IF_ERROR(CheckCap(max_per_day, "max_per_day"));
  RETURN_IF_ERROR(CheckCap(max_total, "max_total"));
  double open = 0.0;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    RETURN_IF_ERROR(WithContext(CheckMatch(matches[m], open), fmt::format("matches[{}]", m)));
  }
  if (!(open < 1.0)) return InvalidField("open", "open bets put the whole bankroll at risk");
  return absl::OkStatus();
}

std::size_t Portfolio::CountCandidates() const {
  std::size_t count = 0;
  for (const MatchBets& match : matches) count += match.candidates.size();
  return count;
}

}  // namespace fairline::domain
