#include "services/training/config.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "libs/features/replay.hpp"
#include "libs/telemetry/log.hpp"

namespace fairline::training {
namespace {

namespace fs = std::filesystem;

constexpr char kRecipe[] = "FAIRLINE_TRAINING_RECIPE";
constexpr char kSearch[] = "FAIRLINE_TRAINING_SEARCH";

absl::StatusOr<std::string> ReadText(const char* variable, const fs::path& path) {
  std::ifstream file(path);
  if (!file) return InvalidField(variable, "cannot read " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> SplitPaths(const std::string& joined) {
  std::vector<fs::path> paths;
  std::istringstream in(joined);
  for (std::string path; std::getline(in, path, ',');) {
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

// A folder stands for the file in it that is named as each sport.
std::vector<fs::path> RecipePaths(const std::string& joined) {
  std::vector<fs::path> paths;
  for (const fs::path& path : SplitPaths(joined)) {
    if (!fs::is_directory(path)) {
      paths.push_back(path);
      continue;
    }
    for (const std::string_view sport : features::ReplaySports()) {
      const fs::path file = path / (std::string(sport) + ".json");
      if (fs::exists(file)) paths.push_back(file);
    }
  }
  return paths;
}

absl::Status AddSpaces(const fs::path& path, bool must_fit, std::vector<SportRecipe>& recipes) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(kSearch, path));
  ASSIGN_OR_RETURN(SearchSpaces spaces, ParseSearchSpaces(text));
  for (SportRecipe& recipe : recipes) {
    if (recipe.recipe.sport != spaces.sport) continue;
    recipe.spaces = std::move(spaces);
    return absl::OkStatus();
  }
  if (!must_fit) return absl::OkStatus();
  return InvalidField(
      kSearch, fmt::format("{} is about {}, which has no recipe", path.string(), spaces.sport));
}

// Whether a process of the machine of `own` ran under this name and does not any more.
bool IsDead(std::string_view process_name, std::string_view own) {
  if (process_name == own) return true;  // it cannot be this process, which begins
  const std::size_t colon = own.rfind(':') + 1;
  pid_t pid = 0;
  const std::string_view number = process_name.substr(0, colon) == own.substr(0, colon)
                                      ? process_name.substr(colon)
                                      : std::string_view{};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pid);
  if (error != std::errc() || end != number.data() + number.size() || pid <= 0) return false;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

Config Config::Read(config::Environment& env) {
  constexpr int kSchemaVersion = 5;
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.database = storage::DatabaseConfig::Read(env, "training", kSchemaVersion);
  config.lake_url = env.Text("FAIRLINE_LAKE_URL", "where model bundles are kept: file:///folder");
  config.model_registry_address =
      env.Text("FAIRLINE_MODEL_REGISTRY_ADDRESS", "host:port of model_registry");
  config.recipe_files =
      env.Text(kRecipe,
               "file that says how the models are made; several, of the default sport first, are "
               "separated by commas, and a folder stands for its <sport>.json",
               "services/training/recipes");
  config.search_files = env.Text(
      kSearch,
      "file that says what a search may vary, or several; empty: search.json beside the recipe",
      "");
  config.workers = static_cast<int>(
      env.Integer("FAIRLINE_TRAINING_WORKERS",
                  "threads that work on walk-forwards and searches; 0 for one a core", 0, 0, 256));
  return config;
}

absl::StatusOr<std::vector<SportRecipe>> Config::ReadRecipes() const {
  std::vector<SportRecipe> recipes;
  std::set<fs::path> beside;
  for (const fs::path& path : RecipePaths(recipe_files)) {
    ASSIGN_OR_RETURN(const std::string text, ReadText(kRecipe, path));
    ASSIGN_OR_RETURN(Recipe recipe, ParseRecipe(text));
    for (const SportRecipe& other : recipes) {
      if (other.recipe.sport != recipe.sport) continue;
      return InvalidField(kRecipe,
                          fmt::format("{} is a second recipe of {}", path.string(), recipe.sport));
    }
    beside.insert(path.parent_path() / "search.json");
    recipes.push_back({std::move(recipe), {}});
  }
  if (recipes.empty()) return InvalidField(kRecipe, "no recipe in " + recipe_files);
  for (const fs::path& path : SplitPaths(search_files)) {
    RETURN_IF_ERROR(AddSpaces(path, true, recipes));
  }
  if (!search_files.empty()) return recipes;
  for (const fs::path& path : beside) {
    if (fs::exists(path)) RETURN_IF_ERROR(AddSpaces(path, false, recipes));
  }
  return recipes;
}

WorkersConfig Config::Workers() const {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return {.threads = workers > 0 ? workers : static_cast<int>(cores), .name = ProcessName()};
}

WorkersConfig Config::BacktestWorkers() const {
  return {.threads = 1, .name = ProcessName(), .look_every = std::chrono::seconds(5)};
}

std::string Config::ProcessName() const {
  std::array<char, 256> machine{};
  gethostname(machine.data(), machine.size() - 1);
  return fmt::format("{}:{}", machine.data(), getpid());
}

absl::Status Config::TakeBackTasks(TaskStore& tasks) const {
  ASSIGN_OR_RETURN(const int freed, tasks.FreeTasksOf([own = ProcessName()](std::string_view name) {
    return IsDead(name, own);
  }));
  if (freed > 0) telemetry::Info("took back tasks", {{"tasks", std::to_string(freed)}});
  return absl::OkStatus();
}

}  // namespace fairline::training
