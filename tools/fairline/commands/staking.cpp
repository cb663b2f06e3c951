#include "tools/fairline/staking.hpp"

#include "tools/command_line/command_line.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/commands/groups.hpp"
#include "tools/fairline/forecasts.hpp"
#include "tools/fairline/portfolio.hpp"

namespace fairline::cli {
namespace {

struct KellyOptions {
  std::vector<double> probabilities;  // of one match
  std::vector<std::string> odds;
  PortfolioOptions portfolio;  // of several
};

absl::Status ComputeKelly(Context& context, const KellyOptions& options) {
  const PortfolioOptions& joint = options.portfolio;
  if (!joint.matches.empty() || !joint.file.empty()) return ComputePortfolio(context, joint);
  std::vector<double> odds;
  for (const std::string& text : options.odds) {
    ASSIGN_OR_RETURN(odds.emplace_back(), OddsOrNone(text, "--odds"));
  }
  return ComputeStake(context, options.probabilities, odds);
}

Action DeclareKelly(CLI::App& app) {
  auto options = std::make_shared<KellyOptions>();
  PortfolioOptions& own = options->portfolio;
  auto* probabilities =
      app.add_option("--probabilities", options->probabilities, "for example 0.5,0.3,0.2")
          ->delimiter(',');
  auto* odds =
      app.add_option("--odds", options->odds, "like 2.2, +120 or 6/5, one for each probability")
          ->delimiter(',');
  probabilities->needs(odds);
  odds->needs(probabilities);
  auto* match = app.add_option("--match", own.matches,
                               "0.5,0.3,0.2@2.2,3.4,4.1; several are staked jointly, 0: no price");
  auto* file =
      app.add_option("file", own.file, "the same as .json or .csv")->type_name(command_line::kFile);
  for (auto* joint : {match, file, app.add_option("--kelly", own.kelly, "part of Kelly, up to 1"),
                      app.add_option("--max-per-bet", own.max_per_bet, "cap, part of the bankroll"),
                      app.add_option("--max-per-match", own.max_per_match),
                      app.add_option("--max-per-day", own.max_per_day),
                      app.add_option("--bankroll", own.bankroll, "in place of the account's")}) {
    joint->excludes(probabilities)->excludes(odds);
  }
  app.parse_complete_callback([probabilities, match, file] {
    if (probabilities->empty() && match->empty() && file->empty()) {
      throw CLI::RequiredError("--probabilities and --odds, --match, or a file");
    }
  });
  return WithOptions(std::move(options), ComputeKelly);
}

Action DeclareValue(CLI::App& app) {
  auto options = std::make_shared<ValueOptions>();
  app.add_option("--competition", options->competition, "code or full name");
  app.add_option("--min-edge", options->min_edge, "for example 0.02; -1 shows every price");
  app.add_option("--commission", options->commission, "of an exchange (default: 0.05)");
  app.add_flag("--usable", options->only_usable, "without flagged prices");
  app.add_flag("--unanchored", options->include_unanchored,
               "also against ratings alone, where no average price is known");
  app.add_option("--limit", options->limit)->capture_default_str();
  return WithOptions(std::move(options), ListValue);
}

struct PolicyChanges {
  std::vector<std::string> changes;
  std::string reason;
};

Action DeclareSetPolicy(CLI::App& app) {
  auto options = std::make_shared<PolicyChanges>();
  app.add_option("changes", options->changes, "FIELD=VALUE, for example max_per_bet=0.02")
      ->required();
  app.add_option("--reason", options->reason, "kept in the history")->required();
  return [options](Context& context) {
    return SetStakingPolicy(context, options->changes, options->reason);
  };
}

}  // namespace

std::vector<Command> StakingCommands() {
  return {
      {"kelly", "Kelly stakes for your own probabilities and odds", DeclareKelly,
       "--probabilities 0.5,0.3,0.2 --odds 2.2,3.4,4.1"},
      {"value", "prices above fair, flagged ones, and arbitrage", DeclareValue, "--min-edge 0.02"},
      {"staking-policy", "how forecasts become stakes"},
      {"staking-policy show", "the policy in force", Declare<ShowStakingPolicy>},
      {"staking-policy set", "changes fields of it", DeclareSetPolicy,
       "max_per_bet=0.02 --reason 'less at once'"},
  };
}

}  // namespace fairline::cli
