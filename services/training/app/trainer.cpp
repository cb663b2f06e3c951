#include "services/training/app/trainer.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "services/training/app/lease.hpp"
#include "services/training/app/registry_metrics.hpp"
#include "services/training/app/released_memory.hpp"
#include "services/training/app/season.hpp"

namespace fairline::training {

struct Trainer::FittedModel {
  const ModelRecipe* recipe;
  models::OutcomeModel final_model;  // fitted on everything, calibrated: what is served
  Rows final_rows;
  ForecastSet held_out;  // calibrated forecasts of the held-out season by the fit before it
};

struct Trainer::Judged {
  int season = 0;
  std::vector<ForecastSet> held_out;  // of the recipe's models
  std::vector<ModelEvaluation> evaluations;
  std::map<std::string, double> metrics;
  // Those that follow from data, recipe and seed alone: not the comparison with whoever was
  // champion at the time. They go into the bundle, whose bits must be repeatable.
  std::map<std::string, double> own_metrics;
};

namespace {

// Adds up the rounds of models that are fitted side by side.
class RoundCounter {
 public:
  RoundCounter(const Recipe& recipe, const ProgressSink& progress) : progress_(progress) {
    for (const ModelRecipe& model : recipe.models) {
      total_ += 3 * model.booster.rounds;
      done_.emplace(model.name, 0);
    }
  }

  // False once the work shall stop; then all models stop.
  bool Report(const std::string& model, int rounds) {
    const std::lock_guard lock(mutex_);
    done_[model] = rounds;
    std::int64_t done = 0;
    for (const auto& [name, count] : done_) done += count;
    go_on_ = go_on_ && progress_({.activity = "fitting", .done = done, .total = total_});
    return go_on_;
  }

 private:
  const ProgressSink& progress_;
  std::mutex mutex_;
  std::int64_t total_ = 0;
  std::map<std::string, std::int64_t> done_;
  bool go_on_ = true;
};

}  // namespace

absl::StatusOr<TrainSummary> Trainer::Train(const std::string& request_id,
                                            const ProgressSink& progress) {
  if (request_id.empty()) return InvalidField("request_id", "must not be empty");
  ASSIGN_OR_RETURN(TrainingStore::Claimed claimed,
                   ports_.store.ClaimTraining(request_id, recipe_.sport));
  if (claimed.summary) return *std::move(claimed.summary);
  const ReleasedMemory released;

  LeaseKeeper lease(ports_.store, claimed.claim);
  const auto lease_and_progress = [&](const TaskProgress& step) {
    return lease.Keep() && progress(step);
  };
  auto summary = TrainClaimed(request_id, claimed.claim, lease_and_progress);
  if (summary.ok()) return summary;
  if (lease.lost()) return absl::AbortedError("another process has taken up this training");
  const absl::Status failed =
      ports_.store.FailJob(claimed.claim, std::string(summary.status().message()));
  return failed.ok() ? summary.status() : WithContext(summary.status(), failed.ToString());
}

absl::StatusOr<TrainSummary> Trainer::TrainClaimed(const std::string& request_id,
                                                   const JobClaim& claim,
                                                   const ProgressSink& progress) {
  const Instant as_of = ports_.as_of.Now();
  if (!progress({.activity = "reading matches"})) return absl::CancelledError("cancelled");
  ASSIGN_OR_RETURN(const Dataset dataset,
                   ports_.matches.Read(recipe_.sport, recipe_.outcomes.size(), as_of));
  ASSIGN_OR_RETURN(const int season,
                   LatestCompleteSeason(dataset, as_of, recipe_.least_held_out_matches));
  const Fitter fitter(dataset, ports_.checkpoints, code_version_);
  ASSIGN_OR_RETURN(const std::vector<FittedModel> fitted, FitModels(fitter, season, progress));

  if (!progress({.activity = "judging"})) return absl::CancelledError("cancelled");
  ASSIGN_OR_RETURN(const Judged judged, Judge(fitter, season, fitted));
  const std::string data_hash = dataset.Hash(dataset.All());
  ASSIGN_OR_RETURN(const models::BundleFiles bundle,
                   Pack(dataset, fitted, judged.own_metrics, data_hash));
  if (!progress({.activity = "registering"})) return absl::CancelledError("cancelled");
  RETURN_IF_ERROR(ports_.bundles.Put(bundle));
  ASSIGN_OR_RETURN(TrainSummary summary, Register(request_id, dataset, data_hash, bundle, judged));
  RETURN_IF_ERROR(ports_.store.FinishTraining(claim, summary, judged.season, judged.held_out));
  return summary;
}

absl::StatusOr<std::vector<Trainer::FittedModel>> Trainer::FitModels(
    const Fitter& fitter, int season, const ProgressSink& progress) const {
  RoundCounter counter(recipe_, progress);
  std::vector<std::future<absl::StatusOr<std::optional<FittedModel>>>> tasks;
  for (const ModelRecipe& model : recipe_.models) {
    tasks.push_back(std::async(std::launch::async, [&, recipe = &model] {
      return FitModel(fitter, *recipe, season,
                      [&, recipe](int done) { return counter.Report(recipe->name, done); });
    }));
  }
  std::vector<FittedModel> fitted;
  absl::Status status;
  for (auto& task : tasks) {
    auto model = task.get();
    status.Update(model.status());
    if (model.ok() && *model) fitted.push_back(**std::move(model));
  }
  RETURN_IF_ERROR(status);
  if (fitted.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "no model has the {} matches that it needs to learn from", recipe_.least_training_matches));
  }
  return fitted;
}

