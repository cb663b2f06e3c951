#pragma once
// What people ask of walk-forwards and searches: start, look, cancel. The work itself is done by
// the workers of all replicas (workers.hpp).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/core/clock.hpp"
#include "libs/core/status.hpp"
#include "services/training/app/jobs/competition_scores.hpp"
#include "services/training/app/jobs/search.hpp"
#include "services/training/app/jobs/search_space.hpp"
#include "services/training/app/jobs/tasks.hpp"
#include "services/training/app/jobs/walk_forward.hpp"

namespace fairline::training {

struct PoolWeights {
  std::string model;
  int season = 0;  // it was fitted before
  std::map<std::string, double> weights;
};

struct WalkForward {
  JobView view;
  WalkForwardOptions options;
  std::vector<ModelEvaluation> evaluations;  // season 0 (all together) first, then by season
  std::vector<PoolWeights> pool_weights;
  std::vector<CompetitionScore> competition_scores;  // once done
  std::vector<std::string> leaks;                    // what is too good to be true, a sentence each
};

struct SearchRequest {
  std::string model = {};  // empty: the first that may be searched
  int trials = 0;          // 0: as in SearchOptions, so are the others
  double factor = 0.0;
  std::uint32_t seed = 0;
  int first_season = 0;
  int last_season = 0;
};

struct Search {
  struct Trial {
    EvaluatedTrial judged;
    ParameterValues values;  // of options.ranges; NaN where the recipe does not say
  };
  JobView view;
  SearchOptions options;
  std::vector<Rung> rungs;    // once planned
  std::vector<Trial> trials;  // best first
  std::string best_entry;     // of the recipe, JSON; once done, if better than the present one
  std::string caution;
};

// Thread-safe. InvalidArgument names the field of the request.
class Jobs {
 public:
  // `recipe` is the JSON that new jobs follow. The store and the clock must outlive the jobs.
  Jobs(TaskStore& tasks, const Clock& as_of, std::string sport, std::string recipe,
       SearchSpaces spaces)
      : tasks_(tasks),
        as_of_(as_of),
        sport_(std::move(sport)),
        recipe_(std::move(recipe)),
        spaces_(std::move(spaces)) {}

  // The same request id starts one job.
  [[nodiscard]] absl::StatusOr<std::int64_t> StartWalkForward(const std::string& request_id,
                                                              const WalkForwardOptions& options);
  [[nodiscard]] absl::StatusOr<WalkForward> GetWalkForward(std::int64_t id);
  // Newest first, with ids below `before_id` (0: from the newest), without single seasons.
  [[nodiscard]] absl::StatusOr<std::vector<WalkForward>> ListWalkForwards(std::int64_t before_id,
                                                                          int limit);

  [[nodiscard]] absl::StatusOr<std::int64_t> StartSearch(const std::string& request_id,
                                                         const SearchRequest& request);
  [[nodiscard]] absl::StatusOr<Search> GetSearch(std::int64_t id);
  // The same order, without trials.
  [[nodiscard]] absl::StatusOr<std::vector<Search>> ListSearches(std::int64_t before_id, int limit);

  [[nodiscard]] absl::Status Cancel(JobKind kind, std::int64_t id);

  [[nodiscard]] const std::string& sport() const { return sport_; }

 private:
  [[nodiscard]] absl::StatusOr<std::int64_t> Start(const std::string& request_id, JobKind kind,
                                                   std::string options);

  TaskStore& tasks_;
  const Clock& as_of_;
  std::string sport_;
  std::string recipe_;
  SearchSpaces spaces_;
};

}  // namespace fairline::training
