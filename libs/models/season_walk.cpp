#include "libs/models/season_walk.hpp"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::models {
namespace {

constexpr int kEverything = std::numeric_limits<int>::max();  // the season of the last fit

// What all fits before one season share.
struct Stretch {
  int season = 0;  // kEverything: all matches are known, none is wanted
  Rows known;
  Rows wanted;
  std::string digest;  // of what is known; empty without a cache
};

struct Task {
  std::size_t learner = 0;
  std::size_t stretch = 0;
  std::vector<std::size_t> needs;
  std::int64_t work = 1;
  enum class State { kWaiting, kRunning, kDone } state = State::kWaiting;
  std::int64_t done = 0;  // of the work
};

class Walk {
 public:
  Walk(const MatchTable& matches, const std::vector<NamedLearner>& learners,
       const WalkOptions& options, ForecastColumns& columns)
      : matches_(matches), learners_(learners), options_(options), columns_(columns) {}

  absl::Status Prepare(bool fit_everything) {
    for (const auto& [name, column] : columns_) {
      if (column.rows() != matches_.size() || column.outcomes() != matches_.outcomes) {
        return InvalidField("columns", name + " does not have a row for every match");
      }
    }
    std::set<std::string_view> names;
    for (const NamedLearner& each : learners_) {
      if (!names.insert(each.name).second) {
        return InvalidField("learners", "two are named " + each.name);
      }
      columns_.insert_or_assign(each.name, NoForecasts(matches_.size(), matches_.outcomes));
    }
    if (options_.cache != nullptr) digest_.emplace(matches_);
    int first = options_.last_season + 1;
    for (const NamedLearner& each : learners_) first = std::min(first, each.first_season);
    const std::set<int> seasons(matches_.seasons.begin(), matches_.seasons.end());
    for (const int season : seasons) {
      if (season >= first && season <= options_.last_season) AddStretch(season);
    }
    if (fit_everything) AddStretch(kEverything);
    AddTasks();
    models_.resize(learners_.size());
    return absl::OkStatus();
  }

  absl::Status Run() {
    std::vector<std::thread> helpers;
    const int threads = std::clamp(options_.threads, 1, 64);
    for (int i = 1; i < threads; ++i) helpers.emplace_back([this] { Work(); });
    Work();
    for (std::thread& helper : helpers) helper.join();
    return status_;
  }

  std::vector<FittedModel> Models() const {
    std::vector<FittedModel> fitted;
    for (std::size_t i = 0; i < learners_.size(); ++i) {
      if (models_[i].model != nullptr) fitted.push_back(models_[i]);
    }
    return fitted;
  }

 private:
  void AddStretch(int season) {
    Stretch stretch;
    stretch.season = season;
    if (season == kEverything) {
      stretch.known.resize(matches_.size());
      for (std::uint32_t i = 0; i < matches_.size(); ++i) stretch.known[i] = i;
    } else {
      stretch.known = RowsBefore(matches_, season);
      stretch.wanted = RowsOf(matches_, season);
    }
    if (digest_) stretch.digest = digest_->Of(stretch.known);
    absent_.emplace_back();
    stretches_.push_back(std::move(stretch));
  }