absl::StatusOr<std::optional<Trainer::FittedModel>> Trainer::FitModel(
    const Fitter& fitter, const ModelRecipe& recipe, int season,
    const models::RoundObserver& observer) const {
  const Dataset& dataset = fitter.dataset();
  ASSIGN_OR_RETURN(auto held_out,
                   FitSeason(fitter, recipe, season, recipe_.least_training_matches, observer));
  if (!held_out) return std::nullopt;
  Rows rows = UsableRows(recipe, dataset, dataset.All());
  const int rounds_before = 2 * recipe.booster.rounds;
  ASSIGN_OR_RETURN(models::OutcomeModel final_model, fitter.Fit(recipe, rows, [&](int done) {
    return observer(rounds_before + done);
  }));
  ForecastSet unseen(recipe.name, dataset.outcomes());
  if (held_out->raw_before) unseen.Append(*held_out->raw_before);
  unseen.Append(held_out->raw);
  ASSIGN_OR_RETURN(models::Calibration calibration, CalibrateOn(dataset, recipe, unseen));
  final_model.set_calibration(std::move(calibration));
  return FittedModel{.recipe = &recipe,
                     .final_model = std::move(final_model),
                     .final_rows = std::move(rows),
                     .held_out = std::move(held_out->calibrated)};
}

absl::StatusOr<Trainer::Judged> Trainer::Judge(const Fitter& fitter, int season,
                                               const std::vector<FittedModel>& fitted) const {
  Judged judged;
  judged.season = season;
  for (const FittedModel& model : fitted) judged.held_out.push_back(model.held_out);
  std::vector<ForecastSet> sets = judged.held_out;
  for (ForecastSet& reference : ReferenceForecasts(fitter.dataset(), season)) {
    sets.push_back(std::move(reference));
  }
  ASSIGN_OR_RETURN(judged.evaluations, JudgeForecasts(sets, season, recipe_.seed));
  judged.own_metrics = GateMetrics(RegistryMetrics(judged.evaluations, recipe_.outcomes));

  ASSIGN_OR_RETURN(const auto champion, ports_.registry.FindProduction(recipe_.sport));
  for (ModelEvaluation& evaluation : judged.evaluations) {
    const auto ours = std::find_if(fitted.begin(), fitted.end(), [&](const FittedModel& model) {
      return model.recipe->name == evaluation.model;
    });
    if (!champion || ours == fitted.end()) continue;
    ASSIGN_OR_RETURN(const auto theirs,
                     ChampionForecasts(fitter, *champion, season, evaluation.model));
    if (!theirs) continue;
    ASSIGN_OR_RETURN(const auto comparison, Compare(ours->held_out, *theirs, recipe_.seed));
    if (comparison) evaluation.comparisons.push_back(*comparison);
  }
  judged.metrics = RegistryMetrics(judged.evaluations, recipe_.outcomes);
  if (champion) judged.metrics["champion_version"] = champion->version;
  return judged;
}

absl::StatusOr<std::optional<ForecastSet>> Trainer::ChampionForecasts(
    const Fitter& fitter, const ProductionVersion& champion, int season,
    const std::string& model) const {
  ASSIGN_OR_RETURN(auto stored, ports_.store.FindHeldOut(champion.bundle_sha256, season, model));
  if (!stored && champion.catalogue_hash == fitter.dataset().feature_set().catalogue_hash) {
    ASSIGN_OR_RETURN(const models::Manifest manifest,
                     ports_.bundles.ReadManifest(champion.bundle_sha256));
    ASSIGN_OR_RETURN(const Recipe recipe, ParseRecipe(manifest.recipe_json));
    for (const ModelRecipe& theirs : recipe.models) {
      if (theirs.name != model) continue;
      ASSIGN_OR_RETURN(auto fit,
                       FitSeason(fitter, theirs, season, recipe.least_training_matches, {}));
      if (fit) stored = std::move(fit->calibrated);
    }
  }
  if (stored) stored->forecaster = kChampion;
  return stored;
}

