#include "services/prediction/rpc/detail_conversion.hpp"

#include <algorithm>
#include <cmath>

#include "libs/rpc/time.hpp"
#include "services/prediction/rpc/conversion.hpp"

namespace fairline::prediction {
namespace {

// Scores beyond are summed: a grid for people to look at.
constexpr int kShownGoals = 7;

void AddPrices(const QuotedBet& quoted, v1::BetPrice& out) {
  const staking::Offer& offer = quoted.best.offer;
  if (offer.average) out.set_average_odds(offer.average->value());
  if (!offer.best) return;
  out.set_best_odds(offer.best->value());
  out.set_bookmaker_code(quoted.best.bookmaker_code);
  out.set_bookmaker_name(quoted.best.bookmaker_name);
  if (quoted.best.seen_at) *out.mutable_capture_time() = rpc::ToTimestamp(*quoted.best.seen_at);
  out.set_edge(quoted.edge.value_or(0.0));
}

void ToProto(const QuotedBet& quoted, bool with_prices, v1::BetPrice& out) {
  const domain::SettlementProbabilities& settlement = quoted.bet.settlement;
  out.set_outcome(static_cast<sports::v1::Outcome>(quoted.bet.outcome));
  out.set_win(settlement.win);
  out.set_half_win(settlement.half_win);
  out.set_push(settlement.push);
  out.set_half_loss(settlement.half_loss);
  out.set_loss(settlement.loss);
  if (const auto fair = settlement.FairOdds()) out.set_fair_odds(fair->value());
  if (with_prices) AddPrices(quoted, out);
}

void ToProto(const domain::ScoreGrid& grid, v1::ScoreGrid& out) {
  out.set_max_goals(kShownGoals);
  double shown = 0.0;
  for (int home = 0; home <= kShownGoals; ++home) {
    for (int away = 0; away <= kShownGoals; ++away) {
      out.add_probabilities(grid.Score(home, away));
      shown += grid.Score(home, away);
    }
  }
  out.set_beyond(std::max(0.0, 1.0 - shown));
}

void ToProto(const FeatureValue& value, v1::FeatureValue& out) {
  out.set_name(std::string(value.feature->name));
  out.set_meaning(std::string(value.feature->meaning));
  out.set_unit(std::string(value.feature->unit));
  out.set_block(std::string(features::BlockName(value.feature->block)));
  if (!std::isnan(value.value)) out.set_value(value.value);
}

}  // namespace

MarketSelection SelectionOf(const v1::GetMarketsRequest& request) {
  const auto list = [](const auto& field) { return std::vector<int>(field.begin(), field.end()); };
  return {.total_lines = list(request.total_line_quarters()),
          .handicap_lines = list(request.handicap_line_quarters()),
          .team_lines = list(request.team_total_line_quarters()),
          .correct_scores = request.correct_scores()};
}

void ToProto(const MatchMarkets& markets, bool with_prices, v1::Markets& out) {
  for (const MarketSheet& sheet : markets.sheets) {
    v1::MarketPrices& added = *out.add_markets();
    added.set_market(static_cast<sports::v1::Market>(sheet.market));
    added.set_line_quarters(sheet.line_quarters);
    for (const QuotedBet& bet : sheet.bets) ToProto(bet, with_prices, *added.add_bets());
    added.set_anchored(sheet.anchored);
    added.set_no_stake_explanation(sheet.no_stake);
  }
  for (const domain::ScoreChance& score : markets.likeliest) {
    v1::ScoreProbability& added = *out.add_correct_scores();
    added.set_home_goals(score.home_goals);
    added.set_away_goals(score.away_goals);
    added.set_probability(score.probability);
    if (score.probability > 0.0) added.set_fair_odds(1.0 / score.probability);
  }
  ToProto(markets.based.grid, *out.mutable_grid());
  out.set_expected_home_goals(markets.based.grid.ExpectedGoals(domain::Side::kHome));
  out.set_expected_away_goals(markets.based.grid.ExpectedGoals(domain::Side::kAway));
  out.set_basis(markets.based.basis);
}

void ToProto(const Explanation& explanation, v1::Explanation& out) {
  AddProbabilities(explanation.base_rate, *out.mutable_base_rate());
  for (const FeatureContribution& contribution : explanation.contributions) {
    v1::Contribution& added = *out.add_contributions();
    ToProto(contribution.feature, *added.mutable_feature());
    for (const double log_odds : contribution.log_odds) added.add_log_odds(log_odds);
  }
  for (const double log_odds : explanation.rest) out.add_rest_log_odds(log_odds);
  for (const FeatureValue& feature : explanation.features) ToProto(feature, *out.add_features());
}

}  // namespace fairline::prediction
