#include "services/training/app/walk_forward.hpp"

#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libs/telemetry/log.hpp"
#include "services/training/app/lease.hpp"
#include "services/training/app/released_memory.hpp"
#include "services/training/app/season.hpp"

namespace fairline::training {
namespace {

constexpr int kDefaultSeasons = 6;
constexpr std::chrono::seconds kLookForWorkEvery(5);

// All seasons' forecasts of each forecaster, one after the other.
std::vector<ForecastSet> Pool(const std::map<int, std::vector<ForecastSet>>& seasons,
                              std::size_t outcomes) {
  std::vector<ForecastSet> pooled;
  for (const auto& [season, sets] : seasons) {
    for (const ForecastSet& set : sets) {
      auto found = std::find_if(pooled.begin(), pooled.end(), [&](const ForecastSet& known) {
        return known.forecaster == set.forecaster;
      });
      if (found == pooled.end()) {
        found = pooled.insert(pooled.end(), ForecastSet(set.forecaster, outcomes));
      }
      found->Append(set);
    }
  }
  return pooled;
}

}  // namespace

absl::StatusOr<bool> WalkForwardRunner::RunOne(const std::atomic<bool>& stop) {
  ASSIGN_OR_RETURN(const auto task, ports_.store.ClaimWalkForward());
  if (!task) return false;
  const ReleasedMemory released;
  const absl::Status status = Run(*task, stop);
  // A stopped or superseded one is left to whoever claims it next.
  if (absl::IsCancelled(status) || absl::IsAborted(status) || absl::IsUnavailable(status)) {
    return status;
  }
  if (!status.ok()) {
    RETURN_IF_ERROR(ports_.store.FailJob(task->claim, std::string(status.message())));
  }
  return true;
}

absl::Status WalkForwardRunner::Run(const WalkForwardTask& task, const std::atomic<bool>& stop) {
  if (task.sport != recipe_.sport) return InvalidField("sport", "there is no recipe for it");
  LeaseKeeper lease(ports_.store, task.claim);
  const auto go_on = [&] { return !stop && lease.Keep(); };
  const Instant as_of = ports_.as_of.Now();
  const std::size_t outcomes = recipe_.outcomes.size();
  ASSIGN_OR_RETURN(const Dataset dataset, ports_.matches.Read(task.sport, outcomes, as_of));
  ASSIGN_OR_RETURN(const std::vector<int> seasons, SeasonsOf(task, dataset, as_of));
  ASSIGN_OR_RETURN(auto judged, ports_.store.LoadSeasons(task.claim.job_id, outcomes));

  const Fitter fitter(dataset, ports_.checkpoints, code_version_);
  for (std::size_t i = 0; i < seasons.size(); ++i) {
    const int season = seasons[i];
    if (judged.contains(season)) continue;
    ASSIGN_OR_RETURN(std::vector<ForecastSet> sets, ForecastOneSeason(fitter, season, go_on));
    ASSIGN_OR_RETURN(const auto evaluations, JudgeForecasts(sets, season, recipe_.seed));
    RETURN_IF_ERROR(ports_.store.SaveSeason(task.claim, season, sets, evaluations,
                                            {.activity = fmt::format("season {} judged", season),
                                             .done = static_cast<std::int64_t>(i + 1),
                                             .total = static_cast<std::int64_t>(seasons.size())}));
    judged.emplace(season, std::move(sets));
  }
  ASSIGN_OR_RETURN(const auto all_seasons, JudgeForecasts(Pool(judged, outcomes), 0, recipe_.seed));
  return ports_.store.FinishWalkForward(task.claim, all_seasons);
}

absl::StatusOr<std::vector<int>> WalkForwardRunner::SeasonsOf(const WalkForwardTask& task,
                                                              const Dataset& dataset,
                                                              Instant as_of) const {
  ASSIGN_OR_RETURN(const int latest,
                   LatestCompleteSeason(dataset, as_of, recipe_.least_held_out_matches));
  const int last = task.last_season == 0 ? latest : std::min(task.last_season, latest);
  const int first = task.first_season == 0 ? last - kDefaultSeasons + 1 : task.first_season;
  std::vector<int> seasons;
  for (const auto& [season, rows] : dataset.seasons()) {
    if (season < first || season > last) continue;
    if (static_cast<std::int64_t>(rows.size()) < recipe_.least_held_out_matches) continue;
    if (static_cast<std::int64_t>(dataset.Before(season).size()) < recipe_.least_training_matches) {
      continue;
    }
    seasons.push_back(season);
  }
  if (seasons.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "no season from {} to {} has enough matches, and enough before it", first, last));
  }
  return seasons;
}

absl::StatusOr<std::vector<ForecastSet>> WalkForwardRunner::ForecastOneSeason(
    const Fitter& fitter, int season, const std::function<bool()>& go_on) const {
  std::vector<ForecastSet> sets;
  for (const ModelRecipe& model : recipe_.models) {
    ASSIGN_OR_RETURN(auto fit, FitSeason(fitter, model, season, recipe_.least_training_matches,
                                         [&](int) { return go_on(); }));
    if (fit) sets.push_back(std::move(fit->calibrated));
  }
  for (ForecastSet& reference : ReferenceForecasts(fitter.dataset(), season)) {
    if (!reference.match_ids.empty()) sets.push_back(std::move(reference));
  }
  return sets;
}

WalkForwardThread::WalkForwardThread(WalkForwardRunner& runner)
    : runner_(runner), thread_([this] { Loop(); }) {}

WalkForwardThread::~WalkForwardThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void WalkForwardThread::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void WalkForwardThread::Loop() {
  // Linux keeps a nice value for each thread; requests and training go first.
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 19);
  while (!stop_) {
    const auto worked = runner_.RunOne(stop_);
    if (!worked.ok() && !stop_) {
      telemetry::Warn("walk-forward interrupted", {{"error", worked.status().ToString()}});
    }
    if (worked.ok() && *worked) continue;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLookForWorkEvery, [this] { return woken_ || stop_; });
    woken_ = false;
  }
}

}  // namespace fairline::training
