#include "services/training/app/backtest_json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::training {
namespace {

using nlohmann::json;

constexpr std::string_view kDefaultForecaster = "with_odds";

// Reads fields of proto JSON, where int64 is text; what is absent keeps its value. The first field
// of the wrong type is kept as the error.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  void Read(const char* field, double& value) {
    if (const json* found = Find(field)) {
      if (found->is_number()) {
        value = found->get<double>();
      } else {
        Refuse(field);
      }
    }
  }

  void Read(const char* field, std::int64_t& value) {
    const json* found = Find(field);
    if (found == nullptr) return;
    if (found->is_number_integer()) {
      value = found->get<std::int64_t>();
      return;
    }
    const std::string text = found->is_string() ? found->get<std::string>() : "";
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) Refuse(field);
  }

  void Read(const char* field, int& value) {
    std::int64_t wide = value;
    Read(field, wide);
    if (wide < -1'000'000 || wide > 1'000'000) {
      Refuse(field);
    } else {
      value = static_cast<int>(wide);
    }
  }

  void Read(const char* field, bool& value) {
    if (const json* found = Find(field)) {
      if (found->is_boolean()) {
        value = found->get<bool>();
      } else {
        Refuse(field);
      }
    }
  }

  void Read(const char* field, std::string& value) {
    if (const json* found = Find(field)) {
      if (found->is_string()) {
        value = found->get<std::string>();
      } else {
        Refuse(field);
      }
    }
  }

  template <typename T>
  void ReadList(const char* field, std::vector<T>& values) {
    const json* found = Find(field);
    if (found == nullptr) return;
    for (const json& item : *found) {
      const bool right = std::is_same_v<T, double> ? item.is_number() : item.is_string();
      if (!right) return Refuse(field);
      values.push_back(item.get<T>());
    }
  }

  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  [[nodiscard]] const json* Find(const char* field) const {
    const auto found = object_.find(field);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  void Refuse(const char* field) { status_.Update(InvalidField(field, "of the wrong type")); }

  const json& object_;
  absl::Status status_;
};

void ReadPolicy(Reader& reader, domain::StakingPolicy& policy) {
  double min_edge = backtest::kUnknown;
  reader.Read("min_edge", min_edge);
  if (!std::isnan(min_edge)) policy.min_edge_best_of_many = policy.min_edge_single_book = min_edge;
  double kelly = backtest::kUnknown;
  reader.Read("kelly_fraction", kelly);
  if (!std::isnan(kelly)) policy.kelly_low = policy.kelly_medium = policy.kelly_high = kelly;
  reader.Read("min_odds", policy.min_odds);
  reader.Read("max_odds", policy.max_odds);
  reader.Read("max_per_bet", policy.max_per_bet);
  reader.Read("max_per_match", policy.max_per_match);
  reader.Read("max_per_day", policy.max_per_day);
  reader.Read("model_weight", policy.model_weight);
  reader.Read("max_best_to_average", policy.max_best_to_average);
}

struct SweepValues {
  std::vector<double> min_edges, kelly_fractions, max_odds;
};

std::vector<backtest::Settings> Variants(const backtest::Settings& base,
                                         const SweepValues& values) {
  std::vector<backtest::Settings> variants = {base};
  const auto combine = [&](const std::vector<double>& list, auto&& set) {
    if (list.empty()) return;
    std::vector<backtest::Settings> combined;
    for (const backtest::Settings& variant : variants) {
      for (const double value : list) {
        combined.push_back(variant);
        set(combined.back().policy, value);
      }
    }
    variants = std::move(combined);
  };
  combine(values.min_edges, [](domain::StakingPolicy& policy, double value) {
    policy.min_edge_best_of_many = policy.min_edge_single_book = value;
  });
  combine(values.kelly_fractions, [](domain::StakingPolicy& policy, double value) {
    policy.kelly_low = policy.kelly_medium = policy.kelly_high = value;
  });
  combine(values.max_odds,
          [](domain::StakingPolicy& policy, double value) { policy.max_odds = value; });
  return variants;
}

