#include "tools/fairline/runs.hpp"

#include "tools/fairline/commands/groups.hpp"

namespace fairline::cli {
namespace {

std::shared_ptr<StartOptions> AddDataOptions(CLI::App& app) {
  auto options = std::make_shared<StartOptions>();
  app.add_option("--competitions", options->competitions,
                 "codes, for example E0,F1, or all (default: as up was given)")
      ->delimiter(',');
  app.add_option("--seasons", options->seasons,
                 "inclusive start years, for example 2005-2025, or all");
  app.add_option("--sport", options->sport, "of every stage (default: as configured)");
  return options;
}

Action DeclareStart(CLI::App& app) {
  auto options = AddDataOptions(app);
  app.add_option("--stages", options->stages, "only these, for example ingest,preprocess")
      ->delimiter(',');
  app.add_flag("--watch", options->watch, "show progress until it has ended");
  return WithOptions(std::move(options), StartRun);
}

Action DeclareIngest(CLI::App& app) {
  auto options = AddDataOptions(app);
  options->stages = {"ingest"};
  options->watch = true;
  return WithOptions(std::move(options), StartRun);
}

absl::Status Train(Context& context) {
  StartOptions options;
  options.stages = {"preprocess", "train", "register"};
  options.watch = true;
  return StartRun(context, options);
}

absl::Status CancelRun(Context& context, const std::string& id) {
  return ActOnRun(context, id, "cancel");
}

absl::Status RetryRun(Context& context, const std::string& id) {
  return ActOnRun(context, id, "retry");
}

template <absl::Status (*kRun)(Context&, const std::string&)>
Action DeclareOne(CLI::App& app) {
  auto id = std::make_shared<std::string>();
  app.add_option("run", *id, kRun == ShowRun ? "its id, or latest" : "its id")->required();
  return WithOptions(std::move(id), kRun);
}

absl::Status ListLatest(Context& context) { return ListRuns(context, 20); }

}  // namespace

std::vector<Command> RunCommands() {
  return {
      {"run", "pipeline runs"},
      {"run start", "starts a run", DeclareStart, "--competitions E0 --seasons 2023-2025"},
      {"run watch", "shows progress until the run has ended", DeclareOne<WatchRun>, "7"},
      {"run show", "one run with its stages", DeclareOne<ShowRun>, "latest"},
      {"run cancel", "stops a run", DeclareOne<CancelRun>, "7"},
      {"run retry", "takes a failed run up where it stopped", DeclareOne<RetryRun>, "7"},
      {"runs", "the latest runs", Declare<ListLatest>},
      {"ingest", "fetches and loads results and odds", DeclareIngest, "--competitions E0"},
      {"train", "features, models, and the gate, on what is loaded", Declare<Train>},
  };
}

}  // namespace fairline::cli
