#pragma once
// Makes models: fits one on what is known before a moment. A walk-forward fits the same learner
// anew before each season; the models that are served come from one more fit, on everything.

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"
#include "libs/models/model.hpp"

namespace fairline::models {

// What a learner may look at: features and results of `known`, and their forecasts in `columns`,
// all made out of sample.
struct FitStep {
  const MatchTable& matches;
  int season = 0;     // everything known is from before it
  const Rows& known;  // ascending
  const ForecastColumns& columns;
  // Models listed earlier that had too little to learn from: nothing is built on them.
  const std::set<std::string, std::less<>>& absent;
  std::int64_t least_matches = 1;  // a model is not fitted on fewer
  // Also make the bootstrap refits that uncertainty is read from: for models that are served.
  bool replicates = false;
};

// Called now and then with the share of the fit that is done; false cancels.
using FitObserver = std::function<bool(double share)>;

// Immutable; Fit is safe from any number of threads and runs on the caller's alone.
class Learner {
 public:
  virtual ~Learner() = default;

  [[nodiscard]] std::string_view kind() const { return kind_; }
  [[nodiscard]] const ModelInputs& inputs() const { return inputs_; }
  // Matches of earlier seasons are not learned from.
  [[nodiscard]] int learns_from() const { return learns_from_; }

  // Null when too little is known to learn from. Same step, same bits. Errors: InvalidArgument,
  // NotFound for a forecast that is not among the columns, Cancelled.
  [[nodiscard]] virtual absl::StatusOr<std::shared_ptr<const Model>> Fit(
      const FitStep& step, const FitObserver& observer = {}) const = 0;

  // How long a fit takes, relative to others; 0 when it is not worth keeping (see FitCache).
  [[nodiscard]] virtual int cost() const { return 0; }

 protected:
  // `kind` lives as long as the program.
  Learner(std::string_view kind, ModelInputs inputs, int learns_from)
      : kind_(kind), inputs_(std::move(inputs)), learns_from_(learns_from) {}

 private:
  std::string_view kind_;
  ModelInputs inputs_;
  int learns_from_;
};

struct ModelRecipe;

// The learner of a recipe's entry. `inputs` as ResolveInputs gave them; `outcomes` and `seed` are
// the recipe's. InvalidArgument naming the parameter that is unknown or out of range.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const Learner>> MakeLearner(const ModelRecipe& recipe,
                                                                         ModelInputs inputs,
                                                                         std::size_t outcomes,
                                                                         std::uint32_t seed);

}  // namespace fairline::models