json AsJson(const backtest::Interval& interval) {
  return {{"value", interval.value}, {"low", interval.lower}, {"high", interval.upper}};
}

json AsJson(const backtest::Report& report) {
  json out = {{"verdict", report.verdict},
              {"matches", report.matches},
              {"priced_matches", report.priced},
              {"bets", report.bets},
              {"start_minor_units", report.start.minor_units},
              {"end_minor_units", report.end.minor_units},
              {"staked_minor_units", report.staked.minor_units},
              {"max_drawdown", report.max_drawdown},
              {"longest_losing_run", report.longest_losing_run}};
  if (report.bets == 0) return out;
  out["yield"] = AsJson(report.yield);
  out["flat_yield"] = AsJson(report.flat_yield);
  out["log_growth"] = AsJson(report.log_growth);
  out["hit_rate"] = report.hit_rate;
  out["expected_hit_rate"] = report.expected_hit_rate;
  out["closing_bets"] = report.closing_bets;
  if (report.closing_line_value) out["closing_line_value"] = AsJson(*report.closing_line_value);
  out["random_yield"] = AsJson(report.random_yield);
  out["random_as_good"] = report.random_as_good;
  out["market_yield"] = AsJson(report.market_yield);
  out["better_than_market"] = AsJson(report.better_than_market);
  for (const backtest::EdgeBucket& bucket : report.by_edge) {
    json line = {{"from_edge", bucket.from},
                 {"to_edge", bucket.to},
                 {"bets", bucket.bets},
                 {"claimed_edge", bucket.claimed},
                 {"realised_edge", AsJson(bucket.realised)}};
    if (bucket.closing_edge) line["closing_edge"] = *bucket.closing_edge;
    out["by_edge"].push_back(std::move(line));
  }
  for (const backtest::DayOfBets& day : report.equity) {
    out["equity"].push_back({{"date", FormatDay(day.date)},
                             {"bankroll_minor_units", day.bankroll.minor_units},
                             {"staked_minor_units", day.staked.minor_units}});
  }
  return out;
}

}  // namespace

bool IsAnchored(std::string_view forecaster) {
  return forecaster == kDefaultForecaster || forecaster == "market" || forecaster == "pinnacle";
}

