#include "services/training/app/jobs/search.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "services/training/app/jobs/member_tasks.hpp"
#include "services/training/app/jobs/search_space.hpp"
#include "services/training/app/jobs/season_step.hpp"

namespace fairline::training {
namespace {

// Above every stage of a forecast; each rung has two, of its trials and of its end.
constexpr int kFirstRungStage = 1000;

std::string TrialName(int trial) { return fmt::format("trial.{:04}", trial); }

absl::StatusOr<models::Recipe> RecipeOf(const Job& job, const SearchOptions& options, int trial) {
  if (trial == kPresentParameters) return models::ParseRecipe(job.recipe);
  ASSIGN_OR_RETURN(
      const std::string changed,
      WithParameters(job.recipe, options.model, options.ranges, ValuesOf(options, trial)));
  return models::ParseRecipe(changed);
}

// The mean log loss of `set` on the matches that it shares with the present parameters.
absl::StatusOr<EvaluatedTrial> EvaluateTrial(int trial, int seasons, const ForecastSet& set,
                                             const ForecastSet& present, std::uint32_t seed) {
  ASSIGN_OR_RETURN(const auto comparison, Compare(set, present, seed));
  if (!comparison) return absl::FailedPreconditionError("no match could be forecast");
  const std::vector<double> losses =
      evaluation::ScoreEach(evaluation::Score::kLogLoss, present.forecasts, present.results);
  const std::set<std::int64_t> shared(set.match_ids.begin(), set.match_ids.end());
  double sum = 0.0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (shared.contains(present.match_ids[i])) sum += losses[i];
  }
  const auto matches = static_cast<double>(comparison->log_loss.matches);
  return EvaluatedTrial{.trial = trial,
                        .seasons = seasons,
                        .matches = comparison->log_loss.matches,
                        .log_loss = sum / matches + comparison->log_loss.mean,
                        .against_present = comparison->log_loss};
}

}  // namespace

// What every task of a search agrees on.
struct SearchWork::Plan {
  Job job;
  SearchOptions options;
  std::vector<int> seasons;  // for validation, ascending
  std::vector<Rung> rungs;

  static absl::StatusOr<Plan> Make(const Job& job, const JobData& data) {
    Plan plan;
    plan.job = job;
    ASSIGN_OR_RETURN(plan.options, SearchOptionsFrom(job.options));
    for (const auto& [season, rows] : data.seasons) {
      if (season < plan.options.first_season || season > plan.options.last_season) continue;
      if (static_cast<std::int64_t>(rows.size()) < data.recipe.least_held_out_matches) continue;
      plan.seasons.push_back(season);
    }
    if (plan.seasons.empty()) {
      return absl::FailedPreconditionError(fmt::format("no season from {} to {} has enough matches",
                                                       plan.options.first_season,
                                                       plan.options.last_season));
    }
    ASSIGN_OR_RETURN(plan.rungs,
                     PlanRungs(plan.options.trials, 1, plan.seasons.size(), plan.options.factor));
    return plan;
  }

  // The seasons that a rung judges on, ascending: the latest ones.
  [[nodiscard]] std::vector<int> SeasonsOf(std::size_t rung) const {
    return {seasons.end() - static_cast<std::ptrdiff_t>(rungs[rung].budget), seasons.end()};
  }

  // The tasks of a rung: seasons that its trials were not judged on before, and its end.
  [[nodiscard]] std::vector<TaskSpec> TasksOf(std::size_t rung,
                                              const std::vector<int>& trials) const {
    const std::size_t known = rung == 0 ? 0 : rungs[rung - 1].budget;
    std::vector<int> fresh = SeasonsOf(rung);
    fresh.resize(fresh.size() - known);
    const int stage = kFirstRungStage + 2 * static_cast<int>(rung);
    std::vector<TaskSpec> tasks;
    for (const int season : fresh) {
      for (const int trial : trials) {
        tasks.push_back({.kind = TaskKind::kTrial,
                         .stage = stage,
                         .season = season,
                         .model = options.model,
                         .trial = trial});
      }
    }
    tasks.push_back({.kind = TaskKind::kPromote, .stage = stage + 1, .season = seasons.back()});
    return tasks;
  }

  // Of the trials of all rungs, ends of rungs included.
  [[nodiscard]] std::int64_t RungTasks() const {
    std::size_t tasks = 0;
    std::size_t known = 0;
    for (const Rung& rung : rungs) {
      tasks += (rung.trials + 1) * (rung.budget - known) + 1;
      known = rung.budget;
    }
    return static_cast<std::int64_t>(tasks);
  }
};

absl::StatusOr<TaskOutcome> SearchWork::Run(const Task& task, const TaskObserver& observer) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const JobData> data, data_.For(task.job));
  ASSIGN_OR_RETURN(const Plan plan, Plan::Make(task.job, *data));
  switch (task.spec.kind) {
    case TaskKind::kPlan:
      return PlanSearch(plan, *data);
    case TaskKind::kForecast:
      return RunForecast(task, *data, tasks_, observer);
    case TaskKind::kTrial:
      return RunTrial(task, plan, *data, observer);
    case TaskKind::kPromote:
      return Promote(task, plan, *data);
    case TaskKind::kEvaluateSeason:
    case TaskKind::kEvaluate:
    case TaskKind::kTrain:
    case TaskKind::kReplay:
      break;
  }
  return absl::InternalError("a search has no such task");
}

