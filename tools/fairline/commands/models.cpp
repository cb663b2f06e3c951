#include "tools/fairline/commands/groups.hpp"
#include "tools/fairline/forecasts.hpp"

namespace fairline::cli {
namespace {

struct ModelChoice {
  std::string model;
  int version = 0;
  std::string reason;
};

Action DeclareModels(CLI::App& app) {
  auto choice = std::make_shared<ModelChoice>();
  app.add_option("model", choice->model);
  app.add_option("version", choice->version, "tells the features and models that it holds");
  return [choice](Context& context) {
    return choice->version == 0 ? ListModels(context, choice->model)
                                : ShowVersion(context, choice->model, choice->version);
  };
}

Action DeclarePromote(CLI::App& app) {
  auto choice = std::make_shared<ModelChoice>();
  app.add_option("model", choice->model)->required();
  app.add_option("version", choice->version)->required();
  app.add_option("--reason", choice->reason, "kept in the history")->required();
  return [choice](Context& context) {
    return PromoteVersion(context, choice->model, choice->version, choice->reason);
  };
}

}  // namespace

std::vector<Command> ModelCommands() {
  return {
      {"models", "registered models, or the versions of one", DeclareModels, "football"},
      {"promote", "moves a model's production alias by hand", DeclarePromote,
       "football 2 --reason 'better calibrated'"},
  };
}

}  // namespace fairline::cli
