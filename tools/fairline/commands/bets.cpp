#include "tools/fairline/bets.hpp"

#include "libs/domain/market.hpp"
#include "tools/command_line/command_line.hpp"
#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

// The names in one of the tables of libs/domain/market.hpp.
template <typename Row>
std::vector<std::string> NamesIn(std::span<const Row> table) {
  std::vector<std::string> names;
  for (const Row& row : table) names.emplace_back(row.name);
  return names;
}

Action DeclareList(CLI::App& app) {
  auto state = std::make_shared<std::string>();
  auto limit = std::make_shared<std::size_t>(50);
  app.add_option("--state", *state, "only these")->check(CLI::IsMember({"open", "settled"}));
  app.add_option("--limit", *limit)->capture_default_str();
  return [state, limit](Context& context) { return ListBets(context, *state, *limit); };
}

Action DeclarePlace(CLI::App& app) {
  auto bet = std::make_shared<BetOptions>();
  app.add_option("match", bet->match, "\"Home - Away\" of a coming match, or an id")->required();
  app.add_option("outcome", bet->outcome, "home, draw, away, over, under, yes, no, ...")
      ->required()
      ->check(CLI::IsMember(NamesIn(domain::Outcomes())));
  app.add_option("odds", bet->odds, "like 2.1, +110 or 11/10")->required();
  app.add_option("stake", bet->stake, "in the account's currency")->required();
  app.add_option("--market", bet->market)
      ->capture_default_str()
      ->check(CLI::IsMember(NamesIn(domain::Markets())));
  app.add_option("--line", bet->line, "goals, like 2.5 or -0.75; a handicap is the home side's");
  app.add_flag("--lay", bet->lay, "the other side of the bet, on an exchange");
  app.add_option("--commission", bet->commission_percent, "percent of the winnings");
  app.add_option("--bookmaker", bet->bookmaker);
  app.add_option("--note", bet->note);
  app.add_option("--placed", bet->placed_time, "RFC 3339, for a match that has begun");
  app.add_option("--key", bet->key, "the same key makes one bet; left out, a new one is made");
  return WithOptions(std::move(bet), PlaceBet);
}

template <absl::Status (*kRun)(Context&, const std::string&)>
Action DeclareOne(CLI::App& app) {
  auto bet_id = std::make_shared<std::string>();
  app.add_option("bet", *bet_id, "its id")->required();
  return WithOptions(std::move(bet_id), kRun);
}

void DeclareReason(CLI::App& app, ByHandOptions& said) {
  app.add_option("--reason", said.reason, "why, in your words")->required();
  app.add_option("--key", said.key, "the same key settles once; left out, a new one is made");
}

Action DeclareSettle(CLI::App& app) {
  auto said = std::make_shared<ByHandOptions>();
  app.add_option("bet", said->bet_id, "its id")->required();
  app.add_option("result", said->result, "win, half_win, void, half_loss or loss")
      ->check(CLI::IsMember({"win", "half_win", "void", "half_loss", "loss"}));
  app.add_option("--score", said->score, "instead of a result: the score that the bet goes by");
  DeclareReason(app, *said);
  return WithOptions(std::move(said), SettleByHand);
}

Action DeclareVoid(CLI::App& app) {
  auto said = std::make_shared<ByHandOptions>();
  said->result = "void";
  app.add_option("bet", said->bet_id, "its id")->required();
  DeclareReason(app, *said);
  return WithOptions(std::move(said), SettleByHand);
}

Action DeclareExport(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  app.add_option("file", *file, "standard output when left out")->type_name(command_line::kFile);
  return WithOptions(std::move(file), ExportBets);
}

Action DeclareImport(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  app.add_option("file", *file)->type_name(command_line::kFile)->required();
  return WithOptions(std::move(file), ImportBets);
}

}  // namespace

std::vector<Command> BetCommands() {
  return {
      {"bets", "the account's bets"},
      {"bets list", "newest first", DeclareList, "--state open"},
      {"bets place", "logs a bet", DeclarePlace, "'Arsenal - Chelsea' home 2.1 10"},
      {"bets cancel", "takes a bet back before kick-off", DeclareOne<CancelBet>, "7"},
      {"bets settle", "settles a bet by hand, as the bookmaker did", DeclareSettle,
       "7 win --reason 'paid at 1-1'"},
      {"bets void", "voids a bet by hand", DeclareVoid, "7 --reason 'the bookmaker voided it'"},
      {"bets correct", "settles a settled bet otherwise", DeclareSettle,
       "7 --score 1-1 --reason 'awarded afterwards'"},
      {"bets show", "one bet and how it was settled", DeclareOne<ShowBet>, "7"},
      {"bets statistics", "profit, yield, closing-line value, streaks", Declare<ShowBetStatistics>},
      {"bets export", "all bets as CSV", DeclareExport},
      {"bets import", "takes in a CSV file, once", DeclareImport, "bets.csv"},
      {"bets check", "whether all accounts' books balance (admins)", Declare<CheckLedger>},
  };
}

}  // namespace fairline::cli
