#include "services/prediction/app/serving/snapshot_keeper.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libs/telemetry/log.hpp"

namespace fairline::prediction {
namespace {

// One match through each model that the version serves, so that what would fail in a request fails
// here and the first request does not pay for the boosters' first prediction.
absl::Status WarmUp(const SportModel& model) {
  const std::size_t outcomes = model.model->outcomes();
  if (outcomes != 2 && outcomes != 3) {
    return absl::InvalidArgumentError(fmt::format("a model of {} outcomes", outcomes));
  }
  std::vector<float> row(model.replay->catalogue().size());
  model.replay->Emit(features::Fixture{}, row);
  models::Forecasts level(outcomes);
  level.Append(std::vector<double>(outcomes, 1.0 / static_cast<double>(outcomes)));
  for (const Information information : kAllInformation) {
    if (!model.model->serves(information)) continue;
    const models::Forecasts* market = information == Information::kWithOdds ? &level : nullptr;
    RETURN_IF_ERROR(model.model->Forecast(information, {row, row.size()}, market).status());
  }
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<const Snapshot> SnapshotKeeper::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

staking::StakingPolicy SnapshotKeeper::CurrentPolicy() const {
  const std::shared_ptr<const Snapshot> current = Current();
  return current ? current->policy() : policies_.defaults();
}

absl::Status SnapshotKeeper::Ready() const {
  const std::lock_guard lock(mutex_);
  if (current_ == nullptr) return absl::UnavailableError("nothing has been loaded yet");
  for (const auto& [sport, error] : load_errors_) {
    if (!error.empty() && current_->ModelOf(sport) == nullptr) {
      return absl::UnavailableError(fmt::format("no forecasts of {}: {}", sport, error));
    }
  }
  return absl::OkStatus();
}

std::string SnapshotKeeper::LastLoadError(std::string_view sport) const {
  const std::lock_guard lock(mutex_);
  const auto found = load_errors_.find(sport);
  return found == load_errors_.end() ? "" : found->second;
}

bool SnapshotKeeper::AnyLoadError() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(load_errors_.begin(), load_errors_.end(),
                     [](const auto& entry) { return !entry.second.empty(); });
}

void SnapshotKeeper::KeepLoadError(const std::string& sport, const absl::Status& status) {
  const std::string message = MessageOf(status);
  const std::lock_guard lock(mutex_);
  std::string& kept = load_errors_[sport];
  if (kept == message) return;
  kept = message;
  if (!message.empty()) {
    telemetry::Error("production model not loaded", {{"sport", sport}, {"error", message}});
  }
}

absl::StatusOr<std::shared_ptr<const SeasonData>> SnapshotKeeper::RefreshSeasonData(
    const Snapshot* current, Instant now) {
  ASSIGN_OR_RETURN(const DataVersion version, sources_.data.ReadDataVersion());
  using std::chrono::days;
  if (current != nullptr && current->season_data().version() == version &&
      std::chrono::floor<days>(current->season_data().as_of()) == std::chrono::floor<days>(now)) {
    return current->shared_season_data();
  }
  ASSIGN_OR_RETURN(SeasonDataRows rows, sources_.data.Read(now));
  ASSIGN_OR_RETURN(SeasonData season_data, SeasonData::Make(std::move(rows)));
  return std::make_shared<const SeasonData>(std::move(season_data));
}

absl::StatusOr<std::shared_ptr<const SportModel>> SnapshotKeeper::RefreshModel(
    const std::string& sport, std::shared_ptr<const SportModel> current, Instant now) {
  ASSIGN_OR_RETURN(const auto production, sources_.registry.Production(sport));
  if (!production) return nullptr;
  ASSIGN_OR_RETURN(const auto stamp, sources_.data.LatestState(production->catalogue_hash, now));
  if (!stamp) {
    return absl::FailedPreconditionError(
        fmt::format("no team states for version {} of model {}: run the pipeline",
                    production->version, production->model));
  }
  const bool same_version = current != nullptr && current->version == *production;
  if (same_version && current->state == *stamp) return current;

  auto next = std::make_shared<SportModel>();
  next->version = *production;
  if (same_version) {
    next->model = current->model;
    next->loaded_at = current->loaded_at;
  } else {
    ASSIGN_OR_RETURN(next->model, sources_.loader.Load(*production));
    next->loaded_at = sources_.real_time.Now();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<features::Replay> replay, features::MakeReplay(sport));
  if (replay->catalogue().hash() != production->catalogue_hash) {
    return absl::FailedPreconditionError(
        fmt::format("version {} of model {} was fitted on feature catalogue {}, this program "
                    "makes {}",
                    production->version, production->model, production->catalogue_hash,
                    replay->catalogue().hash()));
  }
  ASSIGN_OR_RETURN(const SavedState state,
                   sources_.data.ReadState(production->catalogue_hash, now));
  RETURN_IF_ERROR(WithContext(replay->Load(state.bytes), "team states"));
  next->goal_rates = std::make_shared<const GoalRates>(replay->catalogue());
  next->replay = std::move(replay);
  next->state = state.stamp;
  RETURN_IF_ERROR(WithContext(WarmUp(*next), "first forecast"));
  return std::shared_ptr<const SportModel>(std::move(next));
}

absl::Status SnapshotKeeper::Refresh() {
  const std::lock_guard one_at_a_time(refreshing_);
  const std::shared_ptr<const Snapshot> current = Current();
  const Instant now = sources_.as_of.Now();

  ASSIGN_OR_RETURN(const std::shared_ptr<const SeasonData> season_data,
                   RefreshSeasonData(current.get(), now));
  ASSIGN_OR_RETURN(const PolicyVersion policy, policies_.Current());
  absl::Status first_error;
  Snapshot::SportModels models;
  for (const std::string& sport : sports_) {
    std::shared_ptr<const SportModel> model = current ? current->ModelOf(sport) : nullptr;
    const auto refreshed = RefreshModel(sport, model, now);
    if (refreshed.ok()) model = *refreshed;
    first_error.Update(refreshed.status());
    KeepLoadError(sport, refreshed.status());
    if (model != nullptr) models.emplace(sport, std::move(model));
  }
  const bool changed = current == nullptr || current->shared_season_data() != season_data ||
                       current->models() != models || current->policy_version() != policy.version ||
                       now > current->advice_holds_until();
  if (changed) {
    ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> next,
                     Snapshot::Make(season_data, std::move(models), policy, now));
    for (const auto& [sport, model] : next->models()) {
      telemetry::Info("serving",
                      {{"model", model->version.model},
                       {"version", std::to_string(model->version.version)},
                       {"coming_matches", std::to_string(season_data->coming().size())}});
    }
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
  }
  return first_error;
}

}  // namespace fairline::prediction
