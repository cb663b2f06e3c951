#include "services/training/app/jobs/job_data.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/training/app/fit/released_memory.hpp"

namespace fairline::training {
namespace {

models::MatchTable AsTable(const Dataset& dataset) {
  models::MatchTable table;
  table.outcomes = dataset.outcomes();
  table.feature_count = dataset.feature_set().features.size();
  const auto features = dataset.features().values;
  table.features.assign(features.begin(), features.end());
  table.seasons.resize(dataset.size());
  for (const auto& [season, rows] : dataset.seasons()) {
    for (const std::uint32_t row : rows) table.seasons[row] = season;
  }
  for (std::size_t row = 0; row < dataset.size(); ++row) {
    table.days.push_back(dataset.date(row));
    table.competitions.push_back(dataset.competition(row));
    table.results.push_back(dataset.result(row));
  }
  return table;
}

// Every comparison needs the base rate, whether or not the recipe builds on it.
absl::StatusOr<models::Recipe> WithBaseRate(std::string_view json) {
  ASSIGN_OR_RETURN(models::Recipe recipe, models::ParseRecipe(json));
  if (recipe.Find(kBaseRate) != nullptr) return recipe;
  nlohmann::json value = nlohmann::json::parse(json);
  value["models"].insert(value["models"].begin(),
                         nlohmann::json{{"name", kBaseRate}, {"kind", "base_rate"}});
  return models::ParseRecipe(value.dump());
}

}  // namespace

absl::Status JobData::AddTo(models::Forecasts& column, const ForecastSet& set) const {
  for (std::size_t i = 0; i < set.match_ids.size(); ++i) {
    const auto row = row_of_match.find(set.match_ids[i]);
    if (row == row_of_match.end()) {
      return absl::InternalError(fmt::format("{} forecast match {}, which is not known",
                                             set.forecaster, set.match_ids[i]));
    }
    const auto forecast = set.forecasts.row(i);
    std::copy(forecast.begin(), forecast.end(), column.row(row->second).begin());
  }
  return absl::OkStatus();
}

ForecastSet JobData::SetOf(std::string name, const models::Forecasts& column,
                           const models::Rows& rows) const {
  ForecastSet set(std::move(name), matches.outcomes);
  for (const std::uint32_t row : rows) {
    const auto forecast = column.row(row);
    if (!models::IsForecast(forecast)) continue;
    set.Append(match_ids[row], matches.days[row], matches.results[row], forecast);
  }
  return set;
}

absl::StatusOr<std::shared_ptr<const JobData>> JobDataCache::For(const Job& job) {
  const std::lock_guard lock(mutex_);  // who comes while it is read waits for it
  if (data_ == nullptr || read_for_ != std::pair(job.job_id, job.restarts)) {
    data_.reset();
    ASSIGN_OR_RETURN(data_, Read(job));
    read_for_ = {job.job_id, job.restarts};
  }
  return data_;
}

void JobDataCache::Clear() {
  const ReleasedMemory released;
  const std::lock_guard lock(mutex_);
  data_.reset();
}

absl::StatusOr<std::shared_ptr<const JobData>> JobDataCache::Read(const Job& job) {
  auto data = std::make_shared<JobData>();
  ASSIGN_OR_RETURN(data->recipe, WithBaseRate(job.recipe));
  ASSIGN_OR_RETURN(const Dataset dataset,
                   matches_.Read(job.sport, data->recipe.outcomes.size(), job.as_of));
  ASSIGN_OR_RETURN(data->competition_codes, matches_.ReadCompetitionCodes(job.sport));
  RETURN_IF_ERROR(tasks_.PinData(job, dataset.Hash(dataset.All())));
  for (const CatalogueFeature& feature : dataset.feature_set().features) {
    data->catalogue.push_back({feature.name, feature.block});
  }
  data->matches = AsTable(dataset);
  data->seasons = dataset.seasons();
  data->lines.emplace(kMarket, dataset.market());
  data->lines.emplace(kClosing, dataset.closing());
  for (std::size_t row = 0; row < dataset.size(); ++row) {
    data->match_ids.push_back(dataset.match_id(row));
    data->row_of_match.emplace(dataset.match_id(row), static_cast<std::uint32_t>(row));
  }
  return data;
}

}  // namespace fairline::training
