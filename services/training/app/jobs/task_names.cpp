#include "services/training/app/jobs/task_names.hpp"

#include <array>
#include <string>
#include <utility>

namespace fairline::training {
namespace {

constexpr std::array<std::pair<JobKind, std::string_view>, 4> kJobKinds = {
    {{JobKind::kTraining, "train"},
     {JobKind::kWalkForward, "walk_forward"},
     {JobKind::kSearch, "search"},
     {JobKind::kBacktest, "backtest"}}};
constexpr std::array<std::pair<JobState, std::string_view>, 5> kJobStates = {
    {{JobState::kQueued, "queued"},
     {JobState::kRunning, "running"},
     {JobState::kDone, "done"},
     {JobState::kFailed, "failed"},
     {JobState::kCancelled, "cancelled"}}};
constexpr std::array<std::pair<TaskKind, std::string_view>, 8> kTaskKinds = {
    {{TaskKind::kPlan, "plan"},
     {TaskKind::kForecast, "forecast"},
     {TaskKind::kTrial, "trial"},
     {TaskKind::kPromote, "promote"},
     {TaskKind::kEvaluateSeason, "judge_season"},
     {TaskKind::kEvaluate, "judge"},
     {TaskKind::kTrain, "train"},
     {TaskKind::kReplay, "replay"}}};

template <typename Names, typename T>
std::string_view Find(const Names& names, T value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "";
}

template <typename T, std::size_t size>
absl::StatusOr<T> Parse(const std::array<std::pair<T, std::string_view>, size>& names,
                        std::string_view text) {
  for (const auto& [known, name] : names) {
    if (name == text) return known;
  }
  return absl::InternalError("unknown in the database: " + std::string(text));
}

}  // namespace

std::string_view NameOf(JobKind kind) { return Find(kJobKinds, kind); }
std::string_view NameOf(JobState state) { return Find(kJobStates, state); }
std::string_view NameOf(TaskKind kind) { return Find(kTaskKinds, kind); }

absl::StatusOr<JobKind> ParseJobKind(std::string_view name) { return Parse(kJobKinds, name); }
absl::StatusOr<JobState> ParseJobState(std::string_view name) { return Parse(kJobStates, name); }
absl::StatusOr<TaskKind> ParseTaskKind(std::string_view name) { return Parse(kTaskKinds, name); }

}  // namespace fairline::training