  // The fit on everything comes first: it is the longest. Then season after season, and within one
  // in the order of the learners.
  void AddTasks() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < stretches_.size(); ++i) order.push_back(i);
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t i) { return stretches_[i].season == kEverything; });
    for (const std::size_t stretch : order) {
      for (std::size_t learner = 0; learner < learners_.size(); ++learner) {
        const bool everything = stretches_[stretch].season == kEverything;
        if (!everything && stretches_[stretch].season < learners_[learner].first_season) continue;
        Task task;
        task.learner = learner;
        task.stretch = stretch;
        task.work = std::max(1, learners_[learner].learner->cost());
        tasks_.push_back(std::move(task));
      }
    }
    for (Task& task : tasks_) {
      const auto read = learners_[task.learner].learner->inputs().Forecasts();
      for (std::size_t other = 0; other < tasks_.size(); ++other) {
        const std::string& name = learners_[tasks_[other].learner].name;
        if (stretches_[tasks_[other].stretch].season > stretches_[task.stretch].season) continue;
        if (std::find(read.begin(), read.end(), name) != read.end()) task.needs.push_back(other);
      }
      total_ += task.work;
    }
  }

  void Work() {
    std::unique_lock lock(mutex_);
    while (status_.ok()) {
      const auto ready = std::find_if(tasks_.begin(), tasks_.end(), [&](const Task& task) {
        return task.state == Task::State::kWaiting &&
               std::all_of(task.needs.begin(), task.needs.end(), [&](std::size_t needed) {
                 return tasks_[needed].state == Task::State::kDone;
               });
      });
      if (ready == tasks_.end()) {
        const bool running = std::any_of(tasks_.begin(), tasks_.end(), [](const Task& task) {
          return task.state == Task::State::kRunning;
        });
        if (!running) break;
        changed_.wait(lock);
        continue;
      }
      ready->state = Task::State::kRunning;
      if (!ReportLocked(*ready, 0.0)) break;
      lock.unlock();
      absl::Status status = Do(*ready);
      lock.lock();
      ready->state = Task::State::kDone;
      status_.Update(std::move(status));
      if (status_.ok()) ReportLocked(*ready, 1.0);
      changed_.notify_all();
    }
    changed_.notify_all();
  }

  bool ReportLocked(Task& task, double share) {
    const auto done = static_cast<std::int64_t>(share * static_cast<double>(task.work));
    done_ += std::max<std::int64_t>(0, done - task.done);
    task.done = std::max(task.done, done);
    const int season = stretches_[task.stretch].season;
    const WalkProgress progress{.model = learners_[task.learner].name,
                                .season = season == kEverything ? 0 : season,
                                .done = done_,
                                .total = total_};
    if (status_.ok() && options_.observer && !options_.observer(progress)) {
      status_ = absl::CancelledError("the walk-forward was cancelled");
      changed_.notify_all();
    }
    return status_.ok();
  }

  absl::Status Do(Task& task) {
    const Stretch& stretch = stretches_[task.stretch];
    const NamedLearner& learner = learners_[task.learner];
    const bool everything = stretch.season == kEverything;
    const std::string context =
        everything ? learner.name : fmt::format("{} of season {}", learner.name, stretch.season);
    std::set<std::string, std::less<>> absent;
    {
      const std::lock_guard lock(mutex_);
      absent = absent_[task.stretch];
    }
    auto model = Fit(task, stretch, absent);
    RETURN_IF_ERROR(WithContext(model.status(), context));
    if (*model == nullptr) {
      const std::lock_guard lock(mutex_);
      absent_[task.stretch].insert(learner.name);
      return absl::OkStatus();
    }
    if (!everything) {
      if (options_.fitted) {
        const std::lock_guard lock(mutex_);
        options_.fitted(learner.name, stretch.season, **model);
      }
      return WithContext(Forecast(**model, learner.name, stretch), context);
    }
    models_[task.learner] = Describe(learner, *std::move(model));
    return absl::OkStatus();
  }

  FittedModel Describe(const NamedLearner& learner, std::shared_ptr<const Model> model) const {
    FittedModel fitted{.name = learner.name, .model = std::move(model)};
    const auto anchor = columns_.find(learner.learner->inputs().anchor);
    for (std::size_t row = 0; row < matches_.size(); ++row) {
      if (matches_.seasons[row] < learner.learner->learns_from()) continue;
      if (anchor != columns_.end() && !IsForecast(anchor->second.row(row))) continue;
      if (fitted.matches++ == 0) fitted.first_day = matches_.days[row];
      fitted.last_day = matches_.days[row];
    }
    return fitted;
  }

  absl::Status Forecast(const Model& model, const std::string& name, const Stretch& stretch) {
    std::vector<float> features;
    std::vector<std::int32_t> competitions;
    features.reserve(stretch.wanted.size() * matches_.feature_count);
    for (const std::uint32_t row : stretch.wanted) {
      const auto values = matches_.all_features().row(row);
      features.insert(features.end(), values.begin(), values.end());
      competitions.push_back(matches_.competitions[row]);
    }
    ForecastColumns read;
    for (const std::string& column : model.inputs().Forecasts()) {
      const auto found = columns_.find(column);
      if (found == columns_.end()) return absl::NotFoundError("no forecasts are named " + column);
      read.emplace(column, Select(found->second, stretch.wanted));
    }
    ASSIGN_OR_RETURN(const Forecasts forecasts,
                     model.Forecast({.features = {features, matches_.feature_count},
                                     .columns = read,
                                     .competitions = competitions}));
    if (forecasts.rows() != stretch.wanted.size() || forecasts.outcomes() != matches_.outcomes) {
      return absl::InternalError(fmt::format("{} forecasts of {} outcomes for {} matches of {}",
                                             forecasts.rows(), forecasts.outcomes(),
                                             stretch.wanted.size(), matches_.outcomes));
    }
    Forecasts& column = columns_.find(name)->second;
    for (std::size_t i = 0; i < stretch.wanted.size(); ++i) {
      const auto row = forecasts.row(i);
      std::copy(row.begin(), row.end(), column.row(stretch.wanted[i]).begin());
    }
    return absl::OkStatus();
  }

  int LastSeason() const {
    return *std::max_element(matches_.seasons.begin(), matches_.seasons.end());
  }

  // Everything that the fit depends on.
  std::string KeyOf(const NamedLearner& learner, const Stretch& stretch) const {
    std::string parts =
        fmt::format("{}\n{}\n{} least {}\n{}", options_.code_version, learner.identity,
                    stretch.season, options_.least_matches, stretch.digest);
    for (const std::string& name : learner.learner->inputs().Forecasts()) {
      const auto column = columns_.find(name);
      if (column == columns_.end()) continue;
      parts += fmt::format("\n{} {}", name, DigestOf(column->second, stretch.known));
    }
    return Sha256Hex(parts);
  }

  absl::StatusOr<std::shared_ptr<const Model>> Fit(
      Task& task, const Stretch& stretch, const std::set<std::string, std::less<>>& absent) {
    const NamedLearner& learner = learners_[task.learner];
    const bool everything = stretch.season == kEverything;
    const FitStep step{.matches = matches_,
                       .season = everything ? LastSeason() + 1 : stretch.season,
                       .known = stretch.known,
                       .columns = columns_,
                       .absent = absent,
                       .least_matches = options_.least_matches,
                       .replicates = everything};
    const bool kept = options_.cache != nullptr && learner.learner->cost() > 0;
    std::string key;
    if (kept) {
      key = KeyOf(learner, stretch);
      ASSIGN_OR_RETURN(const auto saved, options_.cache->Find(key));
      if (saved) {
        return LoadModel(learner.learner->kind(), learner.learner->inputs(), matches_.outcomes,
                         *saved);
      }
    }
    ASSIGN_OR_RETURN(std::shared_ptr<const Model> model,
                     learner.learner->Fit(step, [&](double share) {
                       const std::lock_guard lock(mutex_);
                       return ReportLocked(task, share);
                     }));
    if (kept && model != nullptr) {
      ASSIGN_OR_RETURN(const std::string bytes, model->Save());
      RETURN_IF_ERROR(options_.cache->Save(key, bytes));
    }
    return model;
  }

  const MatchTable& matches_;
  const std::vector<NamedLearner>& learners_;
  const WalkOptions& options_;
  ForecastColumns& columns_;
  std::optional<TableDigest> digest_;
  std::vector<Stretch> stretches_;
  std::vector<Task> tasks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::set<std::string, std::less<>>> absent_;  // by stretch
  std::vector<FittedModel> models_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  absl::Status status_;
};

}  // namespace

absl::Status WalkSeasons(const MatchTable& matches, const std::vector<NamedLearner>& learners,
                         const WalkOptions& options, ForecastColumns& columns) {
  Walk walk(matches, learners, options, columns);
  RETURN_IF_ERROR(walk.Prepare(false));
  return walk.Run();
}

absl::StatusOr<std::vector<FittedModel>> WalkSeasonsAndFit(
    const MatchTable& matches, const std::vector<NamedLearner>& learners,
    const WalkOptions& options, ForecastColumns& columns) {
  if (matches.size() == 0) return absl::FailedPreconditionError("no matches to learn from");
  Walk walk(matches, learners, options, columns);
  RETURN_IF_ERROR(walk.Prepare(true));
  RETURN_IF_ERROR(walk.Run());
  return walk.Models();
}

}  // namespace fairline::models
