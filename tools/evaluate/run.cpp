#include "tools/evaluate/run.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "libs/models/season_walk.hpp"
#include "tools/evaluate/kept_fits.hpp"
#include "tools/evaluate/trials.hpp"

namespace fairline::evaluate {
namespace {

using models::NamedLearner;

std::vector<models::CatalogueColumn> ColumnsOf(const FootballMatches& football) {
  std::vector<models::CatalogueColumn> columns;
  for (const features::Feature& feature : football.catalogue) {
    columns.push_back({std::string(feature.name), std::string(features::BlockName(feature.block))});
  }
  return columns;
}

// With the base rate, which others are compared with, where the recipe itself has none.
models::Recipe WithBaseRate(models::Recipe recipe) {
  if (recipe.Find(evaluation::kBaseRateColumn) != nullptr) return recipe;
  models::ModelRecipe base_rate;
  base_rate.name = std::string(evaluation::kBaseRateColumn);
  base_rate.kind = "base_rate";
  base_rate.parameters = "{}";
  recipe.models.insert(recipe.models.begin(), std::move(base_rate));
  return recipe;
}

// Those named, what they build on, and the base rate.
absl::StatusOr<std::vector<NamedLearner>> Choose(std::vector<NamedLearner> all,
                                                 const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::set<std::string, std::less<>> chosen(names.begin(), names.end());
  for (const std::string& name : names) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& each) { return each.name == name; })) {
      return absl::NotFoundError("the recipe has no model " + name);
    }
  }
  chosen.insert(std::string(evaluation::kBaseRateColumn));
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    if (!chosen.contains(each->name)) continue;
    for (const std::string& read : each->learner->inputs().Forecasts()) chosen.insert(read);
  }
  std::erase_if(all, [&](const NamedLearner& each) { return !chosen.contains(each.name); });
  return all;
}

absl::StatusOr<std::vector<NamedLearner>> LearnersOf(const FootballMatches& football,
                                                     const models::Recipe& recipe,
                                                     const RunOptions& options) {
  ASSIGN_OR_RETURN(
      std::vector<NamedLearner> all,
      models::MakeLearners(WithBaseRate(recipe), ColumnsOf(football), options.judge.first_season));
  return Choose(std::move(all), options.models);
}

// What a model of kind score_grid reads of every match: home, away, rho.
std::vector<ScoreRates> RatesOf(const FootballMatches& football, const NamedLearner& learner) {
  const std::vector<std::uint32_t>& columns = learner.learner->inputs().columns;
  std::vector<ScoreRates> rates;
  for (std::size_t i = 0; i < football.table.size(); ++i) {
    const auto row = football.table.all_features().row(i);
    rates.push_back({row[columns[0]], row[columns[1]], row[columns[2]]});
  }
  return rates;
}

// The grid that prices are served by: geometric means of the rates, where all are known.
std::vector<ScoreRates> Pooled(const std::vector<std::vector<ScoreRates>>& all) {
  std::vector<ScoreRates> pooled = all.front();
  const auto count = static_cast<double>(all.size());
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    double home = 0.0;
    double away = 0.0;
    double rho = 0.0;
    for (const std::vector<ScoreRates>& rates : all) {
      home += std::log(rates[i].home) / count;
      away += std::log(rates[i].away) / count;
      rho += rates[i].rho / count;
    }
    pooled[i] = {std::exp(home), std::exp(away), rho};
  }
  return pooled;
}

std::vector<std::string> ServedOf(const models::Recipe& recipe, const RunOptions& options) {
  if (!options.models.empty()) return options.models;
  std::vector<std::string> served;
  for (const std::string_view information :
       {models::kNoOdds, models::kPastOdds, models::kWithOdds}) {
    const models::ModelRecipe* const model = recipe.Serving(information);
    if (model != nullptr) served.push_back(model->name);
  }
  return served;
}

