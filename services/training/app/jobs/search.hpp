#pragma once
// A search for better parameters of one model of the recipe, by successive halving (halving.hpp).
// The budget is validation seasons, the latest first; the score is the walk-forward log loss of the
// model over them. Trial 0 has the recipe's present parameters and runs along on every rung, so
// that every other trial is compared with it on the same matches. A job whose tasks are
//
//   plan      the trials and rungs
//   forecast  what the model reads of other models of the recipe, once for all trials
//   trial     one season forecast by one trial
//   promote   ends a rung: ranks its trials, and adds the tasks of the next
//
// A search changes nothing: a person pastes what it found into the recipe.

#include <string>
#include <vector>

#include "services/training/app/jobs/halving.hpp"
#include "services/training/app/jobs/job_data.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

// Models are tested on the seasons after these.
inline constexpr int kFirstValidationSeason = 2014;
inline constexpr int kLastValidationSeason = 2018;
inline constexpr int kPresentParameters = 0;  // the number of their trial

struct SearchOptions {
  std::string model;  // the recipe's entry
  std::vector<ParameterRange> ranges;
  std::size_t trials = 27;  // that are drawn
  double factor = 3.0;
  std::uint32_t seed = 0;
  int first_season = kFirstValidationSeason;
  int last_season = kLastValidationSeason;
};
[[nodiscard]] std::string ToJson(const SearchOptions& options);
[[nodiscard]] absl::StatusOr<SearchOptions> SearchOptionsFrom(std::string_view json);

// A plan's result: how many trials on how many seasons, rung after rung.
[[nodiscard]] std::string RungsToJson(const std::vector<Rung>& rungs);
[[nodiscard]] absl::StatusOr<std::vector<Rung>> RungsFromJson(std::string_view json);

// The values of a trial; those of kPresentParameters are the recipe's and not given here.
[[nodiscard]] ParameterValues ValuesOf(const SearchOptions& options, int trial);

// A trial as it stood after the last rung that it was on.
struct EvaluatedTrial {
  int trial = 0;
  int seasons = 0;
  std::int64_t matches = 0;
  double log_loss = 0.0;  // nats
  evaluation::PairedDifference against_present;
};

struct RungResult {
  std::vector<EvaluatedTrial> trials;  // from best to worst
  std::vector<int> promoted;
};
[[nodiscard]] std::string ToJson(const RungResult& result);
[[nodiscard]] absl::StatusOr<RungResult> RungResultFrom(std::string_view json);

// What came of a search so far: those judged on the most seasons first, then by log loss.
[[nodiscard]] absl::StatusOr<std::vector<EvaluatedTrial>> RankTrials(
    const std::vector<TaskResult>& promotions);

// What a reader of the result must bear in mind.
[[nodiscard]] std::string CautionOf(const SearchOptions& options,
                                    const std::vector<EvaluatedTrial>& ranked);

class SearchWork final : public TaskWork {
 public:
  // Both must outlive the work.
  SearchWork(JobDataCache& data, TaskStore& tasks) : data_(data), tasks_(tasks) {}

  absl::StatusOr<TaskOutcome> Run(const Task& task, const TaskObserver& observer) override;

 private:
  struct Plan;

  [[nodiscard]] absl::StatusOr<TaskOutcome> PlanSearch(const Plan& plan, const JobData& data) const;
  [[nodiscard]] absl::StatusOr<TaskOutcome> RunTrial(const Task& task, const Plan& plan,
                                                     const JobData& data,
                                                     const TaskObserver& observer) const;
  [[nodiscard]] absl::StatusOr<TaskOutcome> Promote(const Task& task, const Plan& plan,
                                                    const JobData& data) const;

  JobDataCache& data_;
  TaskStore& tasks_;
};

}  // namespace fairline::training
