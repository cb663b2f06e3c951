// Measures a bundle made by a recipe, fitted on noise over the real feature catalogue:
//   models_bench RECIPE
// prints {"one_of_all_models_us":..,"one_booster_us":..,"trees":..,"all_models_rows_per_second":..,
// "explain_us":..,"uncertainty_us":..}: medians on one thread of forecasting one match by every
// model of the recipe, and by its booster of the most trees (with how many these are); rows a
// second of a batch by every model; explaining one match and its uncertainty by the model that is
// served with odds.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "libs/core/program.hpp"
#include "libs/features/replay.hpp"
#include "libs/models/bundle.hpp"

namespace fairline::models {
namespace {

constexpr std::size_t kTrainingRows = 30'000;
constexpr std::size_t kBatchRows = 20'000;

MatchTable Noise(const features::FeatureCatalogue& catalogue) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal;
  MatchTable matches;
  matches.feature_count = catalogue.size();
  matches.features.resize(kTrainingRows * matches.feature_count);
  for (float& value : matches.features) value = normal(random);
  for (std::size_t j = 0; j < catalogue.size(); ++j) {
    if (catalogue.features()[j].block != features::Block::kGoals) continue;
    const bool rho = catalogue.features()[j].name.find("rho") != std::string_view::npos;
    for (std::size_t i = 0; i < kTrainingRows; ++i) {
      float& value = matches.features[i * matches.feature_count + j];
      value = rho ? -0.05F : std::exp(0.2F * value);
    }
  }
  for (std::size_t i = 0; i < kTrainingRows; ++i) {
    matches.days.push_back(Day(std::chrono::days(18'000 + i / 50)));
    matches.seasons.push_back(i < kTrainingRows / 2 ? 2024 : 2025);
    matches.competitions.push_back(1);
    matches.results.push_back(static_cast<OutcomeIndex>(random() % 3));
  }
  return matches;
}

double MedianMicroseconds(int repetitions, const std::function<void()>& action) {
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    times.push_back(taken.count());
  }
  std::nth_element(times.begin(), times.begin() + repetitions / 2, times.end());
  return times[static_cast<std::size_t>(repetitions / 2)];
}

// The booster of the most rounds, and how many.
std::pair<std::string, int> LargestBooster(const Bundle& bundle) {
  std::pair<std::string, int> largest;
  for (const ModelEntry& entry : bundle.manifest().models) {
    if (entry.kind != "trees") continue;
    const auto described = nlohmann::json::parse(bundle.Find(entry.name)->Describe());
    const int rounds = described.at("rounds").get<int>();
    if (rounds > largest.second) largest = {entry.name, rounds};
  }
  return largest;
}

absl::Status Run(const char* recipe_file) {
  std::ifstream file(recipe_file);
  std::stringstream text;
  text << file.rdbuf();
  ASSIGN_OR_RETURN(const Recipe recipe, ParseRecipe(text.str()));
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay(recipe.sport));
  std::vector<CatalogueColumn> catalogue;
  for (const features::Feature& feature : replay->catalogue().features()) {
    catalogue.push_back(
        {std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  const MatchTable matches = Noise(replay->catalogue());
  ForecastColumns lines;
  lines.emplace(kMarketLine, Forecasts(matches.size(), recipe.outcomes.size()));
  Forecasts& market = lines.begin()->second;
  for (double& p : market.values()) p = 1.0 / static_cast<double>(recipe.outcomes.size());
  ASSIGN_OR_RETURN(const auto learners, MakeLearners(recipe, catalogue, 2100));
  const Forecasts market_line = market;
  ASSIGN_OR_RETURN(
      const auto fitted,
      WalkSeasonsAndFit(matches, learners, {.last_season = 2000, .threads = 2}, lines));
  Manifest manifest;
  manifest.catalogue_size = catalogue.size();
  ASSIGN_OR_RETURN(const BundleFiles files, PackBundle(std::move(manifest), recipe, fitted));
  ASSIGN_OR_RETURN(const auto bundle, Bundle::Load(files.sha256, ReaderOf(files)));

  absl::Status asked;
  std::uint32_t next = 0;
  const auto one_match = [&](const std::function<absl::Status(const BundleInput&)>& ask) {
    next = (next + 1) % kTrainingRows;
    Forecasts line(market_line.outcomes());
    line.Append(market_line.row(next));
    asked.Update(ask(
        {.features = {matches.all_features().row(next), matches.feature_count}, .market = &line}));
  };
  const double one = MedianMicroseconds(4'001, [&] {
    one_match([&](const BundleInput& input) { return bundle->Forecast(input).status(); });
  });
  const auto [booster, rounds] = LargestBooster(*bundle);
  double one_booster = 0.0;
  if (rounds > 0) {
    one_booster = MedianMicroseconds(4'001, [&] {
      one_match(
          [&](const BundleInput& input) { return bundle->Forecast(booster, input).status(); });
    });
  }
  Forecasts batch_lines(market_line.outcomes());
  for (std::size_t i = 0; i < kBatchRows; ++i) batch_lines.Append(market_line.row(i));
  const BundleInput batch{
      .features = {std::span(matches.features).first(kBatchRows * matches.feature_count),
                   matches.feature_count},
      .market = &batch_lines};
  const double batch_us =
      MedianMicroseconds(5, [&] { asked.Update(bundle->Forecast(batch).status()); });
  const std::string_view served =
      bundle->Serving(kWithOdds).empty() ? bundle->Serving(kNoOdds) : bundle->Serving(kWithOdds);
  const double explain = MedianMicroseconds(201, [&] {
    one_match([&](const BundleInput& input) { return bundle->Explain(served, input).status(); });
  });
  const double uncertainty = MedianMicroseconds(2'001, [&] {
    one_match(
        [&](const BundleInput& input) { return bundle->Uncertainty(served, input).status(); });
  });
  RETURN_IF_ERROR(asked);
  fmt::print(
      "{{\"one_of_all_models_us\":{:.0f},\"one_booster_us\":{:.1f},\"trees\":{},"
      "\"all_models_rows_per_second\":{:.0f},\"explain_us\":{:.0f},\"uncertainty_us\":{:.0f}}}\n",
      one, one_booster, static_cast<std::size_t>(rounds) * recipe.outcomes.size(),
      1e6 * static_cast<double>(kBatchRows) / batch_us, explain, uncertainty);
  return absl::OkStatus();
}

}  // namespace
}  // namespace fairline::models

int main(int argc, char** argv) {
  return fairline::RunProgram("models_bench", argc, argv, [&] {
    if (argc == 2) return fairline::EndWith(fairline::models::Run(argv[1]));
    fairline::Note("usage: models_bench RECIPE\n");
    return fairline::kExitUsage;
  });
}
