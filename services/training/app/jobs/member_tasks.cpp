#include "services/training/app/jobs/member_tasks.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/training/app/jobs/season_step.hpp"

namespace fairline::training {
namespace {

using nlohmann::json;

// `wanted` with all that they read, directly or not.
std::set<std::string, std::less<>> WithInputs(const std::vector<models::NamedLearner>& learners,
                                              std::set<std::string, std::less<>> wanted) {
  for (auto each = learners.rbegin(); each != learners.rend(); ++each) {
    if (!wanted.contains(each->name)) continue;
    for (const std::string& read : each->learner->inputs().Forecasts()) wanted.insert(read);
  }
  return wanted;
}

}  // namespace

absl::StatusOr<std::vector<TaskSpec>> ForecastTasks(
    const JobData& data, int first_season, int last_season,
    const std::set<std::string, std::less<>>& wanted) {
  ASSIGN_OR_RETURN(const std::vector<models::NamedLearner> learners,
                   models::MakeLearners(data.recipe, data.catalogue, first_season));
  const auto needed = WithInputs(learners, wanted);
  std::map<std::string, int, std::less<>> stages;
  std::vector<TaskSpec> tasks;
  for (const models::NamedLearner& learner : learners) {
    int stage = 1;
    for (const std::string& read : learner.learner->inputs().Forecasts()) {
      const auto known = stages.find(read);
      if (known != stages.end()) stage = std::max(stage, known->second + 1);
    }
    stages.emplace(learner.name, stage);
    if (!needed.empty() && !needed.contains(learner.name)) continue;
    for (const auto& [season, rows] : data.seasons) {
      if (season < learner.first_season || season > last_season) continue;
      tasks.push_back(
          {.kind = TaskKind::kForecast, .stage = stage, .season = season, .model = learner.name});
    }
  }
  return tasks;
}

absl::StatusOr<StoredForecasts> LoadInputs(TaskStore& tasks, std::int64_t job_id,
                                           const JobData& data, const models::Learner& learner,
                                           int season) {
  StoredForecasts stored;
  std::vector<std::string> made;  // by tasks of this job
  for (const std::string& read : learner.inputs().Forecasts()) {
    const auto line = data.lines.find(read);
    if (line != data.lines.end()) {
      stored.columns.emplace(read, line->second);
    } else {
      made.push_back(read);
      stored.columns.emplace(read, models::NoForecasts(data.matches.size(), data.matches.outcomes));
    }
  }
  if (made.empty()) return stored;
  ASSIGN_OR_RETURN(const std::vector<SeasonForecast> forecasts,
                   tasks.LoadForecasts(job_id, data.matches.outcomes, made, 0, season));
  for (const SeasonForecast& each : forecasts) {
    RETURN_IF_ERROR(
        data.AddTo(stored.columns.find(each.forecasts.forecaster)->second, each.forecasts));
  }
  ASSIGN_OR_RETURN(const std::vector<TaskResult> results,
                   tasks.LoadResults(job_id, TaskKind::kForecast));
  for (const TaskResult& result : results) {
    if (result.spec.season != season) continue;
    if (std::find(made.begin(), made.end(), result.spec.model) == made.end()) continue;
    if (json::parse(result.result).value("absent", false)) stored.absent.insert(result.spec.model);
  }
  return stored;
}

absl::StatusOr<models::NamedLearner> FindLearner(const models::Recipe& recipe, const JobData& data,
                                                 const std::string& model) {
  ASSIGN_OR_RETURN(std::vector<models::NamedLearner> learners,
                   models::MakeLearners(recipe, data.catalogue, 0));
  for (models::NamedLearner& learner : learners) {
    if (learner.name == model) return std::move(learner);
  }
  return InvalidField("model", fmt::format("the recipe has no {}", model));
}

absl::StatusOr<TaskOutcome> RunForecast(const Task& task, const JobData& data, TaskStore& tasks,
                                        const TaskObserver& observer) {
  ASSIGN_OR_RETURN(const models::NamedLearner named,
                   FindLearner(data.recipe, data, task.spec.model));
  ASSIGN_OR_RETURN(const StoredForecasts stored,
                   LoadInputs(tasks, task.job.job_id, data, *named.learner, task.spec.season));
  ASSIGN_OR_RETURN(StepFit fit, FitAndForecast({.data = data,
                                                .learner = *named.learner,
                                                .season = task.spec.season,
                                                .columns = stored.columns,
                                                .absent = stored.absent},
                                               named.name, observer));
  TaskOutcome outcome;
  if (fit.model == nullptr) {
    outcome.result = R"({"absent": true})";
    return outcome;
  }
  json result = {{"matches", fit.forecasts.match_ids.size()}, {"kind", fit.model->kind()}};
  // Of a pool the weights are what a reader asks for; other models say more than one wants to keep
  // for each season.
  if (!fit.model->inputs().members.empty()) {
    result["description"] = json::parse(fit.model->Describe());
  }
  outcome.result = result.dump();
  if (!fit.forecasts.match_ids.empty()) {
    outcome.forecasts.push_back({task.spec.season, std::move(fit.forecasts)});
  }
  return outcome;
}

}  // namespace fairline::training
