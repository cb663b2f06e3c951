#include "tools/fairline/backtest_options.hpp"

#include <cmath>

#include "tools/fairline/arguments.hpp"
#include "tools/fairline/context.hpp"

namespace fairline::cli {
namespace {

using nlohmann::json;

// int64 is text in proto JSON.
absl::StatusOr<std::string> AsMinorUnits(const char* option, double amount,
                                         const std::string& currency) {
  const auto money = Money::FromMajorUnits(amount, currency);
  if (!money.ok()) return InvalidField(option, "is not an amount of money");
  return std::to_string(money->minor_units);
}

}  // namespace

void AddBacktestOptions(CLI::App& command, BacktestOptions& options) {
  const CLI::IsMember prices({"best", "average", "bookmaker", "maximum"});
  command.add_option("--forecaster", options.forecaster, "default: with_odds");
  command
      .add_option("--price", options.price,
                  "best of the bookmakers listed by name (default), average, or maximum: the "
                  "highest that a comparison site saw anywhere")
      ->check(prices);
  command.add_option("--bookmaker", options.bookmaker, "only its prices, for example bet365");
  command.add_option("--risk", options.risk, "low, medium (default) or high");
  command.add_option("--competitions", options.competitions, "codes, for example E0,F1")
      ->delimiter(',');
  command.add_option("--seasons", options.seasons, "inclusive start years, for example 2019-2024");
  command.add_option("--bankroll", options.bankroll, "default: 1000");
  command.add_option("--max-stake", options.max_stake, "what the bookmaker takes per bet");
  command.add_option("--commission", options.commission, "of net winnings, for example 0.02");
  command.add_option("--min-edge", options.min_edge, "default: 0.04");
  command.add_option("--min-odds", options.min_odds);
  command.add_option("--max-odds", options.max_odds, "default: 5");
  command.add_option("--max-per-bet", options.max_per_bet, "of the bankroll; default: 0.03");
  command.add_option("--max-per-day", options.max_per_day, "of the bankroll; default: 0.5");
  command.add_option("--kelly", options.kelly, "part of Kelly, in place of the risk level's");
  command.add_option("--model-weight", options.model_weight,
                     "of the forecast against the average line; default: 1");
  command.add_flag("--stake-unanchored", options.stake_unanchored,
                   "lets any forecast stake, to see what it would lose");
  command.add_option("--sweep-prices", options.sweep_prices, "try all of these price sources")
      ->delimiter(',')
      ->check(prices);
  command.add_option("--sweep-min-edges", options.sweep_min_edges)->delimiter(',');
  command.add_option("--sweep-kelly", options.sweep_kelly)->delimiter(',');
  command.add_option("--sweep-max-odds", options.sweep_max_odds)->delimiter(',');
  command.add_option("--seed", options.seed, "of intervals and random bets");
}

absl::StatusOr<json> SettingsOf(const BacktestOptions& options, const std::string& currency) {
  json settings = json::object();
  RETURN_IF_ERROR(AddSeasons(options.seasons, settings));
  if (!options.forecaster.empty()) settings["forecaster"] = options.forecaster;
  if (!options.bookmaker.empty()) {
    settings["bookmaker_code"] = options.bookmaker;
    settings["price_source"] = "PRICE_SOURCE_BOOKMAKER";
  } else if (!options.price.empty()) {
    settings["price_source"] = "PRICE_SOURCE_" + UpperCase(options.price);
  }
  for (const std::string& price : options.sweep_prices) {
    settings["sweep_price_sources"].push_back("PRICE_SOURCE_" + UpperCase(price));
  }
  if (!options.risk.empty()) settings["risk"] = "RISK_" + UpperCase(options.risk);
  if (!options.competitions.empty()) settings["competition_codes"] = options.competitions;
  const auto add = [&](const char* field, const auto& value) {
    if (value) settings[field] = *value;
  };
  add("min_edge", options.min_edge);
  add("min_odds", options.min_odds);
  add("max_odds", options.max_odds);
  add("max_per_bet", options.max_per_bet);
  add("max_per_day", options.max_per_day);
  add("kelly_fraction", options.kelly);
  add("model_weight", options.model_weight);
  add("commission", options.commission);
  add("seed", options.seed);
  if (!currency.empty()) settings["currency"] = currency;
  if (options.bankroll) {
    ASSIGN_OR_RETURN(settings["bankroll_minor_units"],
                     AsMinorUnits("bankroll", *options.bankroll, currency));
  }
  if (options.max_stake) {
    ASSIGN_OR_RETURN(settings["max_stake_minor_units"],
                     AsMinorUnits("max_stake", *options.max_stake, currency));
  }
  if (!options.sweep_min_edges.empty()) settings["sweep_min_edges"] = options.sweep_min_edges;
  if (!options.sweep_kelly.empty()) settings["sweep_kelly_fractions"] = options.sweep_kelly;
  if (!options.sweep_max_odds.empty()) settings["sweep_max_odds"] = options.sweep_max_odds;
  if (options.stake_unanchored) settings["stake_unanchored"] = true;
  return settings;
}

}  // namespace fairline::cli
