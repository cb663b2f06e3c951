#include "libs/backtest/result_json.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::backtest {
namespace {

using nlohmann::json;

// Days of a variant's curve.
constexpr std::size_t kSampledDays = 100;

json AsJson(const Interval& interval) {
  json out = {{"value", interval.value}};
  if (std::isfinite(interval.lower)) {
    out["low"] = interval.lower;
    out["high"] = interval.upper;
  }
  return out;
}

json AsJson(const DayOfBets& day) {
  return {{"date", FormatDay(day.date)},
          {"bankroll_minor_units", day.bankroll.minor_units},
          {"staked_minor_units", day.staked.minor_units}};
}

json AsJson(const Drawdown& drawdown) {
  return {{"depth", drawdown.depth},
          {"height_date", drawdown.peak ? FormatDay(*drawdown.peak) : ""},
          {"lowest_date", FormatDay(drawdown.trough)},
          {"recovered_date", drawdown.recovered ? FormatDay(*drawdown.recovered) : ""},
          {"days", drawdown.days},
          {"bets", drawdown.bets}};
}

json AsJson(const EdgeBucket& bucket) {
  json out = {{"from_edge", bucket.from},
              {"to_edge", bucket.to},
              {"bets", bucket.bets},
              {"claimed_edge", bucket.claimed},
              {"realised_edge", AsJson(bucket.realised)}};
  if (bucket.closing_edge) out["closing_edge"] = *bucket.closing_edge;
  return out;
}

json AsJson(const ProbabilityBucket& bucket) {
  return {{"from_probability", bucket.from},
          {"to_probability", bucket.to},
          {"bets", bucket.bets},
          {"claimed", bucket.claimed},
          {"happened", AsJson(bucket.happened)}};
}

json AsJson(const Slice& slice) {
  json out = {{"label", slice.label},
              {"bets", slice.bets},
              {"staked_minor_units", slice.staked.minor_units},
              {"profit_minor_units", slice.profit.minor_units},
              {"yield", AsJson(slice.yield)},
              {"hit_rate", slice.hit_rate},
              {"average_odds", slice.average_odds}};
  if (slice.closing_line_value) out["closing_line_value"] = *slice.closing_line_value;
  if (slice.bankroll_return) out["bankroll_return"] = *slice.bankroll_return;
  return out;
}

template <typename T>
json Listed(const std::vector<T>& items) {
  json out = json::array();
  for (const T& item : items) out.push_back(AsJson(item));
  return out;
}

json AsJson(const Report& report) {
  json out = {{"verdict", report.verdict},
              {"price_note", report.price_note},
              {"notes", report.notes},
              {"matches", report.matches},
              {"priced_matches", report.priced},
              {"bets", report.bets},
              {"start_minor_units", report.start.minor_units},
              {"end_minor_units", report.end.minor_units},
              {"staked_minor_units", report.staked.minor_units}};
  if (report.bets == 0) return out;
  out.update({{"yield", AsJson(report.yield)},
              {"flat_yield", AsJson(report.flat_yield)},
              {"log_growth", AsJson(report.log_growth)},
              {"max_drawdown", report.max_drawdown},
              {"fall_by_chance", AsJson(report.simulated_max_drawdown)},
              {"longest_losing_run", report.longest_losing_streak},
              {"longest_winning_run", report.longest_winning_streak},
              {"hit_rate", report.hit_rate},
              {"expected_hit_rate", report.expected_hit_rate},
              {"average_odds", report.average_odds},
              {"average_stake_minor_units", report.average_stake.minor_units},
              {"largest_stake_minor_units", report.largest_stake.minor_units},
              {"average_bookmakers", report.average_bookmakers},
              {"closing_bets", report.closing_bets},
              {"random_yield", AsJson(report.random_yield)},
              {"random_as_good", report.random_as_good},
              {"market_yield", AsJson(report.market_yield)},
              {"better_than_market", AsJson(report.better_than_market)},
              {"seasons_in_profit", report.seasons_in_profit},
              {"by_edge", Listed(report.by_edge)},
              {"by_probability", Listed(report.by_probability)},
              {"by_season", Listed(report.by_season)},
              {"by_competition", Listed(report.by_competition)},
              {"by_bookmaker", Listed(report.by_bookmaker)},
              {"equity", Listed(report.equity)}});
  if (!std::isfinite(report.simulated_max_drawdown.value)) out.erase("fall_by_chance");
  if (report.closing_line_value) out["closing_line_value"] = AsJson(*report.closing_line_value);
  if (report.worst_drawdown) out["worst_fall"] = AsJson(*report.worst_drawdown);
  return out;
}

// At most kSampledDays, the last one included.
std::vector<DayOfBets> Sampled(const std::vector<DayOfBets>& days) {
  if (days.size() <= kSampledDays) return days;
  std::vector<DayOfBets> sampled;
  for (std::size_t i = 1; i <= kSampledDays; ++i) {
    sampled.push_back(days[i * days.size() / kSampledDays - 1]);
  }
  return sampled;
}

json VariantJson(const Settings& settings, const Summary& summary) {
  const double max_odds = settings.policy.max_odds;
  json out = {{"min_edge", settings.policy.min_edge_best_of_many},
              {"kelly_fraction", settings.policy.KellyMultiplier(settings.risk)},
              {"max_odds", std::isfinite(max_odds) ? max_odds : 0.0},
              {"price_source", fmt::format("PRICE_SOURCE_{}", PriceSourceName(settings.price))},
              {"bets", summary.bets},
              {"end_minor_units", summary.end.minor_units},
              {"yield", AsJson(summary.yield)},
              {"log_growth", AsJson(summary.log_growth)},
              {"max_drawdown", summary.max_drawdown},
              {"equity", Listed(Sampled(summary.equity))}};
  if (summary.closing_line_value) out["closing_line_value"] = AsJson(*summary.closing_line_value);
  return out;
}

}  // namespace

