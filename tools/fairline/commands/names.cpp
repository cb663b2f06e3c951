#include "tools/fairline/commands/groups.hpp"
#include "tools/fairline/stray_matches.hpp"
#include "tools/fairline/team_names.hpp"

namespace fairline::cli {
namespace {

Action DeclareList(CLI::App& app) {
  auto options = std::make_shared<HeldNamesOptions>();
  app.add_option("--state", options->state, "held, known-team, new-team or rejected")
      ->check(CLI::IsMember({"held", "known-team", "new-team", "rejected"}))
      ->capture_default_str();
  app.add_option("--competition", options->competition, "code or full name");
  return WithOptions(std::move(options), ListHeldNames);
}

Action DeclareConfirm(CLI::App& app) {
  auto choice = std::make_shared<HeldNameChoice>();
  app.add_option("id", choice->id, "as names list shows it")->required();
  app.add_option("team", choice->team, "the club's name or id")->required();
  return WithOptions(std::move(choice), ConfirmHeldName);
}

template <absl::Status (*kRun)(Context&, const HeldNameChoice&)>
Action DeclareDecision(CLI::App& app) {
  auto choice = std::make_shared<HeldNameChoice>();
  app.add_option("id", choice->id, "as names list shows it")->required();
  return WithOptions(std::move(choice), kRun);
}

Action DeclareRepair(CLI::App& app) {
  auto options = std::make_shared<StrayMatchesOptions>();
  app.add_flag("--dry-run", options->dry_run, "only list them");
  return WithOptions(std::move(options), TakeBackStrayMatches);
}

Action DeclareMerge(CLI::App& app) {
  auto options = std::make_shared<MergeOptions>();
  app.add_option("team", options->team, "the one that becomes part of the other: name or id")
      ->required();
  app.add_option("into", options->into, "the one that stays: name or id")->required();
  app.add_option("--competition", options->competition,
                 "code or full name: where the names are used; not needed with ids");
  app.add_option("--reason", options->reason, "kept with the merge");
  return WithOptions(std::move(options), MergeTeams);
}

Action DeclareUnmerge(CLI::App& app) {
  auto choice = std::make_shared<MergeChoice>();
  app.add_option("merge", choice->id, "its number, as teams merges shows it")->required();
  return WithOptions(std::move(choice), UnmergeTeams);
}

}  // namespace

std::vector<Command> NameCommands() {
  return {
      {"names", "names in the files that wait for somebody's word"},
      {"names list", "what waits, with the clubs that it may be", DeclareList},
      {"names confirm", "another name of a known club; its rows are loaded", DeclareConfirm,
       "1 'Man United'"},
      {"names new", "a club of its own; its rows are loaded", DeclareDecision<AcceptHeldName>, "1"},
      {"names reject", "no club; its rows stay out", DeclareDecision<RejectHeldName>, "1"},
      {"matches", "coming matches that never were"},
      {"matches repair", "takes back what lists put in that were cut in transit", DeclareRepair,
       "--dry-run"},
      {"teams", "clubs that are known under two names"},
      {"teams merge", "makes two of them one, which can be undone", DeclareMerge,
       "'Nottm Forest' \"Nott'm Forest\" --competition E0"},
      {"teams merges", "those that were made one", Declare<ListTeamMerges>},
      {"teams unmerge", "makes two of one again", DeclareUnmerge, "1"},
  };
}

}  // namespace fairline::cli
