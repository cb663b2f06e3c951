#include "services/training/app/fit/trainer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "services/training/app/fit/lease.hpp"
#include "services/training/app/fit/registry_metrics.hpp"
#include "services/training/app/fit/released_memory.hpp"
#include "services/training/app/fit/season.hpp"

namespace fairline::training {

struct Trainer::Evaluated {
  int season = 0;
  std::vector<ForecastSet> held_out;  // of the served models
  std::vector<ModelEvaluation> evaluations;
  std::map<std::string, double> metrics;
  // Those that follow from data, recipe and seed alone: not the comparison with whoever was
  // champion at the time. They go into the bundle, whose bits must be repeatable.
  std::map<std::string, double> own_metrics;
};

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
  const absl::Status failed = ports_.store.FailJob(claimed.claim, MessageOf(summary.status()));
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
  ASSIGN_OR_RETURN(const Fitter::Fitted fitted, Fit(fitter, season, progress));

  if (!progress({.activity = "judging"})) return absl::CancelledError("cancelled");
  ASSIGN_OR_RETURN(const Evaluated judged, Evaluate(fitter, season, fitted));
  const std::string data_hash = dataset.Hash(dataset.All());
  ASSIGN_OR_RETURN(const models::BundleFiles bundle,
                   Pack(dataset, fitted, judged.own_metrics, data_hash));
  if (!progress({.activity = "registering"})) return absl::CancelledError("cancelled");
  RETURN_IF_ERROR(ports_.bundles.Put(bundle));
  ASSIGN_OR_RETURN(TrainSummary summary,
                   Register(request_id, dataset, bundle, fitted, data_hash, judged));
  RETURN_IF_ERROR(ports_.store.FinishTraining(claim, summary, judged.season, judged.held_out));
  return summary;
}

absl::StatusOr<Fitter::Fitted> Trainer::Fit(const Fitter& fitter, int season,
                                            const ProgressSink& progress) const {
  ASSIGN_OR_RETURN(
      Fitter::Fitted fitted,
      fitter.WalkAndFit(recipe_, season, [&](const models::WalkProgress& step) {
        return progress({.activity = "fitting", .done = step.done, .total = step.total});
      }));
  const bool serves = std::any_of(fitted.models.begin(), fitted.models.end(), [&](const auto& m) {
    return !recipe_.Find(m.name)->serve.empty();
  });
  if (!serves) {
    return absl::FailedPreconditionError(fmt::format(
        "no model has the {} matches that it needs to learn from", recipe_.least_training_matches));
  }
  return fitted;
}

absl::StatusOr<Trainer::Evaluated> Trainer::Evaluate(const Fitter& fitter, int season,
                                                     const Fitter::Fitted& fitted) const {
  const Dataset& dataset = fitter.dataset();
  Evaluated judged;
  judged.season = season;
  judged.held_out = ServedForecasts(dataset, recipe_, fitted.columns, season);
  if (judged.held_out.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("no model has the {} matches before season {} that it needs to be judged on it",
                    recipe_.least_training_matches, season));
  }
  std::vector<ForecastSet> sets = judged.held_out;
  ASSIGN_OR_RETURN(std::vector<ForecastSet> references, ReferenceForecasts(dataset, season));
  std::move(references.begin(), references.end(), std::back_inserter(sets));
  ASSIGN_OR_RETURN(judged.evaluations, EvaluateForecasts(sets, season, recipe_.seed));
  judged.own_metrics = GateMetrics(RegistryMetrics(judged.evaluations, recipe_.outcomes));

  ASSIGN_OR_RETURN(const auto champion, ports_.registry.FindProduction(recipe_.sport));
  for (ModelEvaluation& evaluation : judged.evaluations) {
    const auto ours =
        std::find_if(judged.held_out.begin(), judged.held_out.end(),
                     [&](const ForecastSet& set) { return set.forecaster == evaluation.model; });
    if (!champion || ours == judged.held_out.end()) continue;
    ASSIGN_OR_RETURN(const auto theirs,
                     ChampionForecasts(fitter, *champion, season, evaluation.model));
    if (!theirs) continue;
    ASSIGN_OR_RETURN(const auto comparison, Compare(*ours, *theirs, recipe_.seed));
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
    const auto manifest = ports_.bundles.ReadManifest(champion.bundle_sha256);
    // Of an older format: there is no telling how it was made.
    if (absl::IsInvalidArgument(manifest.status())) return std::nullopt;
    RETURN_IF_ERROR(manifest.status());
    ASSIGN_OR_RETURN(const Recipe recipe, ParseRecipe(manifest->recipe_json));
    if (recipe.Find(model) != nullptr) {
      ASSIGN_OR_RETURN(const models::ForecastColumns columns,
                       fitter.Walk(recipe, season, season, {model}));
      ForecastSet set =
          ForecastsOfSeason(fitter.dataset(), model, columns.find(model)->second, season);
      if (!set.match_ids.empty()) stored = std::move(set);
    }
  }
  if (stored) stored->forecaster = kChampion;
  return stored;
}

absl::StatusOr<models::BundleFiles> Trainer::Pack(const Dataset& dataset,
                                                  const Fitter::Fitted& fitted,
                                                  const std::map<std::string, double>& metrics,
                                                  const std::string& data_hash) const {
  models::Manifest manifest;
  manifest.catalogue_hash = dataset.feature_set().catalogue_hash;
  manifest.catalogue_size = dataset.feature_set().features.size();
  manifest.code_version = code_version_;
  manifest.data_hash = data_hash;
  manifest.metrics = metrics;
  return models::PackBundle(std::move(manifest), recipe_, fitted.models);
}

std::vector<DescribedModel> Trainer::Describe(const Fitter::Fitted& fitted) const {
  std::vector<DescribedModel> described;
  for (const models::FittedModel& each : fitted.models) {
    const ModelRecipe& entry = *recipe_.Find(each.name);
    DescribedModel& model = described.emplace_back();
    model.name = each.name;
    model.kind = entry.kind;
    model.serves = entry.serve;
    model.anchored = entry.anchored;
    model.inputs = each.model->inputs().features;
    for (std::string& read : each.model->inputs().Forecasts()) {
      model.inputs.push_back(std::move(read));
    }
    const std::vector<double> weights = each.model->member_weights();
    for (std::size_t m = 0; m < weights.size(); ++m) {
      model.weights.emplace(each.model->inputs().members[m], weights[m]);
    }
    model.description = each.model->Describe();
  }
  return described;
}

absl::StatusOr<TrainSummary> Trainer::Register(
    const std::string& request_id, const Dataset& dataset, const models::BundleFiles& bundle,
    const Fitter::Fitted& fitted, const std::string& data_hash, const Evaluated& judged) const {
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
                           .models = Describe(fitted),
                           .metrics = GateMetrics(judged.metrics)};
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