absl::StatusOr<BacktestPlan> ParseBacktestPlan(std::string_view settings_json) {
  const json object = json::parse(settings_json, nullptr, false);
  if (!object.is_object()) return InvalidField("settings", "not a JSON object");
  Reader reader(object);
  BacktestPlan plan;
  reader.Read("walk_forward_id", plan.walk_forward_id);
  reader.Read("forecaster", plan.forecaster);
  if (plan.forecaster.empty()) plan.forecaster = kDefaultForecaster;
  reader.Read("bookmaker_code", plan.bookmaker_code);

  backtest::Settings base;
  int price = 0, risk = 0;
  bool stake_unanchored = false;
  std::int64_t bankroll = 0, max_stake = 0, seed = 0;
  SweepValues sweep;
  reader.Read("price_source", price);
  reader.Read("risk", risk);
  reader.Read("stake_unanchored", stake_unanchored);
  reader.Read("bankroll_minor_units", bankroll);
  reader.Read("max_stake_minor_units", max_stake);
  reader.Read("seed", seed);
  reader.Read("commission", base.commission);
  reader.Read("first_season_start", base.first_season);
  reader.Read("last_season_start", base.last_season);
  reader.ReadList("competition_codes", base.competitions);
  ReadPolicy(reader, base.policy);
  reader.ReadList("sweep_min_edges", sweep.min_edges);
  reader.ReadList("sweep_kelly_fractions", sweep.kelly_fractions);
  reader.ReadList("sweep_max_odds", sweep.max_odds);
  RETURN_IF_ERROR(reader.status());

  if (price < 0 || price > 3) return InvalidField("price_source", "not one of those");
  if (risk < 0 || risk > 3) return InvalidField("risk", "not one of those");
  base.price =
      price == 0 ? backtest::PriceSource::kBest : static_cast<backtest::PriceSource>(price);
  base.risk = risk == 0 ? domain::RiskLevel::kMedium : static_cast<domain::RiskLevel>(risk);
  if (base.price == backtest::PriceSource::kBookmaker && plan.bookmaker_code.empty()) {
    return InvalidField("bookmaker_code", "is needed for this price source");
  }
  if (plan.forecaster == "closing") {
    return InvalidField("forecaster", "the closing line is not known when bets are placed");
  }
  base.anchored = stake_unanchored || IsAnchored(plan.forecaster);
  if (bankroll != 0) base.bankroll = {bankroll};
  if (max_stake != 0) base.max_stake = Money{max_stake};
  if (seed != 0) base.seed = static_cast<std::uint64_t>(seed);
  if (sweep.min_edges.size() * std::max<std::size_t>(1, sweep.kelly_fractions.size()) *
          std::max<std::size_t>(1, sweep.max_odds.size()) >
      backtest::kMostVariants * 10) {
    return InvalidField("sweep_min_edges", "too many variants");
  }
  plan.variants = Variants(base, sweep);
  if (plan.variants.size() > backtest::kMostVariants) {
    return InvalidField("sweep_min_edges",
                        fmt::format("at most {} variants", backtest::kMostVariants));
  }
  for (const backtest::Settings& variant : plan.variants) RETURN_IF_ERROR(variant.Validate());
  return plan;
}

std::string ResultJson(const BacktestPlan& plan, const backtest::Sweep& sweep) {
  json out = {{"report", AsJson(sweep.reports[sweep.best])},
              {"chance_by_luck", sweep.by_luck},
              {"sweep_warning", sweep.warning}};
  for (std::size_t v = 0; plan.variants.size() > 1 && v < plan.variants.size(); ++v) {
    const backtest::Settings& settings = plan.variants[v];
    const backtest::Report& report = sweep.reports[v];
    out["variants"].push_back(
        {{"min_edge", settings.policy.min_edge_best_of_many},
         {"kelly_fraction", settings.policy.KellyMultiplier(settings.risk)},
         {"max_odds", std::isfinite(settings.policy.max_odds) ? settings.policy.max_odds : 0.0},
         {"bets", report.bets},
         {"yield", AsJson(report.yield)},
         {"log_growth", AsJson(report.log_growth)},
         {"max_drawdown", report.max_drawdown}});
  }
  return out.dump();
}

std::string BetsCsv(std::span<const backtest::PastMatch> matches, const backtest::Replay& replay) {
  constexpr std::array kThree = {"home", "draw", "away"};
  constexpr std::array kTwo = {"home", "away", ""};
  fmt::memory_buffer csv;
  auto out = std::back_inserter(csv);
  fmt::format_to(out,
                 "match_date,match_id,competition_code,season_start,outcome,odds,probability,edge,"
                 "stake_minor_units,won,profit_minor_units,closing_odds\n");
  for (const backtest::Bet& bet : replay.bets) {
    const backtest::PastMatch& match = matches[bet.match];
    const double closing = match.closing[bet.outcome];
    fmt::format_to(out, "{},{},{},{},{},{},{:.6f},{:.6f},{},{},{},{}\n", FormatDay(match.date),
                   match.id.value, match.competition, match.season_start,
                   (match.outcomes == 3 ? kThree : kTwo)[bet.outcome], bet.odds, bet.probability,
                   bet.edge, bet.stake.minor_units, bet.won ? 1 : 0, bet.profit.minor_units,
                   closing > 1.0 ? fmt::format("{}", closing) : "");
  }
  return fmt::to_string(csv);
}

}  // namespace fairline::training
