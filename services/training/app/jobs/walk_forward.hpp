#pragma once
// The full judgement of a recipe: each of the past seasons forecast by models that were fitted on
// what came before it. A job whose tasks are
//
//   plan          which seasons, and a task for each season and model
//   forecast      one season by one model; a pool waits for its members up to that season
//   judge_season  one season's forecasts against each other and the market
//   judge         all seasons together, and by competition
//
// so that seasons and members are worked on side by side, wherever there is a worker.

#include <string>
#include <vector>

#include "services/training/app/jobs/job_data.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

struct WalkForwardOptions {
  int first_season = 0;  // 0: the last six complete ones
  int last_season = 0;
  std::vector<std::string> competitions = {};  // codes of those that are judged; empty: all
};
[[nodiscard]] std::string ToJson(const WalkForwardOptions& options);
[[nodiscard]] absl::StatusOr<WalkForwardOptions> WalkForwardOptionsFrom(std::string_view json);

class WalkForwardWork final : public TaskWork {
 public:
  // Both must outlive the work.
  WalkForwardWork(JobDataCache& data, TaskStore& tasks) : data_(data), tasks_(tasks) {}

  absl::StatusOr<TaskOutcome> Run(const Task& task, const TaskObserver& observer) override;

 private:
  [[nodiscard]] absl::StatusOr<TaskOutcome> Plan(const Task& task, const JobData& data) const;
  [[nodiscard]] absl::StatusOr<TaskOutcome> EvaluateSeason(const Task& task,
                                                           const JobData& data) const;
  [[nodiscard]] absl::StatusOr<TaskOutcome> Evaluate(const Task& task, const JobData& data) const;

  JobDataCache& data_;
  TaskStore& tasks_;
};

}  // namespace fairline::training
