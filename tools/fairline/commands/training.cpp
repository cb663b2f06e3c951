#include "tools/fairline/training.hpp"

#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

Action DeclareStartWalk(CLI::App& app) {
  auto options = std::make_shared<WalkForwardOptions>();
  app.add_option("--seasons", options->seasons,
                 "inclusive start years (default: the last six complete)");
  app.add_option("--competitions", options->competitions,
                 "only these are judged, for example E0,F1")
      ->delimiter(',');
  app.add_option("--sport", options->sport, "that of the recipe to follow");
  app.add_flag("--watch", options->watch, "show progress until it has ended");
  return WithOptions(std::move(options), StartWalkForward);
}

Action DeclareStartSearch(CLI::App& app) {
  auto options = std::make_shared<SearchOptions>();
  app.add_option("--model", options->model,
                 "the recipe's entry (default: the first in search.json)");
  app.add_option("--trials", options->trials, "settings that are drawn (default: 27)");
  app.add_option("--factor", options->factor,
                 "one trial of so many is kept after each rung (default: 3)");
  app.add_option("--seed", options->seed)->capture_default_str();
  app.add_option("--seasons", options->seasons,
                 "for validation, inclusive start years (default: 2014-2018)");
  app.add_flag("--watch", options->watch, "show progress until it has ended");
  return WithOptions(std::move(options), StartSearch);
}

template <absl::Status (*kShow)(Context&, const std::string&, bool)>
Action DeclareShow(CLI::App& app) {
  auto id = std::make_shared<std::string>();
  auto watch = std::make_shared<bool>(false);
  app.add_option("id", *id, "its number, or latest")->required();
  app.add_flag("--watch", *watch, "show progress until it has ended");
  return [id, watch](Context& context) { return kShow(context, *id, *watch); };
}

template <absl::Status (*kCancel)(Context&, const std::string&)>
Action DeclareCancel(CLI::App& app) {
  auto id = std::make_shared<std::string>();
  app.add_option("id", *id, "its number, or latest")->required();
  return WithOptions(std::move(id), kCancel);
}

template <absl::Status (*kList)(Context&, std::size_t)>
absl::Status ListLatest(Context& context) {
  return kList(context, 20);
}

}  // namespace

std::vector<Command> TrainingCommands() {
  return {
      {"walk-forward", "judges the recipe's models on past seasons"},
      {"walk-forward start", "starts one in the background", DeclareStartWalk,
       "--seasons 2019-2024"},
      {"walk-forward show", "one of them, with what it found so far", DeclareShow<ShowWalkForward>,
       "latest"},
      {"walk-forward list", "the latest of them", Declare<ListLatest<ListWalkForwards>>},
      {"walk-forward cancel", "stops it for good", DeclareCancel<CancelWalkForward>, "7"},
      {"search", "looks for better parameters of one model"},
      {"search start", "starts one in the background, by successive halving over search.json",
       DeclareStartSearch, "--trials 9"},
      {"search show", "one of them, with what it found so far", DeclareShow<ShowSearch>, "latest"},
      {"search list", "the latest of them", Declare<ListLatest<ListSearches>>},
      {"search cancel", "stops it for good", DeclareCancel<CancelSearch>, "7"},
  };
}

}  // namespace fairline::cli
