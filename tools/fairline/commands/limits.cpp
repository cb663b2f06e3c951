#include "tools/fairline/limits.hpp"

#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

template <absl::Status (*kRun)(Context&, const LimitOptions&)>
Action DeclareOne(CLI::App& app) {
  auto wanted = std::make_shared<LimitOptions>();
  app.add_option("kind", wanted->kind, "deposit, stake or loss")
      ->required()
      ->check(CLI::IsMember({"deposit", "stake", "loss"}));
  app.add_option("period", wanted->period, "day, week or month")
      ->required()
      ->check(CLI::IsMember({"day", "week", "month"}));
  app.add_option("amount", wanted->amount, "like 50.50, or none")->required();
  return WithOptions(std::move(wanted), kRun);
}

}  // namespace

std::vector<Command> LimitCommands() {
  return {
      {"limits", "what the account allows itself"},
      {"limits list", "limits, what is used of them, self-exclusion", Declare<ListLimits>},
      {"limits set", "a lower one holds at once, a higher one once it is confirmed",
       DeclareOne<SetLimit>, "loss week 50"},
      {"limits confirm", "a higher one, a day after it was asked for", DeclareOne<ConfirmLimit>,
       "loss week 50"},
  };
}

}  // namespace fairline::cli
