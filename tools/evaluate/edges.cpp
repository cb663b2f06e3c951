#include "tools/evaluate/edges.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "libs/domain/odds.hpp"
#include "libs/models/match_table.hpp"

namespace fairline::evaluate {
namespace {

struct Bet {
  std::size_t match = 0;
  std::size_t outcome = 0;
  double odds = 0.0;
  double edge = 0.0;  // claimed
};

absl::Status CheckSizes(const BettingMatches& matches, std::size_t prices) {
  const std::size_t size = matches.days.size();
  for (const std::size_t other :
       {matches.results.size(), matches.best.size(), matches.average.size(), matches.closing.rows(),
        matches.pinnacle_closing.size(), prices}) {
    if (other != size) return InvalidField("matches", "lists of different lengths");
  }
  return absl::OkStatus();
}

// The price of an outcome if it may be bet at.
std::optional<double> AllowedOdds(const BettingMatches& matches, const EdgeGuards& guards,
                                  const features::Line& line, std::size_t match,
                                  std::size_t outcome) {
  const double odds = line[outcome];
  if (!domain::DecimalOdds::Make(odds).ok() || odds >= guards.odds) return std::nullopt;
  const double ratio =
      static_cast<double>(matches.best[match][outcome]) / matches.average[match][outcome];
  if (ratio >= guards.best_to_average) return std::nullopt;
  return odds;
}

absl::StatusOr<BetRecord> RecordOf(const BettingMatches& matches, const std::vector<Bet>& bets,
                                   std::uint64_t seed) {
  BetRecord record;
  record.bets = static_cast<std::int64_t>(bets.size());
  if (bets.empty()) return record;
  std::vector<double> profits;
  std::vector<Day> days;
  std::vector<double> closing_values;
  std::vector<Day> closing_days;
  double pinnacle = 0.0;
  for (const Bet& bet : bets) {
    record.claimed += bet.edge / static_cast<double>(bets.size());
    profits.push_back(matches.results[bet.match] == bet.outcome ? bet.odds - 1.0 : -1.0);
    days.push_back(matches.days[bet.match]);
    const double closing = matches.closing.row(bet.match)[bet.outcome];
    if (std::isnan(closing)) continue;
    closing_values.push_back(bet.odds * closing - 1.0);
    closing_days.push_back(matches.days[bet.match]);
    if (matches.pinnacle_closing[bet.match]) pinnacle += 1.0;
  }
  ASSIGN_OR_RETURN(const auto bootstrap, statistics::BlockBootstrap::Make(days, seed));
  record.returned = bootstrap.Mean(profits);
  record.with_closing = static_cast<std::int64_t>(closing_values.size());
  if (closing_values.empty()) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    record.closing_value = {kNan, kNan, kNan};
    return record;
  }
  record.pinnacle_share = pinnacle / static_cast<double>(closing_values.size());
  ASSIGN_OR_RETURN(const auto closing, statistics::BlockBootstrap::Make(closing_days, seed));
  record.closing_value = closing.Mean(closing_values);
  return record;
}

std::vector<Bet> Between(const std::vector<Bet>& bets, double from, double to) {
  std::vector<Bet> chosen;
  for (const Bet& bet : bets) {
    if (bet.edge >= from && bet.edge < to) chosen.push_back(bet);
  }
  return chosen;
}

}  // namespace

absl::StatusOr<EdgeBoard> EvaluateEdges(std::string forecaster, std::string price,
                                        const BettingMatches& matches,
                                        const models::Forecasts& forecasts,
                                        const std::vector<features::Line>& prices,
                                        std::uint64_t seed, const EdgeGuards& guards) {
  RETURN_IF_ERROR(CheckSizes(matches, prices.size()));
  if (forecasts.rows() != prices.size()) {
    return InvalidField("forecasts", "one is needed for each match");
  }
  std::vector<Bet> bets;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const auto forecast = forecasts.row(i);
    if (!models::IsForecast(forecast)) continue;
    std::optional<Bet> best;
    for (std::size_t k = 0; k < forecast.size(); ++k) {
      const auto odds = AllowedOdds(matches, guards, prices[i], i, k);
      if (!odds) continue;
      const double edge = forecast[k] * *odds - 1.0;
      if (edge > 0.0 && (!best || edge > best->edge)) best = Bet{i, k, *odds, edge};
    }
    if (best) bets.push_back(*best);
  }
  constexpr std::array kEdges = {0.0, 0.02, 0.04, 0.07, 0.12, kNoUpperEdge};
  EdgeBoard board{
      .forecaster = std::move(forecaster), .price = std::move(price), .buckets = {}, .flagged = {}};
  for (std::size_t b = 0; b + 1 < kEdges.size(); ++b) {
    EdgeBucket bucket{.from = kEdges[b], .to = kEdges[b + 1], .record = {}};
    ASSIGN_OR_RETURN(bucket.record, RecordOf(matches, Between(bets, bucket.from, bucket.to), seed));
    if (bucket.record.bets > 0) board.buckets.push_back(bucket);
  }
  ASSIGN_OR_RETURN(board.flagged,
                   RecordOf(matches, Between(bets, kFlaggedEdge, kNoUpperEdge), seed));
  return board;
}

absl::StatusOr<BetRecord> BetBlindly(const BettingMatches& matches,
                                     const std::vector<features::Line>& prices, std::uint64_t seed,
                                     const EdgeGuards& guards) {
  RETURN_IF_ERROR(CheckSizes(matches, prices.size()));
  std::vector<Bet> bets;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    for (std::size_t k = 0; k < matches.closing.outcomes(); ++k) {
      const auto odds = AllowedOdds(matches, guards, prices[i], i, k);
      if (odds) bets.push_back({i, k, *odds, 0.0});
    }
  }
  return RecordOf(matches, bets, seed);
}

}  // namespace fairline::evaluate
