// Measures training on all matches of the season files, without a database:
//   training_bench DATA SEEDS RECIPE              a whole training: what it walks and the last fits
//   training_bench DATA SEEDS RECIPE FIRST LAST   a walk-forward over these seasons
// prints {"training_seconds":..,"matches":..,"models":..} or {"walk_forward_seconds":..} and one
// line a forecaster and season. All fits are new, on as many threads as there are processors.

#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <unordered_map>

#include <fmt/core.h>

#include "libs/core/program.hpp"
#include "libs/features/replay.hpp"
#include "services/training/app/fit/fitting.hpp"
#include "services/training/app/fit/season.hpp"
#include "tools/season_files/season_matches.hpp"

namespace fairline::training {
namespace {

class MemoryCheckpoints final : public CheckpointStore {
 public:
  absl::StatusOr<std::optional<std::string>> Find(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = fits_.find(key);
    return found == fits_.end() ? std::nullopt : std::optional(found->second);
  }
  absl::Status Save(std::string_view key, std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    fits_.emplace(key, bytes);
    return absl::OkStatus();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> fits_;
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

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

absl::Status Train(const Dataset& dataset, const Recipe& recipe) {
  MemoryCheckpoints checkpoints;
  const Fitter fitter(dataset, checkpoints, "bench");
  const auto begin = std::chrono::steady_clock::now();
  const int current = dataset.seasons().rbegin()->first;
  ASSIGN_OR_RETURN(const Fitter::Fitted fitted,
                   fitter.WalkAndFit(recipe, current - 1, [&](const models::WalkProgress& step) {
                     fmt::print(
                         stderr, "\r{:6.1f} s  {:3.0f} %", SecondsSince(begin),
                         100.0 * static_cast<double>(step.done) / static_cast<double>(step.total));
                     return true;
                   }));
  Note("\n");
  fmt::print("{{\"training_seconds\":{:.1f},\"matches\":{},\"models\":{}}}\n", SecondsSince(begin),
             dataset.size(), fitted.models.size());
  return absl::OkStatus();
}

void Print(const ModelEvaluation& evaluation) {
  const evaluation::Evaluation& scores = evaluation.scores;
  fmt::print("{:>5} {:<18} n {:>6}  LL {:.5f}  RPS {:.5f}  acc {:.3f}  ECE {:.4f}  slope {:.3f}",
             evaluation.season_start, evaluation.model, scores.matches, scores.log_loss, scores.rps,
             scores.accuracy, scores.ece, scores.calibration_slope);
  for (const Comparison& comparison : evaluation.comparisons) {
    const evaluation::PairedDifference& d = comparison.log_loss;
    fmt::print("  vs {} {:+.1f}e-4 [{:+.1f}, {:+.1f}]", comparison.against, 1e4 * d.mean,
               1e4 * d.lower, 1e4 * d.upper);
  }
  fmt::print("\n");
}

absl::Status WalkForward(const Dataset& dataset, const Recipe& recipe, int first, int last) {
  MemoryCheckpoints checkpoints;
  const Fitter fitter(dataset, checkpoints, "bench");
  const auto begin = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const models::ForecastColumns columns, fitter.Walk(recipe, first, last, {}));
  fmt::print("{{\"walk_forward_seconds\":{:.1f},\"seasons\":{},\"matches\":{}}}\n",
             SecondsSince(begin), last - first + 1, dataset.size());
  std::vector<ForecastSet> pooled;
  std::map<int, std::vector<ForecastSet>> by_season;
  const auto add = [&](const ForecastSet& set, int season) {
    if (set.match_ids.empty()) return;
    by_season[season].push_back(set);
    for (ForecastSet& known : pooled) {
      if (known.forecaster == set.forecaster) return known.Append(set);
    }
    pooled.push_back(set);
  };
  for (int season = first; season <= last; ++season) {
    ASSIGN_OR_RETURN(const auto references, ReferenceForecasts(dataset, season));
    for (const ForecastSet& set : references) add(set, season);
    for (const auto& [name, column] : columns) {
      if (name != kMarket) add(ForecastsOfSeason(dataset, name, column, season), season);
    }
  }
  by_season[0] = pooled;
  for (const auto& [season, sets] : by_season) {
    ASSIGN_OR_RETURN(const auto evaluations, EvaluateForecasts(sets, season, recipe.seed));
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
  if (argc == 4) return Train(dataset, recipe);
  return WalkForward(dataset, recipe, std::atoi(argv[4]), std::atoi(argv[5]));
}

}  // namespace
}  // namespace fairline::training

int main(int argc, char** argv) {
  return fairline::RunProgram("training_bench", argc, argv, [&] {
    if (argc == 4 || argc == 6) return fairline::EndWith(fairline::training::Run(argc, argv));
    fairline::Note("usage: training_bench DATA SEEDS RECIPE [FIRST LAST]\n");
    return fairline::kExitUsage;
  });
}
