// fairline-challenge: forecasts the fixtures of the 2023 Soccer Prediction Challenge from its
// training set, and tells what forecasting so was worth in earlier years.

#include <algorithm>
#include <charconv>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "libs/core/program.hpp"
#include "tools/challenge/forecast.hpp"
#include "tools/challenge/submission.hpp"
#include "tools/command_line/command_line.hpp"
#include "tools/command_line/files.hpp"

namespace fairline::challenge {
namespace {

struct Options {
  std::string train;
  std::string fixtures;
  std::string out;
  std::string recipe = FAIRLINE_SOURCE_DIR "/services/training/recipes/challenge.json";
  std::string judge;
  std::string json;
  int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
};

struct Years {
  int first = 0;
  int last = 0;
};

// "2014-2022" or "2019".
absl::StatusOr<Years> ParseYears(const std::string& text) {
  Years years;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, years.first);
  years.last = years.first;
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-') {
    read = std::from_chars(read.ptr + 1, end, years.last);
  }
  if (read.ec != std::errc() || read.ptr != end || years.first > years.last || years.first < 1900 ||
      years.last > 2200) {
    return InvalidField("--judge", "'" + text + "' is not years such as 2014-2022");
  }
  return years;
}

void Print(const std::vector<YearScore>& scores) {
  for (const YearScore& score : scores) {
    fmt::print("{}\n", score.year == 0 ? "all" : std::to_string(score.year));
    for (const auto& [model, evaluation] : score.models) {
      fmt::print("  {:20} {:6} matches  RPS {:.4f}  log loss {:.4f}  slope {:.3f}\n", model,
                 evaluation.matches, evaluation.rps, evaluation.log_loss,
                 evaluation.calibration_slope);
    }
  }
}

nlohmann::json AsJson(const std::vector<YearScore>& scores) {
  auto years = nlohmann::json::array();
  for (const YearScore& score : scores) {
    nlohmann::json models = nlohmann::json::object();
    for (const auto& [model, evaluation] : score.models) {
      models[model] = {{"matches", evaluation.matches},
                       {"rps", evaluation.rps},
                       {"log_loss", evaluation.log_loss},
                       {"calibration_slope", evaluation.calibration_slope}};
    }
    years.push_back({{"models", std::move(models)}});
    // Without a year: all of them together.
    if (score.year != 0) years.back()["year"] = score.year;
  }
  return years;
}

absl::Status Run(const Options& options) {
  if (options.judge.empty() && (options.fixtures.empty() || options.out.empty())) {
    return InvalidField("--fixtures", "is needed, with --out; or --judge");
  }
  ASSIGN_OR_RETURN(const std::string recipe_text, command_line::ReadFile(options.recipe));
  ASSIGN_OR_RETURN(const models::Recipe recipe, models::ParseRecipe(recipe_text));
  ASSIGN_OR_RETURN(const std::string train, command_line::ReadFile(options.train));
  auto results = sources::ReadChallengeTraining(train);
  RETURN_IF_ERROR(WithContext(results.status(), options.train));
  std::vector<sources::ChallengeFixture> fixtures;
  if (!options.fixtures.empty()) {
    ASSIGN_OR_RETURN(const std::string bytes, command_line::ReadFile(options.fixtures));
    auto read = sources::ReadChallengeFixtures(bytes);
    RETURN_IF_ERROR(WithContext(read.status(), options.fixtures));
    fixtures = *std::move(read);
    if (fixtures.empty()) return InvalidField(options.fixtures, "holds no fixture");
  }
  Note("{} results, {} fixtures: features\n", results->size(), fixtures.size());
  ASSIGN_OR_RETURN(const ChallengeMatches matches, MakeChallengeMatches(*results, fixtures));
  if (matches.results < results->size()) {
    Note("{} results on or after the day of the first fixture are left out\n",
         results->size() - matches.results);
  }
  const ForecastOptions forecast{.threads = options.threads,
                                 .observer = [](double share, std::string_view activity) {
                                   Note("{:5.1f} %  {}\n", 100.0 * share, activity);
                                   return true;
                                 }};
  const bool only_json = options.json == "-";
  nlohmann::json found = nlohmann::json::object();
  if (!options.judge.empty()) {
    ASSIGN_OR_RETURN(const Years years, ParseYears(options.judge));
    ASSIGN_OR_RETURN(const auto scores,
                     EvaluateYears(matches, recipe, years.first, years.last, forecast));
    if (!only_json) Print(scores);
    found["years"] = AsJson(scores);
  }
  if (!options.out.empty()) {
    ASSIGN_OR_RETURN(const auto forecasts, ForecastFixtures(matches, recipe, forecast));
    RETURN_IF_ERROR(command_line::WriteFile(options.out, WriteSubmission(fixtures, forecasts)));
    if (!only_json) fmt::print("{} forecasts in {}\n", forecasts.size(), options.out);
    found["forecasts"] = forecasts.size();
  }
  if (only_json) fmt::print("{}\n", found.dump(1));
  return only_json || options.json.empty()
             ? absl::OkStatus()
             : command_line::WriteFile(options.json, found.dump(1) + '\n');
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"Forecasts of the 2023 Soccer Prediction Challenge", "fairline challenge"};
  app.add_option("--train", options.train, "the training set: Sea,Lge,Date,HT,AT,HS,AS,GD,WDL")
      ->type_name(command_line::kFile)
      ->required();
  app.add_option("--fixtures", options.fixtures, "the same columns without results, an ID or not")
      ->type_name(command_line::kFile);
  app.add_option("--out", options.out, "where the probabilities are written")
      ->type_name(command_line::kFile);
  app.add_option("--judge", options.judge,
                 "score the same forecasting in these years, for example 2014-2022");
  command_line::AddJson(app, options.json);
  app.add_option("--recipe", options.recipe, "models and parameters")
      ->type_name(command_line::kFile)
      ->capture_default_str();
  app.add_option("--threads", options.threads, "fits side by side")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  if (const auto code = command_line::Parse(app, argc, argv)) return *code;
  return EndWith(Run(options));
}

}  // namespace
}  // namespace fairline::challenge

int main(int argc, char** argv) {
  return fairline::RunProgram("fairline challenge", argc, argv,
                              [&] { return fairline::challenge::Main(argc, argv); });
}
