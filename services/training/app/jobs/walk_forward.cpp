#include "services/training/app/jobs/walk_forward.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/evaluation/leak_alarm.hpp"
#include "services/training/app/jobs/competition_scores.hpp"
#include "services/training/app/jobs/member_tasks.hpp"

namespace fairline::training {
namespace {

using nlohmann::json;

constexpr int kDefaultSeasons = 6;
constexpr std::chrono::days kSeasonIsOverAfter(60);

// The latest season that is over: a later one has begun, or nothing was played for 60 days.
int LatestComplete(const JobData& data, Instant as_of) {
  for (auto season = data.seasons.rbegin(); season != data.seasons.rend(); ++season) {
    const bool later_began = season != data.seasons.rbegin();
    const Day last_day = data.matches.days[season->second.back()];
    if (later_began || as_of - last_day > kSeasonIsOverAfter) return season->first;
  }
  return 0;
}

absl::StatusOr<std::vector<int>> EvaluatedSeasons(const WalkForwardOptions& options,
                                                  const JobData& data, Instant as_of) {
  const int latest = LatestComplete(data, as_of);
  const int last = options.last_season == 0 ? latest : std::min(options.last_season, latest);
  const int first = options.first_season == 0 ? last - kDefaultSeasons + 1 : options.first_season;
  std::vector<int> seasons;
  for (const auto& [season, rows] : data.seasons) {
    if (season < first || season > last) continue;
    if (static_cast<std::int64_t>(rows.size()) < data.recipe.least_held_out_matches) continue;
    const auto known = static_cast<std::int64_t>(models::RowsBefore(data.matches, season).size());
    if (known < data.recipe.least_training_matches) continue;
    seasons.push_back(season);
  }
  if (seasons.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "no season from {} to {} has enough matches, and enough before it", first, last));
  }
  return seasons;
}

absl::Status CheckCompetitions(const WalkForwardOptions& options, const JobData& data) {
  std::set<std::string> known;
  for (const std::int32_t id : data.matches.competitions) {
    const auto code = data.competition_codes.find(id);
    if (code != data.competition_codes.end()) known.insert(code->second);
  }
  for (const std::string& code : options.competitions) {
    if (!known.contains(code)) {
      return InvalidField("competition_codes", fmt::format("no match of {} is known", code));
    }
  }
  return absl::OkStatus();
}

// Of the competitions that are judged.
ForecastSet OnlyJudged(const ForecastSet& set, const WalkForwardOptions& options,
                       const JobData& data) {
  if (options.competitions.empty()) return set;
  ForecastSet judged(set.forecaster, set.forecasts.outcomes());
  for (std::size_t i = 0; i < set.match_ids.size(); ++i) {
    const std::uint32_t row = data.row_of_match.at(set.match_ids[i]);
    const auto code = data.competition_codes.find(data.matches.competitions[row]);
    if (code == data.competition_codes.end()) continue;
    if (std::find(options.competitions.begin(), options.competitions.end(), code->second) ==
        options.competitions.end()) {
      continue;
    }
    judged.Append(set.match_ids[i], set.dates[i], set.results[i], set.forecasts.row(i));
  }
  return judged;
}

// As the recipe lists its models, then the lines.
void SortAsListed(std::vector<ForecastSet>& sets, const models::Recipe& recipe) {
  const auto place = [&](const ForecastSet& set) {
    const auto found = std::find_if(
        recipe.models.begin(), recipe.models.end(),
        [&](const models::ModelRecipe& model) { return model.name == set.forecaster; });
    return found - recipe.models.begin();
  };
  std::stable_sort(sets.begin(), sets.end(),
                   [&](const ForecastSet& a, const ForecastSet& b) { return place(a) < place(b); });
}

// All seasons' forecasts of each forecaster, one after the other.
std::vector<ForecastSet> Together(const std::vector<ForecastSet>& by_season) {
  std::vector<ForecastSet> together;
  for (const ForecastSet& set : by_season) {
    auto found = std::find_if(together.begin(), together.end(), [&](const ForecastSet& known) {
      return known.forecaster == set.forecaster;
    });
    if (found == together.end()) {
      together.push_back(set);
    } else {
      found->Append(set);
    }
  }
  return together;
}

// What is too good to be true, a sentence each.
absl::StatusOr<std::vector<std::string>> SuspectedLeaks(const std::vector<ForecastSet>& sets,
                                                        const JobData& data) {
  models::ForecastColumns columns;
  std::set<std::uint32_t> judged;
  for (const ForecastSet& set : sets) {
    auto& column = columns
                       .emplace(set.forecaster,
                                models::NoForecasts(data.matches.size(), data.matches.outcomes))
                       .first->second;
    RETURN_IF_ERROR(data.AddTo(column, set));
    for (const std::int64_t match : set.match_ids) judged.insert(data.row_of_match.at(match));
  }
  const models::Rows rows(judged.begin(), judged.end());
  ASSIGN_OR_RETURN(const auto suspicions,
                   evaluation::SuspectedLeaks(data.matches, columns, rows, data.recipe.seed));
  std::vector<std::string> sentences;
  for (const evaluation::LeakSuspicion& suspicion : suspicions) {
    sentences.push_back(fmt::format("{}: {}", suspicion.forecaster, suspicion.reason));
  }
  return sentences;
}

}  // namespace

