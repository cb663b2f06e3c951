// fairline: the command line over the gateway's REST surface.

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "libs/domain/market.hpp"
#include "tools/fairline/account.hpp"
#include "tools/fairline/arguments.hpp"
#include "tools/fairline/backtests.hpp"
#include "tools/fairline/bets.hpp"
#include "tools/fairline/forecasts.hpp"
#include "tools/fairline/limits.hpp"
#include "tools/fairline/match_detail.hpp"
#include "tools/fairline/portfolio.hpp"
#include "tools/fairline/programs.hpp"
#include "tools/fairline/runs.hpp"
#include "tools/fairline/staking.hpp"
#include "tools/fairline/training.hpp"
#include "tools/fairline/verify.hpp"

namespace fairline::cli {
namespace {

namespace fs = std::filesystem;

// The names in one of the tables of libs/domain/market.hpp.
template <typename Row>
std::vector<std::string> NamesIn(std::span<const Row> table) {
  std::vector<std::string> names;
  for (const Row& row : table) names.emplace_back(row.name);
  return names;
}

std::string FirstLine(const fs::path& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The state directory of tools/dev tells the address and the first admin's password; FAIRLINE_URL,
// FAIRLINE_USERNAME and FAIRLINE_PASSWORD go before it.
absl::StatusOr<ApiSettings> FindSettings(const fs::path& state_dir, std::string url) {
  ApiSettings settings;
  if (url.empty()) url = Variable("FAIRLINE_URL");
  if (url.empty()) url = FirstLine(state_dir / "url");
  if (url.empty()) {
    return absl::NotFoundError(
        fmt::format("no Fairline is known in {}: start one by tools/dev up, or name one by --url "
                    "or FAIRLINE_URL",
                    state_dir.string()));
  }
  while (url.ends_with('/')) url.pop_back();
  settings.url = url;
  settings.username = Variable("FAIRLINE_USERNAME");
  settings.password = Variable("FAIRLINE_PASSWORD");
  if (settings.username.empty()) {
    settings.username = "admin";
    if (settings.password.empty())
      settings.password = FirstLine(state_dir / "initial-admin-password");
    if (fs::is_directory(state_dir)) settings.token_file = state_dir / "cli-token";
  }
  return settings;
}

// `fairline backtest files` is the program `fairline-backtest`.
constexpr std::string_view kBacktest = "backtest";
constexpr std::string_view kFiles = "files";

// The command that was chosen, run after parsing.
using Command = std::function<absl::Status(Context&)>;

// Where the parser puts the commands' arguments.
struct Arguments {
  StartOptions start;
  BacktestOptions backtest;
  ValueOptions value;
  std::vector<std::string> changes;
  std::string run_id;
  std::string competition, home, away;
  MatchChoice match;
  bool all = false;
  std::vector<double> probabilities, odds;
  PortfolioOptions portfolio;
  bool only_bets = false;
  AccountChanges account;
  LimitOptions limit_wanted;
  std::string model, reason;
  std::string seal;
  int version = 0;
  std::size_t limit = 50;
  WalkForwardOptions walk_forward;
  SearchOptions search;
  bool watch = false;
  BetOptions bet;
  std::string bet_id, bet_state, file;
};

void AddRunCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* run = app.add_subcommand("run", "pipeline runs")->require_subcommand(1);
  const auto add_data_options = [&args](CLI::App* command) {
    command->add_option("--competitions", args.start.competitions, "codes, for example E0,F1")
        ->delimiter(',');
    command->add_option("--seasons", args.start.seasons,
                        "inclusive start years, for example 2005-2025");
    command->add_option("--sport", args.start.sport, "of every stage (default: as configured)");
  };
  auto* start_command = run->add_subcommand("start", "starts a run");
  add_data_options(start_command);
  start_command
      ->add_option("--stages", args.start.stages, "only these, for example ingest,preprocess")
      ->delimiter(',');
  start_command->add_flag("--watch", args.start.watch, "show progress until it has ended");
  start_command->callback(
      [&] { chosen = [&args](Context& c) { return StartRun(c, args.start); }; });

  auto* watch = run->add_subcommand("watch", "shows progress until the run has ended");
  watch->add_option("run", args.run_id)->required();
  watch->callback([&] { chosen = [&args](Context& c) { return WatchRun(c, args.run_id); }; });
  auto* show = run->add_subcommand("show", "one run with its stages");
  show->add_option("run", args.run_id, "its id, or latest")->required();
  show->callback([&] { chosen = [&args](Context& c) { return ShowRun(c, args.run_id); }; });
  for (const std::string action : {"cancel", "retry"}) {
    auto* command = run->add_subcommand(
        action, action == "cancel" ? "stops a run" : "takes a failed run up where it stopped");
    command->add_option("run", args.run_id)->required();
    command->callback([&args, &chosen, action] {
      chosen = [&args, action](Context& c) { return ActOnRun(c, args.run_id, action); };
    });
  }

  app.add_subcommand("runs", "the latest runs")->callback([&] {
    chosen = [&args](Context& c) { return ListRuns(c, 20); };
  });
  auto* ingest = app.add_subcommand("ingest", "fetches and loads results and odds");
  add_data_options(ingest);
  ingest->callback([&] {
    args.start.stages = {"ingest"};
    args.start.watch = true;
    chosen = [&args](Context& c) { return StartRun(c, args.start); };
  });
  app.add_subcommand("train", "features, models, and the gate, on what is loaded")->callback([&] {
    args.start.stages = {"preprocess", "train", "register"};
    args.start.watch = true;
    chosen = [&args](Context& c) { return StartRun(c, args.start); };
  });
}

void AddKellyCommand(CLI::App& app, Arguments& args, Command& chosen) {
  auto* kelly = app.add_subcommand("kelly", "Kelly stakes for your own probabilities and odds");
  auto* probabilities =
      kelly->add_option("--probabilities", args.probabilities, "for example 0.5,0.3,0.2")
          ->delimiter(',');
  auto* odds = kelly->add_option("--odds", args.odds, "decimal, for example 2.2,3.4,4.1")
                   ->delimiter(',')
                   ->check(RefuseAmericanOdds);
  probabilities->needs(odds);
  odds->needs(probabilities);
  PortfolioOptions& own = args.portfolio;
  auto* match = kelly->add_option(
      "--match", own.matches, "0.5,0.3,0.2@2.2,3.4,4.1; several are staked jointly, 0: no price");
  auto* file = kelly->add_option("file", own.file, "the same as .json or .csv");
  for (auto* joint :
       {match, file, kelly->add_option("--kelly", own.kelly, "part of Kelly, up to 1"),
        kelly->add_option("--max-per-bet", own.max_per_bet, "cap, part of the bankroll"),
        kelly->add_option("--max-per-match", own.max_per_match),
        kelly->add_option("--max-per-day", own.max_per_day),
        kelly->add_option("--bankroll", own.bankroll, "in place of the account's")}) {
    joint->excludes(probabilities)->excludes(odds);
  }
  kelly->callback([&args, &chosen] {
    const bool joint = !args.portfolio.matches.empty() || !args.portfolio.file.empty();
    if (!joint && args.probabilities.empty()) {
      throw CLI::RequiredError("--probabilities and --odds, --match, or a file");
    }
    chosen = [&args, joint](Context& c) {
      return joint ? ComputePortfolio(c, args.portfolio)
                   : ComputeStake(c, args.probabilities, args.odds);
    };
  });
}

void AddForecastCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* predict = app.add_subcommand("predict", "the probabilities of a pairing");
  predict->add_option("competition", args.competition, "code or full name")->required();
  predict->add_option("home", args.home)->required();
  predict->add_option("away", args.away)->required();
  predict->callback([&] {
    chosen = [&args](Context& c) {
      return PredictMatch(c, args.competition, args.home, args.away);
    };
  });
  const auto add_match = [&args](CLI::App* command) {
    command->add_option("match", args.match.match, "its id, or \"Home - Away\"")->required();
    command->add_option("--competition", args.match.competition,
                        "code or full name: forecasts any pairing of its teams");
  };
  auto* explain = app.add_subcommand("explain", "what a match's forecast rests on");
  add_match(explain);
  explain->callback([&] { chosen = [&args](Context& c) { return ExplainMatch(c, args.match); }; });
  auto* markets = app.add_subcommand("markets", "every market on a match's goals, with fair odds");
  add_match(markets);
  markets->add_flag("--all", args.all, "every line and score");
  markets->callback(
      [&] { chosen = [&args](Context& c) { return ShowMarkets(c, args.match, args.all); }; });
  auto* forecasts = app.add_subcommand("forecasts", "all coming matches");
  forecasts->add_option("--competition", args.competition, "code or full name");
  forecasts->callback(
      [&] { chosen = [&args](Context& c) { return ListForecasts(c, args.competition); }; });
  auto* advise = app.add_subcommand("advise", "best price, edge and stake of the coming matches");
  advise->add_option("--competition", args.competition, "code or full name");
  advise->add_flag("--bets", args.only_bets, "only matches with a bet");
  advise->callback([&] {
    chosen = [&args](Context& c) { return ListAdvice(c, args.competition, args.only_bets); };
  });
  auto* account = app.add_subcommand("account", "the account that stakes are reckoned for");
  account->add_option("--bankroll", args.account.bankroll, "sets it, for example 1000.50");
  account->add_option("--deposit", args.account.deposit, "adds to the bankroll");
  account->add_option("--withdraw", args.account.withdrawal, "takes from the bankroll");
  account->add_option("--risk", args.account.risk, "sets it: low, medium or high");
  account->callback([&] { chosen = [&args](Context& c) { return ShowAccount(c, args.account); }; });
  AddKellyCommand(app, args, chosen);
  auto* models = app.add_subcommand("models", "registered models, or the versions of one");
  models->add_option("model", args.model);
  models->add_option("version", args.version, "tells the features and models that it holds");
  models->callback([&] {
    chosen = [&args](Context& c) {
      return args.version == 0 ? ListModels(c, args.model)
                               : ShowVersion(c, args.model, args.version);
    };
  });
  auto* promote = app.add_subcommand("promote", "moves a model's production alias by hand");
  promote->add_option("model", args.model)->required();
  promote->add_option("version", args.version)->required();
  promote->add_option("--reason", args.reason, "kept in the history")->required();
  promote->callback([&] {
    chosen = [&args](Context& c) {
      return PromoteVersion(c, args.model, args.version, args.reason);
    };
  });
  app.add_subcommand("users", "all accounts")->callback([&] { chosen = ListUsers; });
  auto* rejected = app.add_subcommand("rejected", "rows and cells that could not be read");
  rejected->add_option("--limit", args.limit)->capture_default_str();
  rejected->callback(
      [&] { chosen = [&args](Context& c) { return ListRejectedRows(c, args.limit); }; });
}

void AddStakingCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* value = app.add_subcommand("value", "prices above fair, flagged ones, and arbitrage");
  value->add_option("--competition", args.value.competition, "code or full name");
  value->add_option("--min-edge", args.value.min_edge, "for example 0.02; -1 shows every price");
  value->add_option("--commission", args.value.commission, "of an exchange (default: 0.05)");
  value->add_flag("--usable", args.value.only_usable, "without flagged prices");
  value->add_flag("--unanchored", args.value.include_unanchored,
                  "also against ratings alone, where no average price is known");
  value->add_option("--limit", args.value.limit)->capture_default_str();
  value->callback([&] { chosen = [&args](Context& c) { return ListValue(c, args.value); }; });
  auto* policy =
      app.add_subcommand("staking-policy", "how forecasts become stakes")->require_subcommand(1);
  policy->add_subcommand("show", "the policy in force")->callback([&] {
    chosen = ShowStakingPolicy;
  });
  auto* set = policy->add_subcommand("set", "changes fields of it");
  set->add_option("changes", args.changes, "FIELD=VALUE, for example max_per_bet=0.02")->required();
  set->add_option("--reason", args.reason, "kept in the history")->required();
  set->callback([&] {
    chosen = [&args](Context& c) { return SetStakingPolicy(c, args.changes, args.reason); };
  });
}

