#pragma once
// The training of one candidate version, from the rows in the database to a registered bundle:
//
//   1. Walk the recipe's models forward over the last seasons: each season is forecast by fits on
//      what came before it, and pools are fitted on such forecasts alone. Beside it, fit each model
//      on everything known; its pools are fitted on the forecasts of all seasons that were walked.
//   2. Judge the served models on the latest complete season, which the fits that forecast it had
//      not seen, against base rate, market, closing line and the champion.
//   3. Write the bundle; log the run; register the version.
//
// The champion is judged by the forecasts of the held-out season that were stored when it was
// trained, from a fit that had not seen the season (its production fit has). When they are of an
// older season, its recipe is followed again for the new one: see docs/adr on the comparison.

#include <string>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/fit/fitting.hpp"
#include "services/training/app/fit/ports.hpp"
#include "services/training/app/fit/recipe.hpp"

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
  // from its finished fits. Fits run side by side, each on one thread. Errors:
  // Unavailable while another process works on the request, Cancelled when `progress` said so,
  // FailedPrecondition when there is too little data.
  [[nodiscard]] absl::StatusOr<TrainSummary> Train(const std::string& request_id,
                                                   const ProgressSink& progress);

  [[nodiscard]] const Recipe& recipe() const { return recipe_; }

 private:
  struct Evaluated;

  [[nodiscard]] absl::StatusOr<TrainSummary> TrainClaimed(const std::string& request_id,
                                                          const JobClaim& claim,
                                                          const ProgressSink& progress);
  [[nodiscard]] absl::StatusOr<Fitter::Fitted> Fit(const Fitter& fitter, int season,
                                                   const ProgressSink& progress) const;
  [[nodiscard]] absl::StatusOr<Evaluated> Evaluate(const Fitter& fitter, int season,
                                                   const Fitter::Fitted& fitted) const;
  [[nodiscard]] absl::StatusOr<std::optional<ForecastSet>> ChampionForecasts(
      const Fitter& fitter, const ProductionVersion& champion, int season,
      const std::string& model) const;
  [[nodiscard]] absl::StatusOr<models::BundleFiles> Pack(
      const Dataset& dataset, const Fitter::Fitted& fitted,
      const std::map<std::string, double>& metrics, const std::string& data_hash) const;
  [[nodiscard]] std::vector<DescribedModel> Describe(const Fitter::Fitted& fitted) const;
  [[nodiscard]] absl::StatusOr<TrainSummary> Register(
      const std::string& request_id, const Dataset& dataset, const models::BundleFiles& bundle,
      const Fitter::Fitted& fitted, const std::string& data_hash, const Evaluated& judged) const;

  TrainerPorts ports_;
  Recipe recipe_;
  std::string code_version_;
};

}  // namespace fairline::training
