// fairline-backtest: what today's staking would have made of the seasons in a folder of files,
// without a server. `fairline backtest files` starts it.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "libs/backtest/result_json.hpp"
#include "libs/core/clock.hpp"
#include "libs/core/program.hpp"
#include "tools/backtest/html/report.hpp"
#include "tools/backtest/least_edge.hpp"
#include "tools/backtest/past_matches.hpp"
#include "tools/backtest/walk.hpp"
#include "tools/command_line/command_line.hpp"
#include "tools/command_line/files.hpp"
#include "tools/fairline/backtest_options.hpp"
#include "tools/fairline/backtest_text.hpp"

namespace fairline::backtest_files {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
  fs::path data;
  fs::path seeds = FAIRLINE_SOURCE_DIR "/services/ingest/seed";
  fs::path recipe = FAIRLINE_SOURCE_DIR "/services/training/recipes/football.json";
  fs::path kept;
  std::string report, json, bets;
  bool least_edge = false;
  Instant now = RealClock().Now();
  int threads = 2;
  cli::BacktestOptions backtest;
};

absl::StatusOr<models::Recipe> ReadRecipe(const fs::path& path) {
  ASSIGN_OR_RETURN(const std::string text, command_line::ReadFile(path));
  auto recipe = models::ParseRecipe(text);
  RETURN_IF_ERROR(WithContext(recipe.status(), path.string()));
  return recipe;
}

// Where nothing is said, the seasons that the models' parameters were not chosen by.
void ChooseSeasons(const season_files::SeasonMatches& read, const models::Recipe& recipe,
                   backtest::Settings& settings) {
  int first = 9999, last = 0;
  for (const features::Match& match : read.matches) {
    first = std::min<int>(first, match.season);
    last = std::max<int>(last, match.season);
  }
  if (settings.first_season == 0) {
    settings.first_season = std::min(std::max(first, recipe.chosen_by_seasons_to + 1), last);
  }
  if (settings.last_season == 0) settings.last_season = last;
}

absl::Status CheckCompetitions(const season_files::SeasonMatches& read,
                               const std::vector<std::string>& codes) {
  for (const std::string& code : codes) {
    const bool known = std::any_of(read.competitions.begin(), read.competitions.end(),
                                   [&](const auto& each) { return each.code == code; });
    if (!known) return InvalidField("competition_codes", "there is no " + code);
  }
  return absl::OkStatus();
}