absl::StatusOr<models::BundleFiles> Trainer::Pack(const Dataset& dataset,
                                                  const std::vector<FittedModel>& fitted,
                                                  const std::map<std::string, double>& metrics,
                                                  const std::string& data_hash) const {
  models::Manifest manifest;
  manifest.sport = recipe_.sport;
  manifest.outcomes = dataset.outcomes();
  manifest.catalogue_hash = dataset.feature_set().catalogue_hash;
  manifest.catalogue_size = dataset.feature_set().features.size();
  manifest.recipe_json = recipe_.json;
  manifest.seed = recipe_.seed;
  manifest.code_version = code_version_;
  manifest.data_hash = data_hash;
  manifest.metrics = metrics;
  std::map<std::string, const models::OutcomeModel*, std::less<>> models;
  for (const FittedModel& model : fitted) {
    models::ModelEntry entry;
    entry.name = model.recipe->name;
    for (const std::uint32_t column : model.final_model.columns()) {
      entry.features.push_back(dataset.feature_set().features[column].name);
    }
    entry.trained_matches = static_cast<std::int64_t>(model.final_rows.size());
    entry.trained_from = dataset.date(model.final_rows.front());
    entry.trained_to = dataset.date(model.final_rows.back());
    manifest.models.push_back(std::move(entry));
    models.emplace(model.recipe->name, &model.final_model);
  }
  return models::PackBundle(std::move(manifest), models);
}

absl::StatusOr<TrainSummary> Trainer::Register(const std::string& request_id,
                                               const Dataset& dataset, const std::string& data_hash,
                                               const models::BundleFiles& bundle,
                                               const Judged& judged) const {
  // Should the data have changed since an earlier attempt, the bundle is another and so is its run.
  const std::string registry_request = fmt::format("train:{}:{}", request_id, bundle.sha256);
  ASSIGN_OR_RETURN(const std::string run_id,
                   ports_.registry.CreateRun(registry_request, recipe_.sport,
                                             fmt::format("train {}", recipe_.name)));
  RegistryRun run;
  run.metrics = judged.metrics;
  run.parameters = {{"recipe", recipe_.name},
                    {"seed", std::to_string(recipe_.seed)},
                    {"code_version", code_version_},
                    {"data_hash", data_hash},
                    {"catalogue_hash", dataset.feature_set().catalogue_hash},
                    {"training_matches", std::to_string(dataset.size())},
                    {"held_out_season", std::to_string(judged.season)}};
  for (const ModelRecipe& model : recipe_.models) {
    run.parameters.emplace(fmt::format("recipe.{}", model.name), model.json);
  }
  run.tags = {{"bundle", bundle.sha256},
              {"leak_suspected", judged.metrics.at("leak_suspected") > 0.0 ? "true" : "false"}};
  RETURN_IF_ERROR(ports_.registry.LogToRun(run_id, run));

  CandidateVersion version{.model = recipe_.sport,
                           .run_id = run_id,
                           .bundle_sha256 = bundle.sha256,
                           .bundle_path = models::BundlePath(bundle.sha256, models::kManifestFile),
                           .feature_set = dataset.feature_set(),
                           .models = {},
                           .metrics = GateMetrics(judged.metrics)};
  for (const ModelRecipe& model : recipe_.models) {
    const bool is_held =
        std::any_of(judged.held_out.begin(), judged.held_out.end(),
                    [&](const ForecastSet& set) { return set.forecaster == model.name; });
    if (!is_held) continue;
    DescribedModel described{.name = model.name,
                             .kind = "trees",
                             .serves = model.name,
                             .anchored = model.anchored,
                             .description = model.json};
    ASSIGN_OR_RETURN(const auto columns, ColumnsOf(model, dataset.feature_set()));
    for (const std::uint32_t column : columns) {
      described.inputs.push_back(dataset.feature_set().features[column].name);
    }
    version.models.push_back(std::move(described));
  }
  TrainSummary summary;
  ASSIGN_OR_RETURN(summary.version, ports_.registry.RegisterVersion(registry_request, version));
  RETURN_IF_ERROR(ports_.registry.FinishRun(run_id, true));
  summary.registered_model = recipe_.sport;
  summary.run_id = run_id;
  summary.bundle_sha256 = bundle.sha256;
  summary.training_matches = static_cast<std::int64_t>(dataset.size());
  for (const ForecastSet& set : judged.held_out) {
    summary.held_out_matches =
        std::max(summary.held_out_matches, static_cast<std::int64_t>(set.match_ids.size()));
  }
  summary.evaluations = judged.evaluations;
  return summary;
}

}  // namespace fairline::training