std::string ToJson(const WalkForwardOptions& options) {
  return json{{"first_season", options.first_season},
              {"last_season", options.last_season},
              {"competitions", options.competitions}}
      .dump();
}

absl::StatusOr<WalkForwardOptions> WalkForwardOptionsFrom(std::string_view text) {
  try {
    const json value = json::parse(text);
    return WalkForwardOptions{
        .first_season = value.at("first_season").get<int>(),
        .last_season = value.at("last_season").get<int>(),
        // Walk-forwards of former times judged all.
        .competitions = value.value("competitions", std::vector<std::string>())};
  } catch (const json::exception& error) {
    return absl::InternalError(std::string("stored options: ") + error.what());
  }
}

absl::StatusOr<TaskOutcome> WalkForwardWork::Run(const Task& task, const TaskObserver& observer) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const JobData> data, data_.For(task.job));
  switch (task.spec.kind) {
    case TaskKind::kPlan:
      return Plan(task, *data);
    case TaskKind::kForecast:
      return RunForecast(task, *data, tasks_, observer);
    case TaskKind::kEvaluateSeason:
      return EvaluateSeason(task, *data);
    case TaskKind::kEvaluate:
      return Evaluate(task, *data);
    case TaskKind::kTrial:
    case TaskKind::kPromote:
    case TaskKind::kTrain:
    case TaskKind::kReplay:
      break;
  }
  return absl::InternalError("a walk-forward has no such task");
}

absl::StatusOr<TaskOutcome> WalkForwardWork::Plan(const Task& task, const JobData& data) const {
  ASSIGN_OR_RETURN(const WalkForwardOptions options, WalkForwardOptionsFrom(task.job.options));
  RETURN_IF_ERROR(CheckCompetitions(options, data));
  ASSIGN_OR_RETURN(const std::vector<int> seasons, EvaluatedSeasons(options, data, task.job.as_of));
  TaskOutcome outcome;
  outcome.result = json{{"seasons", seasons}}.dump();
  ASSIGN_OR_RETURN(outcome.next, ForecastTasks(data, seasons.front(), seasons.back(), {}));
  int stage = 0;
  for (const TaskSpec& forecast : outcome.next) stage = std::max(stage, forecast.stage);
  for (const int season : seasons) {
    outcome.next.push_back(
        {.kind = TaskKind::kEvaluateSeason, .stage = stage + 1, .season = season});
  }
  outcome.next.push_back(
      {.kind = TaskKind::kEvaluate, .stage = stage + 2, .season = seasons.back()});
  return outcome;
}

absl::StatusOr<TaskOutcome> WalkForwardWork::EvaluateSeason(const Task& task,
                                                            const JobData& data) const {
  const int season = task.spec.season;
  ASSIGN_OR_RETURN(const WalkForwardOptions options, WalkForwardOptionsFrom(task.job.options));
  ASSIGN_OR_RETURN(
      std::vector<SeasonForecast> stored,
      tasks_.LoadForecasts(task.job.job_id, data.matches.outcomes, {}, season, season));
  TaskOutcome outcome;
  std::vector<ForecastSet> judged;
  for (const SeasonForecast& each : stored) {
    judged.push_back(OnlyJudged(each.forecasts, options, data));
  }
  for (const auto& [name, line] : data.lines) {
    ForecastSet set = data.SetOf(name, line, data.seasons.at(season));
    if (set.match_ids.empty()) continue;
    judged.push_back(OnlyJudged(set, options, data));
    outcome.forecasts.push_back({season, std::move(set)});
  }
  SortAsListed(judged, data.recipe);
  ASSIGN_OR_RETURN(outcome.evaluations, EvaluateForecasts(judged, season, data.recipe.seed));
  return outcome;
}

absl::StatusOr<TaskOutcome> WalkForwardWork::Evaluate(const Task& task, const JobData& data) const {
  ASSIGN_OR_RETURN(const WalkForwardOptions options, WalkForwardOptionsFrom(task.job.options));
  ASSIGN_OR_RETURN(const std::vector<TaskResult> judged_seasons,
                   tasks_.LoadResults(task.job.job_id, TaskKind::kEvaluateSeason));
  std::vector<ForecastSet> sets;
  for (const TaskResult& judged : judged_seasons) {
    const int season = judged.spec.season;
    ASSIGN_OR_RETURN(
        const std::vector<SeasonForecast> stored,
        tasks_.LoadForecasts(task.job.job_id, data.matches.outcomes, {}, season, season));
    for (const SeasonForecast& each : stored) {
      sets.push_back(OnlyJudged(each.forecasts, options, data));
    }
  }
  sets = Together(sets);
  SortAsListed(sets, data.recipe);
  TaskOutcome outcome;
  ASSIGN_OR_RETURN(outcome.evaluations, EvaluateForecasts(sets, 0, data.recipe.seed));
  ASSIGN_OR_RETURN(const std::vector<CompetitionScore> scores, ScoreByCompetition(sets, data));
  outcome.result = CompetitionScoresToJson(scores);
  ASSIGN_OR_RETURN(const std::vector<std::string> leaks, SuspectedLeaks(sets, data));
  outcome.summary = json{{"leaks", leaks}}.dump();
  return outcome;
}

}  // namespace fairline::training
