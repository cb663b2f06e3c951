#include "services/prediction/app/forecast/match_markets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "libs/domain/devig.hpp"

namespace fairline::prediction {
namespace {

using domain::Market;

std::vector<int> Quarters(int first, int last, int step) {
  std::vector<int> lines;
  for (int line = first; line <= last; line += step) lines.push_back(line);
  return lines;
}

const std::vector<int>& DefaultLines(Market market) {
  static const std::vector<int> kTotals = Quarters(2, 22, 1);
  static const std::vector<int> kHandicaps = Quarters(-10, 10, 1);
  static const std::vector<int> kTeamTotals = Quarters(2, 14, 4);
  if (market == Market::kTotal) return kTotals;
  return market == Market::kAsianHandicap ? kHandicaps : kTeamTotals;
}

// The lines asked for and those quoted, ascending.
absl::StatusOr<std::set<int>> LinesOf(Market market, const std::vector<int>& asked,
                                      std::string_view field, const ComingMatch* match) {
  if (asked.size() > kMaxLines) {
    return InvalidField(field, fmt::format("at most {} lines", kMaxLines));
  }
  const std::vector<int>& wanted = asked.empty() ? DefaultLines(market) : asked;
  std::set<int> lines(wanted.begin(), wanted.end());
  if (match == nullptr) return lines;
  for (const GoalMarket& quoted : match->goal_markets) {
    if (quoted.market == market) lines.insert(quoted.line_quarters);
  }
  return lines;
}

std::span<const BookPrices> QuotesOf(const ComingMatch* match, Market market, int line) {
  if (match == nullptr) return {};
  if (market == Market::kMatchResult) return match->books;
  for (const GoalMarket& quoted : match->goal_markets) {
    if (quoted.market == market && quoted.line_quarters == line) return quoted.books;
  }
  return {};
}

std::string WhyNoStake(Market market, bool follows, bool meets_total, bool anchored) {
  if (market == Market::kMatchResult) return "";
  if (!follows) {
    return meets_total ? "No stake, because this probability rests on the average price of the "
                         "total: an edge is one price against the others."
                       : "No stake, because this probability comes from the teams' expected goals "
                         "alone: no average price of a total is known.";
  }
  if (!anchored) {
    return "No stake, because the forecast of the winner does not start from the market's line.";
  }
  return "No stake here: the same forecast is staked on home, draw and away.";
}

absl::StatusOr<MarketSheet> PriceSheet(const MarketGrid& based, Market market, int line,
                                       const ComingMatch* match, bool anchored) {
  ASSIGN_OR_RETURN(const std::vector<domain::PricedBet> bets,
                   domain::PriceMarket(based.grid, market, line));
  const std::vector<BestOffer> offers = BestOffers(QuotesOf(match, market, line), bets.size());
  const bool follows = domain::DecidedByWinner(market, line);
  MarketSheet sheet{.market = market,
                    .line_quarters = line,
                    .bets = {},
                    .anchored = anchored && (follows || based.meets_total),
                    .no_stake = WhyNoStake(market, follows, based.meets_total, anchored)};
  for (std::size_t i = 0; i < bets.size(); ++i) {
    QuotedBet quoted{bets[i], offers[i], std::nullopt};
    if (offers[i].offer.best) quoted.edge = bets[i].settlement.Edge(*offers[i].offer.best);
    sheet.bets.push_back(std::move(quoted));
  }
  return sheet;
}

}  // namespace

std::optional<domain::FairTotal> AverageTotal(const ComingMatch* match) {
  std::optional<domain::FairTotal> nearest;
  if (match == nullptr) return nearest;
  for (const GoalMarket& quoted : match->goal_markets) {
    if (quoted.market != Market::kTotal) continue;
    const std::vector<BestOffer> offers = BestOffers(quoted.books, 2);
    if (!offers[0].offer.average || !offers[1].offer.average) continue;
    const auto fair = domain::Devig(std::array{*offers[0].offer.average, *offers[1].offer.average});
    if (!fair.ok()) continue;
    const double over = fair->probabilities[0].value();
    if (!nearest || std::abs(over - 0.5) < std::abs(nearest->over - 0.5)) {
      nearest = {quoted.line_quarters / 4.0, over};
    }
  }
  return nearest;
}

absl::StatusOr<MarketGrid> GridOf(const MatchForecast& forecast, const ComingMatch* match,
                                  const GoalRates& rates) {
  if (forecast.probabilities.size() != 3) {
    return absl::FailedPreconditionError("this sport has no markets on goals");
  }
  ASSIGN_OR_RETURN(const BasedGrid based, rates.Grid(forecast.features));
  std::array<double, 3> result{};
  std::copy(forecast.probabilities.begin(), forecast.probabilities.end(), result.begin());
  if (const auto total = AverageTotal(match)) {
    auto grid = based.grid.WithResultAndTotal(result, *total);
    if (grid.ok()) {
      return MarketGrid{*std::move(grid),
                        fmt::format("{}, fitted to this forecast of the winner and to the average "
                                    "price of over {:g} goals",
                                    based.basis, total->line),
                        true};
    }
  }
  ASSIGN_OR_RETURN(domain::ScoreGrid grid, based.grid.WithResult(result));
  return MarketGrid{std::move(grid),
                    fmt::format("{}, fitted to this forecast of the winner", based.basis), false};
}

absl::StatusOr<MatchMarkets> PriceMarkets(const MatchForecast& forecast, const ComingMatch* match,
                                          const GoalRates& rates,
                                          const MarketSelection& selection) {
  if (selection.correct_scores < 0 || selection.correct_scores > kMaxCorrectScores) {
    return InvalidField("correct_scores", fmt::format("from 0 to {}", kMaxCorrectScores));
  }
  ASSIGN_OR_RETURN(MarketGrid based, GridOf(forecast, match, rates));

  std::vector<MarketSheet> sheets;
  const auto add = [&](Market market, int line) -> absl::Status {
    ASSIGN_OR_RETURN(MarketSheet sheet, PriceSheet(based, market, line, match, forecast.anchored));
    sheets.push_back(std::move(sheet));
    return absl::OkStatus();
  };
  const auto add_lines = [&](Market market, const std::vector<int>& asked,
                             std::string_view field) -> absl::Status {
    ASSIGN_OR_RETURN(const std::set<int> lines, LinesOf(market, asked, field, match));
    for (const int line : lines) {
      const absl::Status added = add(market, line);
      if (!added.ok()) return FieldError(added.code(), field, MessageOf(added));
    }
    return absl::OkStatus();
  };
  for (const Market market :
       {Market::kMatchResult, Market::kDoubleChance, Market::kDrawNoBet, Market::kBothToScore}) {
    RETURN_IF_ERROR(add(market, 0));
  }
  RETURN_IF_ERROR(add_lines(Market::kTotal, selection.total_lines, "total_line_quarters"));
  RETURN_IF_ERROR(
      add_lines(Market::kAsianHandicap, selection.handicap_lines, "handicap_line_quarters"));
  for (const Market market : {Market::kHomeTotal, Market::kAwayTotal}) {
    RETURN_IF_ERROR(add_lines(market, selection.team_lines, "team_total_line_quarters"));
  }
  const std::int32_t scores =
      selection.correct_scores == 0 ? kDefaultCorrectScores : selection.correct_scores;
  std::vector<domain::ScoreChance> likeliest =
      domain::LikeliestScores(based.grid, static_cast<std::size_t>(scores));
  return MatchMarkets{std::move(based), std::move(sheets), std::move(likeliest)};
}

}  // namespace fairline::prediction
