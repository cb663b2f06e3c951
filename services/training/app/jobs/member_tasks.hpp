#pragma once
// The tasks that walk a recipe's models over seasons, shared by all jobs that do so.

#include <set>
#include <string>
#include <vector>

#include "services/training/app/jobs/job_data.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

// A task for each model and season up to `last_season` in which it has something to say to those
// that are judged from `first_season` on. Only `wanted` and the models that they read, when not
// empty. The stage of a model is above those of all that it reads.
[[nodiscard]] absl::StatusOr<std::vector<TaskSpec>> ForecastTasks(
    const JobData& data, int first_season, int last_season,
    const std::set<std::string, std::less<>>& wanted);

// The forecasts that `learner` reads up to `season`: the lines, and what the job's tasks stored;
// and those of the models that it reads that had nothing to learn from before the season.
struct StoredForecasts {
  models::ForecastColumns columns;
  std::set<std::string, std::less<>> absent;
};
[[nodiscard]] absl::StatusOr<StoredForecasts> LoadInputs(TaskStore& tasks, std::int64_t job_id,
                                                         const JobData& data,
                                                         const models::Learner& learner,
                                                         int season);

// The learner of an entry of the recipe. InvalidArgument when there is no such entry.
[[nodiscard]] absl::StatusOr<models::NamedLearner> FindLearner(const models::Recipe& recipe,
                                                               const JobData& data,
                                                               const std::string& model);

// A forecast task: {"matches": n, "description": what the model says of itself} or {"absent":
// true}.
[[nodiscard]] absl::StatusOr<TaskOutcome> RunForecast(const Task& task, const JobData& data,
                                                      TaskStore& tasks,
                                                      const TaskObserver& observer);

}  // namespace fairline::training
