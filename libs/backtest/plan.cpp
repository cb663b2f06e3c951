#include "libs/backtest/plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::backtest {
namespace {

using nlohmann::json;

constexpr std::string_view kDefaultForecaster = "with_odds";
constexpr std::string_view kPriceSources[] = {"UNSPECIFIED", "BEST", "AVERAGE", "BOOKMAKER",
                                              "MAXIMUM"};
constexpr std::string_view kRisks[] = {"UNSPECIFIED", "LOW", "MEDIUM", "HIGH"};

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

  // A name after `prefix`, or a number; from 0, which is not specified.
  void ReadEnum(const char* field, std::string_view prefix, std::span<const std::string_view> names,
                int& value) {
    if (const json* found = Find(field)) value = AsEnum(field, *found, prefix, names);
  }

  void ReadEnums(const char* field, std::string_view prefix,
                 std::span<const std::string_view> names, std::vector<int>& values) {
    const json* found = Find(field);
    if (found == nullptr) return;
    for (const json& item : *found) values.push_back(AsEnum(field, item, prefix, names));
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
  [[nodiscard]] int AsEnum(const char* field, const json& value, std::string_view prefix,
                           std::span<const std::string_view> names) {
    if (value.is_number_integer()) {
      const auto number = value.get<std::int64_t>();
      if (number >= 0 && number < static_cast<std::int64_t>(names.size())) {
        return static_cast<int>(number);
      }
    }
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (text.starts_with(prefix)) {
      const auto found = std::find(names.begin(), names.end(), text.substr(prefix.size()));
      if (found != names.end()) return static_cast<int>(found - names.begin());
    }
    status_.Update(InvalidField(field, "not one of those"));
    return 0;
  }
  void Refuse(const char* field) { status_.Update(InvalidField(field, "of the wrong type")); }

  const json& object_;
  absl::Status status_;
};

void ReadPolicy(Reader& reader, staking::StakingPolicy& policy) {
  double min_edge = kUnknown;
  reader.Read("min_edge", min_edge);
  if (!std::isnan(min_edge)) policy.min_edge_best_of_many = policy.min_edge_single_book = min_edge;
  double kelly = kUnknown;
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
  std::vector<int> price_sources;

  [[nodiscard]] std::size_t Combinations() const {
    std::size_t product = 1;
    for (const std::size_t size :
         {min_edges.size(), kelly_fractions.size(), max_odds.size(), price_sources.size()}) {
      product *= std::clamp<std::size_t>(size, 1, kMaxVariants + 1);
    }
    return product;
  }
};

PriceSource AsPriceSource(int number) {
  return number == 0 ? PriceSource::kBest : static_cast<PriceSource>(number);
}

std::vector<Settings> Variants(const Settings& base, const SweepValues& values) {
  std::vector<Settings> variants = {base};
  const auto combine = [&](const auto& list, auto&& set) {
    if (list.empty()) return;
    std::vector<Settings> combined;
    for (const Settings& variant : variants) {
      for (const auto value : list) {
        combined.push_back(variant);
        set(combined.back(), value);
      }
    }
    variants = std::move(combined);
  };
  combine(values.price_sources,
          [](Settings& settings, int value) { settings.price = AsPriceSource(value); });
  combine(values.min_edges, [](Settings& settings, double value) {
    settings.policy.min_edge_best_of_many = settings.policy.min_edge_single_book = value;
  });
  combine(values.kelly_fractions, [](Settings& settings, double value) {
    settings.policy.kelly_low = settings.policy.kelly_medium = settings.policy.kelly_high = value;
  });
  combine(values.max_odds,
          [](Settings& settings, double value) { settings.policy.max_odds = value; });
  return variants;
}

}  // namespace

void Plan::SetAnchored(bool anchored) {
  for (Settings& variant : variants) variant.anchored = stake_unanchored || anchored;
}

absl::StatusOr<Plan> ParsePlan(std::string_view settings_json) {
  const json object = json::parse(settings_json, nullptr, false);
  if (!object.is_object()) return absl::InvalidArgumentError("not a JSON object");
  Reader reader(object);
  Plan plan;
  reader.Read("walk_forward_id", plan.walk_forward_id);
  reader.Read("forecaster", plan.forecaster);
  if (plan.forecaster.empty()) plan.forecaster = kDefaultForecaster;
  reader.Read("stake_unanchored", plan.stake_unanchored);

  Settings base;
  int price = 0, risk = 0;
  std::int64_t bankroll = 0, max_stake = 0, seed = 0;
  SweepValues sweep;
  reader.ReadEnum("price_source", "PRICE_SOURCE_", kPriceSources, price);
  reader.Read("bookmaker_code", base.bookmaker);
  reader.ReadEnum("risk", "RISK_", kRisks, risk);
  reader.Read("bankroll_minor_units", bankroll);
  reader.Read("max_stake_minor_units", max_stake);
  reader.Read("currency", base.currency);
  reader.Read("seed", seed);
  reader.Read("commission", base.commission);
  reader.Read("first_season_start", base.first_season);
  reader.Read("last_season_start", base.last_season);
  reader.ReadList("competition_codes", base.competitions);
  ReadPolicy(reader, base.policy);
  reader.ReadList("sweep_min_edges", sweep.min_edges);
  reader.ReadList("sweep_kelly_fractions", sweep.kelly_fractions);
  reader.ReadList("sweep_max_odds", sweep.max_odds);
  reader.ReadEnums("sweep_price_sources", "PRICE_SOURCE_", kPriceSources, sweep.price_sources);
  RETURN_IF_ERROR(reader.status());

  base.price = AsPriceSource(price);
  base.risk = risk == 0 ? staking::RiskLevel::kMedium : static_cast<staking::RiskLevel>(risk);
  if (plan.forecaster == "closing") {
    return InvalidField("forecaster", "the closing line is not known when bets are placed");
  }
  if (bankroll != 0) base.bankroll = {bankroll};
  if (max_stake != 0) base.max_stake = Money{max_stake};
  if (seed != 0) base.seed = static_cast<std::uint64_t>(seed);
  if (sweep.Combinations() > kMaxVariants) {
    return InvalidField("sweep", fmt::format("at most {} variants", kMaxVariants));
  }
  plan.variants = Variants(base, sweep);
  for (const Settings& variant : plan.variants) RETURN_IF_ERROR(variant.Validate());
  return plan;
}

std::string_view PriceSourceName(PriceSource source) {
  return kPriceSources[static_cast<std::size_t>(source)];
}

}  // namespace fairline::backtest
