// Measures training on all matches of the season files, without a database:
//   training_bench DATA SEEDS RECIPE              the final fit of all models, side by side
//   training_bench DATA SEEDS RECIPE FIRST LAST   a walk-forward over these seasons as well
// prints {"final_fit_seconds":..,"matches":..} and one line a forecaster of the walk-forward.

#include <chrono>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <unordered_map>

#include <fmt/core.h>

#include "libs/features/replay.hpp"
#include "libs/season_files/season_matches.hpp"
#include "services/training/app/season.hpp"

namespace fairline::training {
namespace {

class MemoryCheckpoints final : public CheckpointStore {
 public:
  absl::StatusOr<std::optional<std::string>> FindBooster(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = boosters_.find(key);
    return found == boosters_.end() ? std::nullopt : std::optional(found->second);
  }
  absl::Status SaveBooster(std::string_view key, std::string_view ubjson) override {
    const std::lock_guard lock(mutex_);
    boosters_.emplace(key, ubjson);
    return absl::OkStatus();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> boosters_;
};

FeatureSet FeatureSetOf(const features::FeatureCatalogue& catalogue) {
  FeatureSet feature_set;
  feature_set.catalogue_hash = catalogue.hash();
  for (const features::Feature& feature : catalogue.features()) {
    feature_set.features.push_back(
        {std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  return feature_set;
}

absl::StatusOr<Dataset> ReadDataset(const char* data, const char* seeds) {
  ASSIGN_OR_RETURN(const season_files::SeasonMatches read,
                   season_files::ReadSeasonMatches(data, seeds));
  const std::vector<features::Match>& matches = read.matches;
  std::unordered_map<std::int64_t, const features::Match*> by_id;
  for (const features::Match& match : matches) by_id[match.id.value] = &match;
  ASSIGN_OR_RETURN(const auto replay, features::MakeReplay("football"));
  Dataset dataset(FeatureSetOf(replay->catalogue()), 3);
  RETURN_IF_ERROR(features::RunReplay(
      *replay, matches, {},
      [&](const features::Fixture& fixture, bool, std::span<const float> row) -> absl::Status {
        const features::Match& match = *by_id.at(fixture.id.value);
        return dataset.Append({.match_id = match.id.value,
                               .date = match.day,
                               .season_start = match.season,
                               .competition_id = static_cast<std::int32_t>(match.competition.value),
                               .home_score = match.home_score,
                               .away_score = match.away_score,
                               .features = row,
                               .average = match.average,
                               .pinnacle_closing = match.pinnacle_closing,
                               .average_closing = match.average_closing});
      }));
  return dataset;
}

absl::Status FitFinal(const Dataset& dataset, const Recipe& recipe) {
  MemoryCheckpoints checkpoints;
  const Fitter fitter(dataset, checkpoints, "bench");
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::vector<std::future<absl::StatusOr<double>>> fits;
  for (const ModelRecipe& model : recipe.models) {
    fits.push_back(std::async(std::launch::async, [&]() -> absl::StatusOr<double> {
      RETURN_IF_ERROR(fitter.Fit(model, UsableRows(model, dataset, dataset.All())).status());
      return seconds();
    }));
  }
  std::string each;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    ASSIGN_OR_RETURN(const double took, fits[i].get());
    each += fmt::format(",\"{}_seconds\":{:.1f}", recipe.models[i].name, took);
  }
  fmt::print("{{\"final_fit_seconds\":{:.1f}{},\"matches\":{}}}\n", seconds(), each,
             dataset.size());
  return absl::OkStatus();
}

void Print(const ModelEvaluation& evaluation) {
  const models::Evaluation& scores = evaluation.scores;
  fmt::print("{:>5} {:<10} n {:>6}  LL {:.5f}  RPS {:.5f}  acc {:.3f}  ECE {:.4f}  slope {:.3f}",
             evaluation.season_start, evaluation.model, scores.matches, scores.log_loss, scores.rps,
             scores.accuracy, scores.ece, scores.calibration_slope);
  for (const Comparison& comparison : evaluation.comparisons) {
    const models::PairedDifference& d = comparison.log_loss;
    fmt::print("  vs {} {:+.1f}e-4 [{:+.1f}, {:+.1f}]", comparison.against, 1e4 * d.mean,
               1e4 * d.lower, 1e4 * d.upper);
  }
  fmt::print("\n");
}

absl::Status WalkForward(const Dataset& dataset, const Recipe& recipe, int first, int last) {
  MemoryCheckpoints checkpoints;
  const Fitter fitter(dataset, checkpoints, "bench");
  std::vector<std::future<absl::StatusOr<std::vector<ForecastSet>>>> models;
  for (const ModelRecipe& model : recipe.models) {
    models.push_back(
        std::async(std::launch::async, [&]() -> absl::StatusOr<std::vector<ForecastSet>> {
          std::vector<ForecastSet> seasons;
          for (int season = first; season <= last; ++season) {
            ASSIGN_OR_RETURN(auto fit,
                             FitSeason(fitter, model, season, recipe.least_training_matches, {}));
            if (fit) seasons.push_back(std::move(fit->calibrated));
          }
          return seasons;
        }));
  }
  std::vector<ForecastSet> pooled;
  std::map<int, std::vector<ForecastSet>> by_season;
  const auto add = [&](const ForecastSet& set, int season) {
    by_season[season].push_back(set);
    for (ForecastSet& known : pooled) {
      if (known.forecaster == set.forecaster) return known.Append(set);
    }
    pooled.push_back(set);
  };
  for (auto& model : models) {
    ASSIGN_OR_RETURN(const auto seasons, model.get());
    for (std::size_t i = 0; i < seasons.size(); ++i) add(seasons[i], first + static_cast<int>(i));
  }
  for (int season = first; season <= last; ++season) {
    for (const ForecastSet& set : ReferenceForecasts(dataset, season)) {
      if (!set.match_ids.empty()) add(set, season);
    }
  }
  by_season[0] = pooled;
  for (const auto& [season, sets] : by_season) {
    ASSIGN_OR_RETURN(const auto evaluations, JudgeForecasts(sets, season, recipe.seed));
    for (const ModelEvaluation& evaluation : evaluations) Print(evaluation);
  }
  return absl::OkStatus();
}

absl::Status Run(int argc, char** argv) {
  std::ifstream file(argv[3]);
  std::stringstream text;
  text << file.rdbuf();
  ASSIGN_OR_RETURN(const Recipe recipe, ParseRecipe(text.str()));
  ASSIGN_OR_RETURN(const Dataset dataset, ReadDataset(argv[1], argv[2]));
  RETURN_IF_ERROR(FitFinal(dataset, recipe));
  if (argc == 4) return absl::OkStatus();
  return WalkForward(dataset, recipe, std::atoi(argv[4]), std::atoi(argv[5]));
}

}  // namespace
}  // namespace fairline::training

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) {
    fmt::print(stderr, "usage: training_bench DATA SEEDS RECIPE [FIRST LAST]\n");
    return 2;
  }
  if (const absl::Status status = fairline::training::Run(argc, argv); !status.ok()) {
    fmt::print(stderr, "{}\n", status.ToString());
    return 1;
  }
  return 0;
}
