#include "libs/backtest/slices.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace fairline::backtest {
namespace {

constexpr int kResamples = 1000;
constexpr double kNoEnd = 1e9;
constexpr double kEdges[] = {0.0, 0.02, 0.04, 0.07, 0.12, kNoEnd};
constexpr double kProbabilities[] = {0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0 + 1e-9};

using Positions = std::vector<std::size_t>;  // of bets

// A mean over some of the bets with its interval.
class Mean {
 public:
  void Add(Day day, double value, double weight = 1.0) {
    days_.push_back(day);
    values_.push_back(value);
    weights_.push_back(weight);
  }
  [[nodiscard]] absl::StatusOr<Interval> Result(std::uint64_t seed) const {
    ASSIGN_OR_RETURN(const statistics::BlockBootstrap bootstrap,
                     statistics::BlockBootstrap::Make(days_, seed, kResamples));
    return OfEnoughWeeks(bootstrap.Mean(values_, weights_), bootstrap);
  }

 private:
  std::vector<Day> days_;
  std::vector<double> values_;
  std::vector<double> weights_;
};

// Mean closing-line value of those bets that have one.
std::optional<double> ClosingLineValue(const BetRows& rows, const Positions& bets) {
  double sum = 0.0;
  double count = 0.0;
  for (const std::size_t bet : bets) {
    sum += rows.At(bet, kClv);
    count += rows.At(bet, kClvCount);
  }
  return count > 0.0 ? std::optional(sum / count) : std::nullopt;
}

template <typename ValueOf>
Positions Between(const Simulation& simulation, double from, double to, ValueOf&& value_of) {
  Positions chosen;
  for (std::size_t bet = 0; bet < simulation.bets.size(); ++bet) {
    const double value = value_of(simulation.bets[bet]);
    if (value >= from && value < to) chosen.push_back(bet);
  }
  return chosen;
}

absl::Status AddByEdge(const Simulation& simulation, const BetRows& rows, std::uint64_t seed,
                       Report& report) {
  const auto edge_of = [](const Bet& bet) { return bet.edge; };
  for (std::size_t b = 0; b + 1 < std::size(kEdges); ++b) {
    EdgeBucket bucket{.from = kEdges[b], .to = kEdges[b + 1], .realised = {}, .closing_edge = {}};
    const Positions bets = Between(simulation, bucket.from, bucket.to, edge_of);
    if (bets.empty()) continue;
    bucket.bets = static_cast<std::int64_t>(bets.size());
    Mean realised;
    for (const std::size_t bet : bets) {
      bucket.claimed += simulation.bets[bet].edge / static_cast<double>(bets.size());
      realised.Add(rows.dates[bet], rows.At(bet, kFlat));
    }
    ASSIGN_OR_RETURN(bucket.realised, realised.Result(seed));
    bucket.closing_edge = ClosingLineValue(rows, bets);
    report.by_edge.push_back(bucket);
  }
  return absl::OkStatus();
}

absl::Status AddByProbability(const Simulation& simulation, const BetRows& rows, std::uint64_t seed,
                              Report& report) {
  const auto probability_of = [](const Bet& bet) { return bet.probability; };
  for (std::size_t b = 0; b + 1 < std::size(kProbabilities); ++b) {
    ProbabilityBucket bucket{
        .from = kProbabilities[b], .to = std::min(1.0, kProbabilities[b + 1]), .happened = {}};
    const Positions bets = Between(simulation, bucket.from, kProbabilities[b + 1], probability_of);
    if (bets.empty()) continue;
    bucket.bets = static_cast<std::int64_t>(bets.size());
    Mean happened;
    for (const std::size_t bet : bets) {
      bucket.claimed += simulation.bets[bet].probability / static_cast<double>(bets.size());
      happened.Add(rows.dates[bet], simulation.bets[bet].won ? 1.0 : 0.0);
    }
    ASSIGN_OR_RETURN(bucket.happened, happened.Result(seed));
    report.by_probability.push_back(bucket);
  }
  return absl::OkStatus();
}

absl::StatusOr<Slice> SliceOf(std::string label, const Simulation& simulation, const BetRows& rows,
                              const Positions& bets, std::uint64_t seed) {
  Slice slice;
  slice.label = std::move(label);
  slice.bets = static_cast<std::int64_t>(bets.size());
  Mean yield;
  for (const std::size_t position : bets) {
    const Bet& bet = simulation.bets[position];
    slice.staked = slice.staked + bet.stake;
    slice.profit = slice.profit + bet.profit;
    slice.hit_rate += (bet.won ? 1.0 : 0.0) / static_cast<double>(bets.size());
    slice.average_odds += bet.odds / static_cast<double>(bets.size());
    const double stake = rows.At(position, kStake);
    yield.Add(rows.dates[position], rows.At(position, kProfit) / stake, stake);
  }
  ASSIGN_OR_RETURN(slice.yield, yield.Result(seed));
  slice.closing_line_value = ClosingLineValue(rows, bets);
  return slice;
}

template <typename KeyOf>
auto Grouped(std::span<const PastMatch> matches, const Simulation& simulation, KeyOf&& key_of) {
  std::map<decltype(key_of(matches[0], simulation.bets[0])), Positions> groups;
  for (std::size_t bet = 0; bet < simulation.bets.size(); ++bet) {
    groups[key_of(matches[simulation.bets[bet].match], simulation.bets[bet])].push_back(bet);
  }
  return groups;
}

}  // namespace

std::string SeasonLabel(int season_start) {
  return fmt::format("{}-{:02}", season_start, (season_start + 1) % 100);
}

absl::Status AddSlices(std::span<const PastMatch> matches, const Settings& settings,
                       const Simulation& simulation, const BetRows& rows, Report& report) {
  const std::uint64_t seed = settings.seed;
  RETURN_IF_ERROR(AddByEdge(simulation, rows, seed, report));
  RETURN_IF_ERROR(AddByProbability(simulation, rows, seed, report));
  Money bankroll = settings.bankroll;
  const auto season_of = [](const PastMatch& match, const Bet&) { return match.season_start; };
  for (const auto& [season, bets] : Grouped(matches, simulation, season_of)) {
    ASSIGN_OR_RETURN(Slice slice, SliceOf(SeasonLabel(season), simulation, rows, bets, seed));
    slice.bankroll_return = static_cast<double>(slice.profit.minor_units) /
                            static_cast<double>(std::max<std::int64_t>(1, bankroll.minor_units));
    bankroll = bankroll + slice.profit;
    if (slice.profit.minor_units > 0) ++report.seasons_in_profit;
    report.by_season.push_back(std::move(slice));
  }
  const auto code_of = [](const PastMatch& match, const Bet&) { return match.competition; };
  for (const auto& [code, bets] : Grouped(matches, simulation, code_of)) {
    ASSIGN_OR_RETURN(Slice slice, SliceOf(code, simulation, rows, bets, seed));
    report.by_competition.push_back(std::move(slice));
  }
  if (settings.price != PriceSource::kBest) return absl::OkStatus();
  for (const auto& [code, bets] :
       Grouped(matches, simulation,
               [](const PastMatch&match, const Bet&bet) { return match.best_at[bet.outcome]; })) {
    if (code.empty()) continue;
    ASSIGN_OR_RETURN(Slice slice, SliceOf(code, simulation, rows, bets, seed));
    report.by_bookmaker.push_back(std::move(slice));
  }
  std::stable_sort(report.by_bookmaker.begin(), report.by_bookmaker.end(),
                   [](const Slice& a, const Slice& b) { return a.staked > b.staked; });
  return absl::OkStatus();
}

}  // namespace fairline::backtest