std::string ResultJson(const Plan& plan, const Sweep& sweep) {
  json out = {{"report", AsJson(sweep.report)},
              {"chance_by_luck", sweep.by_luck},
              {"sweep_warning", sweep.warning},
              {"best_variant", sweep.best}};
  for (std::size_t v = 0; plan.variants.size() > 1 && v < plan.variants.size(); ++v) {
    out["variants"].push_back(VariantJson(plan.variants[v], sweep.variants[v]));
  }
  return out.dump();
}

std::string BetsCsv(std::span<const PastMatch> matches, const Simulation& simulation) {
  constexpr std::array kThree = {"home", "draw", "away"};
  constexpr std::array kTwo = {"home", "away", ""};
  const auto printed = [](double price) {
    return price > 1.0 ? fmt::format("{}", price) : std::string();
  };
  fmt::memory_buffer csv;
  auto out = std::back_inserter(csv);
  fmt::format_to(out,
                 "match_date,match_id,competition_code,season_start,outcome,odds,bookmaker_code,"
                 "probability,edge,stake_minor_units,won,profit_minor_units,closing_odds,"
                 "closing_1,closing_2,closing_3\n");
  for (const Bet& bet : simulation.bets) {
    const PastMatch& match = matches[bet.match];
    fmt::format_to(out, "{},{},{},{},{},{},{},{:.6f},{:.6f},{},{},{},{},{},{},{}\n",
                   FormatDay(match.date), match.id.value, match.competition, match.season_start,
                   (match.outcomes == 3 ? kThree : kTwo)[bet.outcome], bet.odds, bet.bookmaker,
                   bet.probability, bet.edge, bet.stake.minor_units, bet.won ? 1 : 0,
                   bet.profit.minor_units, printed(match.closing[bet.outcome]),
                   printed(match.closing[0]), printed(match.closing[1]),
                   match.outcomes == 3 ? printed(match.closing[2]) : "");
  }
  return fmt::to_string(csv);
}

}  // namespace fairline::backtest
