#pragma once
// The training of one candidate version, from the rows in the database to a registered bundle:
//
//   1. For each model, fit on everything before the latest complete season, calibrate on the season
//      before that one, forecast the held-out season and judge it against base rate, market,
//      closing line and the champion.
//   2. Fit each model again on everything known, calibrated on both seasons' out-of-sample
//      forecasts; write the bundle; log the run; register the version.
//
// The champion is judged by the forecasts of the held-out season that were stored when it was
// trained, from a fit that had not seen the season (its production fit has). When they are of an
// older season, its recipe is followed again for the new one: see docs/adr on the comparison.

#include <string>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/fitting.hpp"
#include "services/training/app/ports.hpp"
#include "services/training/app/recipe.hpp"

namespace fairline::training {

struct TrainerPorts {
  MatchSource& matches;
  CheckpointStore& checkpoints;
  TrainingStore& store;
  BundleStore& bundles;
  Registry& registry;
  const Clock& as_of;
};

class Trainer {
 public:
  // The ports must outlive the trainer.
  Trainer(TrainerPorts ports, Recipe recipe, std::string code_version)
      : ports_(ports), recipe_(std::move(recipe)), code_version_(std::move(code_version)) {}

  // Idempotent per request: a finished one returns its summary at once, an unfinished one goes on
  // from its finished fits. Two models are fitted side by side, each on one thread. Errors:
  // Unavailable while another process works on the request, Cancelled when `progress` said so,
  // FailedPrecondition when there is too little data.
  [[nodiscard]] absl::StatusOr<TrainSummary> Train(const std::string& request_id,
                                                   const ProgressSink& progress);

  [[nodiscard]] const Recipe& recipe() const { return recipe_; }

 private:
  struct FittedModel;
  struct Judged;

  [[nodiscard]] absl::StatusOr<TrainSummary> TrainClaimed(const std::string& request_id,
                                                          const JobClaim& claim,
                                                          const ProgressSink& progress);
  [[nodiscard]] absl::StatusOr<std::vector<FittedModel>> FitModels(
      const Fitter& fitter, int season, const ProgressSink& progress) const;
  [[nodiscard]] absl::StatusOr<std::optional<FittedModel>> FitModel(
      const Fitter& fitter, const ModelRecipe& recipe, int season,
      const models::RoundObserver& observer) const;
  [[nodiscard]] absl::StatusOr<Judged> Judge(const Fitter& fitter, int season,
                                             const std::vector<FittedModel>& fitted) const;
  [[nodiscard]] absl::StatusOr<std::optional<ForecastSet>> ChampionForecasts(
      const Fitter& fitter, const ProductionVersion& champion, int season,
      const std::string& model) const;
  [[nodiscard]] absl::StatusOr<models::BundleFiles> Pack(
      const Dataset& dataset, const std::vector<FittedModel>& fitted,
      const std::map<std::string, double>& metrics, const std::string& data_hash) const;
  [[nodiscard]] absl::StatusOr<TrainSummary> Register(const std::string& request_id,
                                                      const Dataset& dataset,
                                                      const std::string& data_hash,
                                                      const models::BundleFiles& bundle,
                                                      const Judged& judged) const;

  TrainerPorts ports_;
  Recipe recipe_;
  std::string code_version_;
};

}  // namespace fairline::training
