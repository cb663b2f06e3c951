#include "tools/fairline/forecasts.hpp"

#include "tools/fairline/account.hpp"
#include "tools/fairline/commands/groups.hpp"
#include "tools/fairline/match_detail.hpp"

namespace fairline::cli {
namespace {

struct Pairing {
  std::string competition, home, away;
};

Action DeclarePredict(CLI::App& app) {
  auto options = std::make_shared<Pairing>();
  app.add_option("competition", options->competition, "code or full name")->required();
  app.add_option("home", options->home)->required();
  app.add_option("away", options->away)->required();
  return [options](Context& context) {
    return PredictMatch(context, options->competition, options->home, options->away);
  };
}

std::shared_ptr<MatchChoice> AddMatch(CLI::App& app) {
  auto choice = std::make_shared<MatchChoice>();
  app.add_option("match", choice->match, "its id, or \"Home - Away\"")->required();
  app.add_option("--competition", choice->competition,
                 "code or full name: forecasts any pairing of its teams");
  return choice;
}

Action DeclareExplain(CLI::App& app) { return WithOptions(AddMatch(app), ExplainMatch); }

Action DeclareMarkets(CLI::App& app) {
  auto all = std::make_shared<bool>(false);
  auto choice = AddMatch(app);
  app.add_flag("--all", *all, "every line and score");
  return [all, choice](Context& context) { return ShowMarkets(context, *choice, *all); };
}

Action DeclareForecasts(CLI::App& app) {
  auto competition = std::make_shared<std::string>();
  app.add_option("--competition", *competition, "code or full name");
  return WithOptions(std::move(competition), ListForecasts);
}

Action DeclareAdvise(CLI::App& app) {
  auto competition = std::make_shared<std::string>();
  auto only_bets = std::make_shared<bool>(false);
  app.add_option("--competition", *competition, "code or full name");
  app.add_flag("--bets", *only_bets, "only matches with a bet");
  return [competition, only_bets](Context& context) {
    return ListAdvice(context, *competition, *only_bets);
  };
}

Action DeclareAccount(CLI::App& app) {
  auto changes = std::make_shared<AccountChanges>();
  app.add_option("--bankroll", changes->bankroll, "sets it, for example 1000.50");
  app.add_option("--deposit", changes->deposit, "adds to the bankroll");
  app.add_option("--withdraw", changes->withdrawal, "takes from the bankroll");
  app.add_option("--risk", changes->risk, "sets it: low, medium or high");
  app.add_option("--currency", changes->currency,
                 "names it where it is not known or no money has moved yet");
  return WithOptions(std::move(changes), ShowAccount);
}

Action DeclareRejected(CLI::App& app) {
  auto limit = std::make_shared<std::size_t>(50);
  app.add_option("--limit", *limit)->capture_default_str();
  return [limit](Context& context) { return ListRejectedRows(context, *limit); };
}

}  // namespace

std::vector<Command> ForecastCommands() {
  return {
      {"predict", "the probabilities of a pairing", DeclarePredict, "E0 Arsenal Chelsea"},
      {"explain", "what a match's forecast rests on", DeclareExplain, "'Arsenal - Chelsea'"},
      {"markets", "every market on a match's goals, with fair odds", DeclareMarkets,
       "'Arsenal - Chelsea' --competition E0"},
      {"forecasts", "all coming matches", DeclareForecasts, "--competition E0"},
      {"advise", "best price, edge and stake of the coming matches", DeclareAdvise, "--bets"},
      {"account", "the account that stakes are reckoned for", DeclareAccount, "--bankroll 1000"},
      {"users", "all accounts", Declare<ListUsers>},
      {"rejected", "rows and cells that could not be read", DeclareRejected, "--limit 20"},
  };
}

}  // namespace fairline::cli