void AddTrainingCommands(CLI::App& app, Arguments& args, Command& chosen) {
  using Show = absl::Status (*)(Context&, const std::string&, bool);
  using List = absl::Status (*)(Context&, std::size_t);
  using Cancel = absl::Status (*)(Context&, const std::string&);
  const auto add_looks = [&](CLI::App* group, Show show, List list, Cancel cancel) {
    auto* shown = group->add_subcommand("show", "one of them, with what it found so far");
    shown->add_option("id", args.run_id, "its number, or latest")->required();
    shown->add_flag("--watch", args.watch, "show progress until it has ended");
    shown->callback([&args, &chosen, show] {
      chosen = [&args, show](Context& c) { return show(c, args.run_id, args.watch); };
    });
    group->add_subcommand("list", "the latest of them")->callback([&chosen, list] {
      chosen = [list](Context& c) { return list(c, 20); };
    });
    auto* cancelled = group->add_subcommand("cancel", "stops it for good");
    cancelled->add_option("id", args.run_id, "its number, or latest")->required();
    cancelled->callback([&args, &chosen, cancel] {
      chosen = [&args, cancel](Context& c) { return cancel(c, args.run_id); };
    });
  };

  auto* walk = app.add_subcommand("walk-forward", "judges the recipe's models on past seasons")
                   ->require_subcommand(1);
  auto* start_walk = walk->add_subcommand("start", "starts one in the background");
  start_walk->add_option("--seasons", args.walk_forward.seasons,
                         "inclusive start years (default: the last six complete)");
  start_walk
      ->add_option("--competitions", args.walk_forward.competitions,
                   "only these are judged, for example E0,F1")
      ->delimiter(',');
  start_walk->add_option("--sport", args.walk_forward.sport, "that of the recipe to follow");
  start_walk->add_flag("--watch", args.walk_forward.watch, "show progress until it has ended");
  start_walk->callback(
      [&] { chosen = [&args](Context& c) { return StartWalkForward(c, args.walk_forward); }; });
  add_looks(walk, ShowWalkForward, ListWalkForwards, CancelWalkForward);

  auto* search = app.add_subcommand("search", "looks for better parameters of one model")
                     ->require_subcommand(1);
  auto* start_search = search->add_subcommand(
      "start", "starts one in the background, by successive halving over search.json");
  start_search->add_option("--model", args.search.model,
                           "the recipe's entry (default: the first in search.json)");
  start_search->add_option("--trials", args.search.trials, "settings that are drawn (default: 27)");
  start_search->add_option("--factor", args.search.factor,
                           "one trial of so many is kept after each rung (default: 3)");
  start_search->add_option("--seed", args.search.seed)->capture_default_str();
  start_search->add_option("--seasons", args.search.seasons,
                           "for validation, inclusive start years (default: 2014-2018)");
  start_search->add_flag("--watch", args.search.watch, "show progress until it has ended");
  start_search->callback(
      [&] { chosen = [&args](Context& c) { return StartSearch(c, args.search); }; });
  add_looks(search, ShowSearch, ListSearches, CancelSearch);
}

void AddBacktestCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* backtest =
      app.add_subcommand(std::string(kBacktest), "replays past seasons with today's staking")
          ->require_subcommand(1);
  auto* start = backtest->add_subcommand("run", "runs one and prints what came out");
  AddBacktestOptions(*start, args.backtest);
  start->callback([&] { chosen = [&args](Context& c) { return RunBacktest(c, args.backtest); }; });
  backtest->add_subcommand(std::string(kFiles), "the same on a folder of files, without a server");
  backtest->add_subcommand("list", "the latest of them")->callback([&chosen] {
    chosen = [](Context& c) { return ListBacktests(c, 20); };
  });
  const auto add = [&](const char* name, const char* meaning,
                       absl::Status (*act)(Context&, const std::string&)) {
    auto* command = backtest->add_subcommand(name, meaning);
    command->add_option("id", args.run_id, "its number")->required();
    command->callback([&args, &chosen, act] {
      chosen = [&args, act](Context& c) { return act(c, args.run_id); };
    });
  };
  add("show", "one of them", ShowBacktest);
  add("cancel", "stops it for good", CancelBacktest);
  add("bets", "its bets as CSV", ExportBacktestBets);
}

void AddRecordCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* record = app.add_subcommand("record", "how sealed forecasts and advice came out");
  record->add_option("--competition", args.competition, "code");
  record->callback(
      [&] { chosen = [&args](Context& c) { return ShowRecord(c, args.competition); }; });
  auto* verify =
      app.add_subcommand("verify", "checks the hash chain over everything that was sealed");
  verify->add_option("--seal", args.seal, "a seal kept from an earlier look");
  verify->callback([&] { chosen = [&args](Context& c) { return VerifyRecord(c, args.seal); }; });
}

void AddBetCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* bets = app.add_subcommand("bets", "the account's bets")->require_subcommand(1);
  auto* list = bets->add_subcommand("list", "newest first");
  list->add_option("--state", args.bet_state, "only these")
      ->check(CLI::IsMember({"open", "settled"}));
  list->add_option("--limit", args.limit)->capture_default_str();
  list->callback(
      [&] { chosen = [&args](Context& c) { return ListBets(c, args.bet_state, args.limit); }; });
  auto* place = bets->add_subcommand("place", "logs a bet");
  place->add_option("match", args.bet.match, "\"Home - Away\" of a coming match, or an id")
      ->required();
  place->add_option("outcome", args.bet.outcome, "home, draw, away, over, under, yes, no, ...")
      ->required()
      ->check(CLI::IsMember(NamesIn(domain::Outcomes())));
  place->add_option("odds", args.bet.odds, "decimal")->required()->check(RefuseAmericanOdds);
  place->add_option("stake", args.bet.stake, "in the account's currency")->required();
  place->add_option("--market", args.bet.market)
      ->capture_default_str()
      ->check(CLI::IsMember(NamesIn(domain::Markets())));
  place->add_option("--line", args.bet.line,
                    "goals, like 2.5 or -0.75; a handicap is the home side's");
  place->add_flag("--lay", args.bet.lay, "the other side of the bet, on an exchange");
  place->add_option("--commission", args.bet.commission_percent, "percent of the winnings");
  place->add_option("--bookmaker", args.bet.bookmaker);
  place->add_option("--note", args.bet.note);
  place->add_option("--placed", args.bet.placed_time, "RFC 3339, for a match that has begun");
  place->add_option("--key", args.bet.key,
                    "the same key makes one bet; left out, a new one is made");
  place->callback([&] { chosen = [&args](Context& c) { return PlaceBet(c, args.bet); }; });
  auto* cancel = bets->add_subcommand("cancel", "takes a bet back before kick-off");
  cancel->add_option("bet", args.bet_id)->required();
  cancel->callback([&] { chosen = [&args](Context& c) { return CancelBet(c, args.bet_id); }; });
  auto* show = bets->add_subcommand("show", "one bet and how it was settled");
  show->add_option("bet", args.bet_id)->required();
  show->callback([&] { chosen = [&args](Context& c) { return ShowBet(c, args.bet_id); }; });
  bets->add_subcommand("statistics", "profit, yield, closing-line value, streaks")->callback([&] {
    chosen = ShowBetStatistics;
  });
  auto* export_command = bets->add_subcommand("export", "all bets as CSV");
  export_command->add_option("file", args.file, "standard output when left out");
  export_command->callback(
      [&] { chosen = [&args](Context& c) { return ExportBets(c, args.file); }; });
  auto* import_command = bets->add_subcommand("import", "takes in a CSV file, once");
  import_command->add_option("file", args.file)->required();
  import_command->callback(
      [&] { chosen = [&args](Context& c) { return ImportBets(c, args.file); }; });
  bets->add_subcommand("check", "whether all accounts' books balance (admins)")->callback([&] {
    chosen = CheckLedger;
  });
}