absl::StatusOr<TaskOutcome> SearchWork::PlanSearch(const Plan& plan, const JobData& data) const {
  // All settings must be ones that the model takes: better now than after hours.
  std::vector<int> trials;
  for (int trial = 0; trial <= static_cast<int>(plan.options.trials); ++trial) {
    ASSIGN_OR_RETURN(const models::Recipe recipe, RecipeOf(plan.job, plan.options, trial));
    RETURN_IF_ERROR(FindLearner(recipe, data, plan.options.model).status());
    trials.push_back(trial);
  }
  TaskOutcome outcome;
  outcome.result = RungsToJson(plan.rungs);
  ASSIGN_OR_RETURN(outcome.next, ForecastTasks(data, plan.seasons.front(), plan.seasons.back(),
                                               {plan.options.model}));
  std::erase_if(outcome.next,
                [&](const TaskSpec& spec) { return spec.model == plan.options.model; });
  outcome.all_tasks = 1 + static_cast<std::int64_t>(outcome.next.size()) + plan.RungTasks();
  for (TaskSpec& spec : plan.TasksOf(0, trials)) outcome.next.push_back(std::move(spec));
  return outcome;
}

absl::StatusOr<TaskOutcome> SearchWork::RunTrial(const Task& task, const Plan& plan,
                                                 const JobData& data,
                                                 const TaskObserver& observer) const {
  ASSIGN_OR_RETURN(const models::Recipe recipe, RecipeOf(plan.job, plan.options, task.spec.trial));
  ASSIGN_OR_RETURN(const models::NamedLearner named, FindLearner(recipe, data, plan.options.model));
  ASSIGN_OR_RETURN(const StoredForecasts stored,
                   LoadInputs(tasks_, task.job.job_id, data, *named.learner, task.spec.season));
  ASSIGN_OR_RETURN(StepFit fit, FitAndForecast({.data = data,
                                                .learner = *named.learner,
                                                .season = task.spec.season,
                                                .columns = stored.columns,
                                                .absent = stored.absent},
                                               TrialName(task.spec.trial), observer));
  if (fit.forecasts.match_ids.empty()) {
    return absl::FailedPreconditionError("too little is known to learn from, or to forecast");
  }
  TaskOutcome outcome;
  outcome.forecasts.push_back({task.spec.season, std::move(fit.forecasts)});
  return outcome;
}

absl::StatusOr<TaskOutcome> SearchWork::Promote(const Task& task, const Plan& plan,
                                                const JobData& data) const {
  const auto rung = static_cast<std::size_t>((task.spec.stage - kFirstRungStage) / 2);
  const std::vector<int> seasons = plan.SeasonsOf(rung);
  std::set<int> trials;
  ASSIGN_OR_RETURN(const std::vector<TaskResult> done,
                   tasks_.LoadResults(task.job.job_id, TaskKind::kTrial));
  for (const TaskResult& result : done) {
    if (result.spec.stage == task.spec.stage - 1) trials.insert(result.spec.trial);
  }
  std::vector<std::string> names;
  for (const int trial : trials) names.push_back(TrialName(trial));
  ASSIGN_OR_RETURN(const std::vector<SeasonForecast> stored,
                   tasks_.LoadForecasts(task.job.job_id, data.matches.outcomes, names,
                                        seasons.front(), seasons.back()));
  std::map<std::string, ForecastSet> sets;
  for (const SeasonForecast& each : stored) {
    sets.try_emplace(each.forecasts.forecaster, each.forecasts.forecaster, data.matches.outcomes)
        .first->second.Append(each.forecasts);
  }

  std::map<int, EvaluatedTrial> judged;
  std::vector<TrialScore> scores;
  std::vector<TrialScore> drawn;
  for (const int trial : trials) {
    ASSIGN_OR_RETURN(
        const EvaluatedTrial result,
        EvaluateTrial(trial, static_cast<int>(seasons.size()), sets.at(TrialName(trial)),
                      sets.at(TrialName(kPresentParameters)), data.recipe.seed));
    judged.emplace(trial, result);
    scores.push_back({static_cast<std::size_t>(trial), result.log_loss});
    if (trial != kPresentParameters) drawn.push_back(scores.back());
  }
  RungResult result;
  for (const TrialScore& score : Ranked(scores)) {
    result.trials.push_back(judged.at(static_cast<int>(score.trial)));
  }
  TaskOutcome outcome;
  if (rung + 1 == plan.rungs.size()) {
    outcome.summary = "{}";
  } else {
    result.promoted.push_back(kPresentParameters);
    for (const std::size_t trial : Promoted(drawn, plan.rungs[rung + 1].trials)) {
      result.promoted.push_back(static_cast<int>(trial));
    }
    outcome.next = plan.TasksOf(rung + 1, result.promoted);
  }
  outcome.result = ToJson(result);
  return outcome;
}

}  // namespace fairline::training
