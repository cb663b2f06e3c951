#include "services/training/app/jobs/jobs.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::training {
namespace {

using nlohmann::json;

constexpr int kMaxTrials = 1000;

absl::Status CheckSeasons(int first, int last) {
  for (const auto& [field, season] :
       {std::pair("first_season_start", first), std::pair("last_season_start", last)}) {
    if (season != 0 && (season < 1800 || season > 2200)) {
      return InvalidField(field, "must be a year, or 0");
    }
  }
  if (last != 0 && first > last) {
    return InvalidField("first_season_start", "must not be after last_season_start");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PoolWeights>> PoolWeightsOf(const std::vector<TaskResult>& forecasts) {
  std::vector<PoolWeights> pools;
  try {
    for (const TaskResult& forecast : forecasts) {
      const json result = json::parse(forecast.result);
      const json description = result.value("description", json::object());
      const auto weights = description.find("weights");
      if (weights == description.end() || !weights->is_object()) continue;
      pools.push_back({.model = forecast.spec.model,
                       .season = forecast.spec.season,
                       .weights = weights->get<std::map<std::string, double>>()});
    }
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored forecast: ") + error.what());
  }
  return pools;
}

absl::StatusOr<WalkForward> Describe(JobView view) {
  WalkForward walk;
  ASSIGN_OR_RETURN(walk.options, WalkForwardOptionsFrom(view.job.options));
  if (!view.summary.empty()) {
    walk.leaks = json::parse(view.summary).value("leaks", std::vector<std::string>());
  }
  walk.view = std::move(view);
  return walk;
}

}  // namespace

absl::StatusOr<std::int64_t> Jobs::Start(const std::string& request_id, JobKind kind,
                                         std::string options) {
  if (request_id.empty()) return InvalidField("request_id", "must not be empty");
  return tasks_.StartJob(request_id, {.job_id = 0,
                                      .kind = kind,
                                      .sport = sport_,
                                      .options = std::move(options),
                                      .recipe = recipe_,
                                      .as_of = as_of_.Now()});
}

absl::StatusOr<std::int64_t> Jobs::StartWalkForward(const std::string& request_id,
                                                    const WalkForwardOptions& options) {
  RETURN_IF_ERROR(CheckSeasons(options.first_season, options.last_season));
  for (const std::string& code : options.competitions) {
    if (code.empty()) return InvalidField("competition_codes", "must not be empty");
  }
  return Start(request_id, JobKind::kWalkForward, ToJson(options));
}

absl::StatusOr<WalkForward> Jobs::GetWalkForward(std::int64_t id) {
  ASSIGN_OR_RETURN(JobView view, tasks_.GetJob(JobKind::kWalkForward, id));
  ASSIGN_OR_RETURN(WalkForward walk, Describe(std::move(view)));
  ASSIGN_OR_RETURN(walk.evaluations, tasks_.LoadEvaluations(id, true));
  ASSIGN_OR_RETURN(const auto forecasts, tasks_.LoadResults(id, TaskKind::kForecast));
  ASSIGN_OR_RETURN(walk.pool_weights, PoolWeightsOf(forecasts));
  ASSIGN_OR_RETURN(const auto judged, tasks_.LoadResults(id, TaskKind::kEvaluate));
  for (const TaskResult& result : judged) {
    ASSIGN_OR_RETURN(walk.competition_scores, CompetitionScoresFromJson(result.result));
  }
  return walk;
}

absl::StatusOr<std::vector<WalkForward>> Jobs::ListWalkForwards(std::int64_t before_id, int limit) {
  ASSIGN_OR_RETURN(std::vector<JobView> views,
                   tasks_.ListJobs(JobKind::kWalkForward, before_id, limit));
  std::vector<WalkForward> walks;
  for (JobView& view : views) {
    const std::int64_t id = view.job.job_id;
    ASSIGN_OR_RETURN(WalkForward walk, Describe(std::move(view)));
    ASSIGN_OR_RETURN(walk.evaluations, tasks_.LoadEvaluations(id, false));
    walks.push_back(std::move(walk));
  }
  return walks;
}

absl::StatusOr<std::int64_t> Jobs::StartSearch(const std::string& request_id,
                                               const SearchRequest& request) {
  if (spaces_.spaces.empty()) {
    return absl::FailedPreconditionError("no file says what a search may vary");
  }
  const SearchSpace* const space =
      request.model.empty() ? &spaces_.spaces.front() : spaces_.Find(request.model);
  if (space == nullptr) {
    std::string known;
    for (const SearchSpace& each : spaces_.spaces) known += " " + each.model;
    return InvalidField("model", "nothing says how to vary it; there are:" + known);
  }
  if (request.trials < 0 || request.trials > kMaxTrials) {
    return InvalidField("trials", fmt::format("must be 0 to {}", kMaxTrials));
  }
  if (request.factor != 0.0 && !(request.factor > 1.0 && request.factor <= 100.0)) {
    return InvalidField("factor", "must be above 1, at most 100, or 0");
  }
  RETURN_IF_ERROR(EntryOf(recipe_, space->model).status());
  SearchOptions options;
  options.model = space->model;
  options.ranges = space->ranges;
  options.seed = request.seed;
  if (request.trials != 0) options.trials = static_cast<std::size_t>(request.trials);
  if (request.factor != 0.0) options.factor = request.factor;
  if (request.first_season != 0) options.first_season = request.first_season;
  if (request.last_season != 0) options.last_season = request.last_season;
  RETURN_IF_ERROR(CheckSeasons(options.first_season, options.last_season));
  return Start(request_id, JobKind::kSearch, ToJson(options));
}

absl::StatusOr<Search> Jobs::GetSearch(std::int64_t id) {
  Search search;
  ASSIGN_OR_RETURN(search.view, tasks_.GetJob(JobKind::kSearch, id));
  const Job& job = search.view.job;
  ASSIGN_OR_RETURN(search.options, SearchOptionsFrom(job.options));
  ASSIGN_OR_RETURN(const auto plans, tasks_.LoadResults(id, TaskKind::kPlan));
  for (const TaskResult& plan : plans) {
    ASSIGN_OR_RETURN(search.rungs, RungsFromJson(plan.result));
  }
  ASSIGN_OR_RETURN(const auto promotions, tasks_.LoadResults(id, TaskKind::kPromote));
  ASSIGN_OR_RETURN(const std::vector<EvaluatedTrial> ranked, RankTrials(promotions));
  for (const EvaluatedTrial& judged : ranked) {
    Search::Trial trial{.judged = judged, .values = ValuesOf(search.options, judged.trial)};
    if (judged.trial == kPresentParameters) {
      ASSIGN_OR_RETURN(trial.values,
                       PresentValues(job.recipe, search.options.model, search.options.ranges));
    }
    search.trials.push_back(std::move(trial));
  }
  search.caution = CautionOf(search.options, ranked);
  if (search.view.state == JobState::kDone && !search.trials.empty() &&
      search.trials.front().judged.trial != kPresentParameters) {
    ASSIGN_OR_RETURN(const std::string better,
                     WithParameters(job.recipe, search.options.model, search.options.ranges,
                                    search.trials.front().values));
    ASSIGN_OR_RETURN(search.best_entry, EntryOf(better, search.options.model));
  }
  return search;
}

absl::StatusOr<std::vector<Search>> Jobs::ListSearches(std::int64_t before_id, int limit) {
  ASSIGN_OR_RETURN(std::vector<JobView> views, tasks_.ListJobs(JobKind::kSearch, before_id, limit));
  std::vector<Search> searches;
  for (JobView& view : views) {
    Search search;
    ASSIGN_OR_RETURN(search.options, SearchOptionsFrom(view.job.options));
    search.view = std::move(view);
    searches.push_back(std::move(search));
  }
  return searches;
}

absl::Status Jobs::Cancel(JobKind kind, std::int64_t id) { return tasks_.CancelJob(kind, id); }

}  // namespace fairline::training
