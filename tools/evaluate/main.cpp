// fairline-evaluate: how good the forecasts are, out of sample, on the files of a folder.

#include <algorithm>
#include <chrono>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "libs/core/program.hpp"
#include "tools/command_line/command_line.hpp"
#include "tools/command_line/files.hpp"
#include "tools/evaluate/html/report.hpp"
#include "tools/evaluate/ncaa_run.hpp"
#include "tools/evaluate/report_json.hpp"
#include "tools/evaluate/report_text.hpp"
#include "tools/evaluate/run.hpp"
#include "tools/evaluate/trials.hpp"

namespace fairline::evaluate {
namespace {

constexpr int kExitLeak = 3;
constexpr std::uint64_t kShuffleSeed = 20050806;

struct Options {
  std::string data;
  std::string seeds = FAIRLINE_SOURCE_DIR "/services/ingest/seed";
  std::string recipe = FAIRLINE_SOURCE_DIR "/services/training/recipes/football.json";
  std::string by = "season";
  std::string json;
  std::string report;
  bool shuffle_results = false;
  RunOptions run;
};

// The report as text, and as JSON where that is wanted.
absl::Status Print(const std::string& json_file, const std::string& json, const std::string& text) {
  if (json_file == "-") {
    fmt::print("{}\n", json);
    return absl::OkStatus();
  }
  fmt::print("{}", text);
  return json_file.empty() ? absl::OkStatus() : command_line::WriteFile(json_file, json + '\n');
}

absl::StatusOr<int> Run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  double reported = -1.0;
  const auto progress = [&](std::string_view model, int season, double share) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    if (share - reported < 0.01 && share < 1.0) return;
    reported = share;
    Note("{:7.1f} s  {:3.0f} %  {} {}\n", seconds.count(), 100.0 * share, season, model);
  };
  ASSIGN_OR_RETURN(const std::string text, command_line::ReadFile(options.recipe));
  const auto recipe = models::ParseRecipe(text);
  RETURN_IF_ERROR(WithContext(recipe.status(), options.recipe));
  ASSIGN_OR_RETURN(season_files::SeasonMatches read,
                   season_files::ReadSeasonMatches(options.data, options.seeds));
  for (const season_files::Skipped& each : read.skipped) {
    Note("left out {}: {}\n", each.path.string(), each.reason);
  }
  if (options.shuffle_results) ShuffleResults(read, kShuffleSeed);
  ASSIGN_OR_RETURN(FootballMatches football, MakeFootballMatches(std::move(read)));
  RunOptions run = options.run;
  run.judge.by_month = options.by == "month";
  ASSIGN_OR_RETURN(const Judgement judgement,
                   Evaluate(std::move(football), *recipe, run, progress));
  RETURN_IF_ERROR(Print(options.json, ToJson(judgement), ToText(judgement)));
  if (!options.report.empty())
    RETURN_IF_ERROR(command_line::WriteFile(options.report, ToHtml(judgement)));
  if (!judgement.suspicions.empty()) return kExitLeak;
  if (!run.plant_leak) return 0;
  return absl::InternalError("a leak was planted and the alarm did not sound");
}

absl::StatusOr<int> RunNcaa(const NcaaOptions& options, const std::string& json) {
  ASSIGN_OR_RETURN(const std::vector<NcaaSection> sections, EvaluateNcaa(options));
  std::string text;
  for (const NcaaSection& section : sections) text += ToText(section) + '\n';
  RETURN_IF_ERROR(Print(json, ToJson(sections), text));
  const bool suspected = std::any_of(sections.begin(), sections.end(), [](const NcaaSection& each) {
    return !each.suspicions.empty();
  });
  return suspected ? kExitLeak : 0;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"Forecasts, season by season out of sample, against the market",
               "fairline evaluate"};
  app.footer("Exit code 3: a forecaster is too good to be true, so a leak is suspected.\n");
  app.add_option("--data", options.data,
                 "folder in the layout of football-data.co.uk or of Kaggle's NCAA files")
      ->type_name(command_line::kFolder)
      ->required();
  app.add_option("--seeds", options.seeds, "competitions, bookmakers and aliases")
      ->type_name(command_line::kFolder)
      ->capture_default_str();
  app.add_option("--recipe", options.recipe, "the models")
      ->type_name(command_line::kFile)
      ->capture_default_str();
  auto& judge = options.run.judge;
  judge.first_season = 2019;
  judge.last_season = 2024;
  app.add_option("--first-test-season", judge.first_season, "the year it starts in")
      ->capture_default_str();
  app.add_option("--last-test-season", judge.last_season, "the year it starts in")
      ->capture_default_str();
  app.add_option("--competitions", judge.competitions,
                 "judge on these codes alone; models still learn from every file")
      ->delimiter(',');
  app.add_option("--by", options.by, "slices of the report; models are fitted each season")
      ->check(CLI::IsMember({"season", "month"}))
      ->capture_default_str();
  app.add_option("--models", options.run.models, "which to judge; default: all")->delimiter(',');
  app.add_option("--threads", options.run.threads, "fits side by side; the bits are the same")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--report", options.report, "also write one HTML page with pictures")
      ->type_name(command_line::kFile);
  command_line::AddJson(app, options.json);
  app.add_option("--reuse", options.run.reuse, "folder of fits kept between runs, for development")
      ->type_name(command_line::kFolder);
  app.add_flag("--plant-leak", options.run.plant_leak,
               "trial: add a feature that knows the result; the alarm must sound (exit code 3)");
  app.add_flag("--shuffle-results", options.shuffle_results,
               "trial: results dealt out anew; nothing may be better than the base rate");
  std::string sport = "football";
  NcaaOptions ncaa{.data = {},
                   .recipe = FAIRLINE_SOURCE_DIR "/services/training/recipes/basketball.json"};
  app.add_option("--sport", sport,
                 "football, or basketball: Kaggle's NCAA files, tournaments of 2014 to 2023")
      ->check(CLI::IsMember({"football", "basketball"}))
      ->capture_default_str();
  if (const auto code = command_line::Parse(app, argc, argv)) return *code;
  if (sport == "basketball") {
    ncaa.data = options.data;
    if (app.count("--first-test-season") > 0) ncaa.first_season = judge.first_season;
    if (app.count("--last-test-season") > 0) ncaa.last_season = judge.last_season;
  }
  const auto code = sport == "basketball" ? RunNcaa(ncaa, options.json) : Run(options);
  return code.ok() ? *code : EndWith(code.status());
}

}  // namespace
}  // namespace fairline::evaluate

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline evaluate", argc, argv,
                              [&] { return fairline::evaluate::Main(argc, argv); });
}
