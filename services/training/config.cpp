#include "services/training/config.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace fairline::training {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> ReadText(const char* variable, const fs::path& path) {
  std::ifstream file(path);
  if (!file) return InvalidField(variable, "cannot read " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Config Config::Read(config::Environment& env) {
  constexpr int kSchemaVersion = 3;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "training", kSchemaVersion);
  config.lake_url = env.Text("FAIRLINE_LAKE_URL", "where model bundles are kept: file:///folder");
  config.model_registry_address =
      env.Text("FAIRLINE_MODEL_REGISTRY_ADDRESS", "host:port of model_registry");
  config.recipe_file =
      env.Text("FAIRLINE_TRAINING_RECIPE", "file that says how the models are made",
               "services/training/recipes/football.json");
  config.search_file =
      env.Text("FAIRLINE_TRAINING_SEARCH",
               "file that says what a search may vary; empty: search.json beside the recipe", "");
  config.workers = static_cast<int>(
      env.Integer("FAIRLINE_TRAINING_WORKERS",
                  "threads that work on walk-forwards and searches; 0 for one a core", 0, 0, 256));
  return config;
}

absl::StatusOr<Recipe> Config::ReadRecipe() const {
  ASSIGN_OR_RETURN(const std::string text, ReadText("FAIRLINE_TRAINING_RECIPE", recipe_file));
  return ParseRecipe(text);
}

absl::StatusOr<SearchSpaces> Config::ReadSearchSpaces() const {
  fs::path path = search_file;
  if (path.empty()) {
    path = fs::path(recipe_file).parent_path() / "search.json";
    if (!fs::exists(path)) return SearchSpaces{};
  }
  ASSIGN_OR_RETURN(const std::string text, ReadText("FAIRLINE_TRAINING_SEARCH", path));
  return ParseSearchSpaces(text);
}

WorkersConfig Config::Workers() const {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::array<char, 256> machine{};
  gethostname(machine.data(), machine.size() - 1);
  return {.threads = workers > 0 ? workers : static_cast<int>(cores),
          .name = fmt::format("{}:{}", machine.data(), getpid())};
}

}  // namespace fairline::training