void AddLimitCommands(CLI::App& app, Arguments& args, Command& chosen) {
  auto* limits =
      app.add_subcommand("limits", "what the account allows itself")->require_subcommand(1);
  limits->add_subcommand("list", "limits, what is used of them, self-exclusion")->callback([&] {
    chosen = ListLimits;
  });
  const auto add = [&](const char* name, const char* meaning, auto command) {
    auto* sub = limits->add_subcommand(name, meaning);
    sub->add_option("kind", args.limit_wanted.kind, "deposit, stake or loss")
        ->required()
        ->check(CLI::IsMember({"deposit", "stake", "loss"}));
    sub->add_option("period", args.limit_wanted.period, "day, week or month")
        ->required()
        ->check(CLI::IsMember({"day", "week", "month"}));
    sub->add_option("amount", args.limit_wanted.amount, "like 50.50, or none")->required();
    sub->callback([&args, &chosen, command] {
      chosen = [&args, command](Context& c) { return command(c, args.limit_wanted); };
    });
  };
  add("set", "a lower one holds at once, a higher one once it is confirmed", SetLimit);
  add("confirm", "a higher one, a day after it was asked for", ConfirmLimit);
}

int Fail(const absl::Status& status) {
  fmt::print(stderr, "fairline: {}\n", MessageOf(status));
  return 1;
}