// Prints what is going on to standard error, each thing once.
class Progress {
 public:
  void Fit(std::string_view model, int season, double share) {
    if (share - fitted_ < 0.01 && share < 1.0) return;
    fitted_ = share;
    Say(fmt::format("{:3.0f} %  {} {}", 100.0 * share, season, model));
  }
  void Say(const std::string& text) const {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin_;
    Note("{:7.1f} s  {}\n", seconds.count(), text);
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double fitted_ = -1.0;
};

// The report as text, and as JSON where that is wanted.
absl::Status Print(const std::string& json_file, const json& result, const std::string& text) {
  if (json_file == "-") {
    fmt::print("{}\n", result.dump(1));
    return absl::OkStatus();
  }
  fmt::print("{}", text);
  return json_file.empty() ? absl::OkStatus()
                           : command_line::WriteFile(json_file, result.dump(1) + '\n');
}

absl::Status FindLeastEdge(
    const JudgedSeasons& seasons, const backtest::Plan& plan,
    const std::function<absl::StatusOr<backtest::Sweep>(std::span<const backtest::Settings>)>&
        replay,
    const std::string& json_file) {
  ASSIGN_OR_RETURN(const std::vector<TriedEdge> tried,
                   TryEdges(seasons, plan.variants,
                            [&](std::span<const backtest::Settings> variants)
                                -> absl::StatusOr<std::vector<backtest::Summary>> {
                              ASSIGN_OR_RETURN(backtest::Sweep sweep, replay(variants));
                              return std::move(sweep.variants);
                            }));
  return Print(json_file, ToJson(seasons, tried), ToText(seasons, tried));
}

absl::Status Run(Options options) {
  if (options.least_edge) options.backtest.sweep_min_edges = TriedEdges();
  ASSIGN_OR_RETURN(const json settings, cli::SettingsOf(options.backtest));
  ASSIGN_OR_RETURN(backtest::Plan plan, backtest::ParsePlan(settings.dump()));
  ASSIGN_OR_RETURN(const models::Recipe recipe, ReadRecipe(options.recipe));
  Progress progress;
  progress.Say("reading " + options.data.string());
  ASSIGN_OR_RETURN(const season_files::SeasonMatches read,
                   season_files::ReadSeasonMatches(options.data, options.seeds));
  for (const season_files::Skipped& each : read.skipped) {
    progress.Say(fmt::format("left out {}: {}", each.path.string(), each.reason));
  }
  JudgedSeasons judged;
  if (options.least_edge) {
    ASSIGN_OR_RETURN(judged, LastSeasons(read, std::chrono::floor<std::chrono::days>(options.now)));
  }
  for (backtest::Settings& variant : plan.variants) {
    if (options.least_edge) {
      variant.first_season = judged.front().start;
      variant.last_season = judged.back().start;
    }
    ChooseSeasons(read, recipe, variant);
  }
  plan.SetAnchored(recipe.IsAnchored(plan.forecaster));
  const backtest::Settings& common = plan.variants.front();
  RETURN_IF_ERROR(CheckCompetitions(read, common.competitions));

  progress.Say(fmt::format("forecasting {} to {} by {}", common.first_season, common.last_season,
                           plan.forecaster));
  const WalkRequest request{.data = options.data,
                            .seeds = options.seeds,
                            .kept = options.kept,
                            .forecaster = plan.forecaster,
                            .first_season = common.first_season,
                            .last_season = common.last_season,
                            .threads = options.threads};
  ASSIGN_OR_RETURN(
      const models::Forecasts forecasts,
      ForecastsOf(read, recipe, request, [&](std::string_view model, int season, double share) {
        progress.Fit(model, season, share);
      }));
  ASSIGN_OR_RETURN(
      const std::vector<backtest::PastMatch> matches,
      PastMatchesOf(read, forecasts, common.first_season, common.last_season, plan.bookmaker()));
  progress.Say(fmt::format("replaying {} matches", matches.size()));
  const auto replay = [&](std::span<const backtest::Settings> variants) {
    return backtest::RunSweep(matches, variants, options.threads, {},
                              {.anchored = recipe.IsAnchored(plan.forecaster),
                               .chosen_by_seasons_to = recipe.chosen_by_seasons_to});
  };
  if (options.least_edge) return FindLeastEdge(judged, plan, replay, options.json);
  ASSIGN_OR_RETURN(const backtest::Sweep sweep, replay(plan.variants));
  progress.Say("done");

  json result = json::parse(backtest::ResultJson(plan, sweep));
  result["settings"] = settings;
  result["state"] = "done";
  RETURN_IF_ERROR(Print(options.json, result, cli::BacktestText(result)));
  if (!options.bets.empty()) {
    RETURN_IF_ERROR(
        command_line::WriteFile(options.bets, backtest::BetsCsv(matches, sweep.simulation)));
  }
  if (!options.report.empty())
    RETURN_IF_ERROR(command_line::WriteFile(options.report, ToHtml(plan, sweep)));
  return absl::OkStatus();
}

// $XDG_CACHE_HOME/fairline, or ~/.cache/fairline; empty where neither is known.
fs::path CacheFolder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return fs::path(cache) / "fairline";
  }
  const char* const home = std::getenv("HOME");
  return home == nullptr || *home != '/' ? fs::path() : fs::path(home) / ".cache/fairline";
}

int Main(int argc, char** argv) {
  Options options;
  options.kept = CacheFolder();
  CLI::App app{
      "Today's staking on past seasons: each is forecast by models fitted on what was played "
      "before it, and bet on at the prices of those days",
      "fairline backtest files"};
  app.add_option("data", options.data,
                 "folder in the layout of football-data.co.uk: DATA/mmz4281/2425/E0.csv")
      ->type_name(command_line::kFolder)
      ->required();
  cli::AddBacktestOptions(app, options.backtest);
  auto* least_edge = app.add_flag(
      "--least-edge", options.least_edge,
      "tries edges from 0 to 10 % on the last two seasons that are over, and names the smallest "
      "whose closing-line value was below 0 in neither");
  for (const char* other : {"--seasons", "--min-edge", "--sweep-prices", "--sweep-min-edges",
                            "--sweep-kelly", "--sweep-max-odds"}) {
    least_edge->excludes(app.get_option(other));
  }
  app.add_option("--report", options.report, "also write one HTML page with pictures")
      ->type_name(command_line::kFile);
  command_line::AddJson(app, options.json);
  app.add_option("--bets", options.bets, "also write the bets as CSV")
      ->type_name(command_line::kFile);
  app.add_option("--keep", options.kept,
                 "folder of forecasts and fits, so that other settings take seconds; '' for none")
      ->type_name(command_line::kFolder)
      ->take_last()
      ->capture_default_str();
  app.add_option("--threads", options.threads, "the result does not depend on it")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--seeds", options.seeds, "competitions, bookmakers and aliases")
      ->type_name(command_line::kFolder)
      ->capture_default_str();
  app.add_option("--recipe", options.recipe, "the models")
      ->type_name(command_line::kFile)
      ->capture_default_str();
  if (const auto code = command_line::Parse(app, argc, argv)) return *code;
  return EndWith(Run(options));
}

}  // namespace
}  // namespace fairline::backtest_files

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline backtest files", argc, argv,
                              [&] { return fairline::backtest_files::Main(argc, argv); });
}