void AddWeights(std::string_view name, int season, const models::Model& model,
                std::vector<PoolWeights>& weights) {
  if (model.kind() != "pool") return;
  PoolWeights pool{.pool = std::string(name), .season = season, .weights = {}};
  const auto described = nlohmann::json::parse(model.Describe());
  for (const std::string& member : model.inputs().members) {
    pool.weights.emplace_back(member, described.at("weights").at(member).get<double>());
  }
  weights.push_back(std::move(pool));
}

}  // namespace

absl::StatusOr<models::ForecastColumns> ForecastAll(const FootballMatches& football,
                                                    const models::Recipe& recipe,
                                                    const RunOptions& options,
                                                    const Progress& progress,
                                                    std::vector<PoolWeights>& weights) {
  ASSIGN_OR_RETURN(const std::vector<NamedLearner> learners, LearnersOf(football, recipe, options));
  std::optional<KeptFits> kept;
  if (!options.reuse.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.reuse, error);
    if (error) return absl::UnavailableError("cannot make " + options.reuse.string());
    kept.emplace(options.reuse);
  }
  const models::WalkOptions walk{
      .last_season = options.judge.last_season,
      .threads = options.threads,
      .least_matches = recipe.least_training_matches,
      .observer =
          [&](const models::WalkProgress& done) {
            progress(done.model, done.season,
                     static_cast<double>(done.done) / static_cast<double>(done.total));
            return true;
          },
      .fitted =
          [&](std::string_view name, int season, const models::Model& model) {
            if (season >= options.judge.first_season) AddWeights(name, season, model, weights);
          },
      .cache = kept ? &*kept : nullptr,
      .code_version = ""};
  models::ForecastColumns columns = football.lines;
  RETURN_IF_ERROR(models::WalkSeasons(football.table, learners, walk, columns));
  std::sort(weights.begin(), weights.end(), [](const PoolWeights& a, const PoolWeights& b) {
    return std::tie(a.pool, a.season) < std::tie(b.pool, b.season);
  });
  return columns;
}

absl::StatusOr<Judgement> Evaluate(FootballMatches football, const models::Recipe& recipe,
                                   const RunOptions& options, const Progress& progress) {
  if (options.plant_leak) PlantLeak(football);
  std::vector<PoolWeights> weights;
  ASSIGN_OR_RETURN(const models::ForecastColumns columns,
                   ForecastAll(football, recipe, options, progress, weights));

  RunOptions every = options;
  every.models.clear();
  ASSIGN_OR_RETURN(const std::vector<NamedLearner> learners, LearnersOf(football, recipe, every));
  std::vector<GridForecaster> grids;
  std::vector<std::vector<ScoreRates>> rates;
  for (const NamedLearner& learner : learners) {
    if (learner.learner->kind() != "score_grid") continue;
    rates.push_back(RatesOf(football, learner));
    grids.push_back({learner.name, nullptr, nullptr});
  }
  for (std::size_t g = 0; g < grids.size(); ++g) grids[g].rates = &rates[g];
  const std::vector<std::string> served = ServedOf(recipe, options);
  const std::vector<ScoreRates> pooled = rates.empty() ? std::vector<ScoreRates>() : Pooled(rates);
  for (const std::string& name : served) {
    const auto column = columns.find(name);
    if (column == columns.end() || rates.empty()) continue;
    const models::ModelRecipe* const entry = recipe.Find(name);
    const bool meets_total = entry != nullptr && entry->anchored;
    if (meets_total) {
      grids.push_back({name + std::string(kWinnerAlone), &pooled, &column->second});
    }
    grids.push_back({name, &pooled, &column->second, meets_total});
  }
  ASSIGN_OR_RETURN(Judgement judgement, Evaluate(football, columns, grids, served, options.judge));
  judgement.served = served;
  judgement.recipe = recipe.name;
  judgement.pool_weights = std::move(weights);
  return judgement;
}

}  // namespace fairline::evaluate