int Main(int argc, char** argv) {
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  if (argc > 1 && IsProgram(argv[1])) return Fail(BecomeProgram(argv[1], all.subspan(2)));
  if (argc > 2 && argv[1] == kBacktest && argv[2] == kFiles) {
    return Fail(BecomeProgram(kBacktest, all.subspan(3)));
  }
  if (const absl::Status text = CheckEncoding(all); !text.ok()) return Fail(text);
  CLI::App app{"Fairline's command line", "fairline"};
  std::string state_dir = ".fairline", url;
  bool json = false;
  Command chosen;
  app.add_option("--state-dir", state_dir, "where tools/dev up keeps its state")
      ->capture_default_str();
  app.add_option("--url", url, "address of the gateway");
  app.add_flag("--json", json, "print the answers as JSON");
  app.require_subcommand(1);
  Arguments args;
  AddRunCommands(app, args, chosen);
  AddForecastCommands(app, args, chosen);
  AddStakingCommands(app, args, chosen);
  AddTrainingCommands(app, args, chosen);
  AddBacktestCommands(app, args, chosen);
  AddRecordCommands(app, args, chosen);
  for (const Program& program : Programs()) {
    app.add_subcommand(std::string(program.command), std::string(program.meaning));
  }
  AddBetCommands(app, args, chosen);
  AddLimitCommands(app, args, chosen);
  CLI11_PARSE(app, argc, argv);
  if (!chosen) return Fail(InvalidField("command", "must stand before every option"));

  absl::StatusOr<ApiSettings> settings = FindSettings(state_dir, url);
  absl::Status status = settings.status();
  if (settings.ok()) {
    ApiClient api(*std::move(settings));
    Context context{api, json};
    status = chosen(context);
  }
  return status.ok() ? 0 : Fail(status);
}

}  // namespace
}  // namespace fairline::cli

int main(int argc, char** argv) {
  // Libraries throw where nothing was foreseen; what they say is better than an abort.
  try {
    return fairline::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    return fairline::cli::Fail(absl::InternalError(error.what()));
  }
}
