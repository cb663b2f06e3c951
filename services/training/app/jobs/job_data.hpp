#pragma once
// What the tasks of a job read: the finished matches as of its moment, the same for every task.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/core/status.hpp"
#include "libs/models/match_table.hpp"
#include "libs/models/recipe.hpp"
#include "services/training/app/fit/ports.hpp"
#include "services/training/app/jobs/tasks.hpp"

namespace fairline::training {

struct JobData {
  models::Recipe recipe;  // the job's, with a base rate to compare with
  std::vector<models::CatalogueColumn> catalogue;
  models::MatchTable matches;
  std::vector<std::int64_t> match_ids;  // of its rows
  models::ForecastColumns lines;        // market, pinnacle, closing: power-de-vigged
  std::map<int, models::Rows> seasons;
  std::unordered_map<std::int64_t, std::uint32_t> row_of_match;
  std::map<std::int32_t, std::string> competition_codes;

  // What `set` forecast, as a column: NaN for all other matches. Internal for a match that is not
  // among the rows.
  [[nodiscard]] absl::Status AddTo(models::Forecasts& column, const ForecastSet& set) const;
  // The forecasts of `rows` that are there.
  [[nodiscard]] ForecastSet SetOf(std::string name, const models::Forecasts& column,
                                  const models::Rows& rows) const;
};

// Reads a job's data once for all the tasks of it that this process works on. Thread-safe.
class JobDataCache {
 public:
  // Both must outlive the cache.
  JobDataCache(MatchSource& matches, TaskStore& tasks) : matches_(matches), tasks_(tasks) {}

  // Aborted when the data is not what the job's other tasks saw and it begins again,
  // FailedPrecondition when it has done so too often; errors of the source.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const JobData>> For(const Job& job);

  // Lets go of what is kept.
  void Clear();

 private:
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const JobData>> Read(const Job& job);

  MatchSource& matches_;
  TaskStore& tasks_;
  std::mutex mutex_;
  std::pair<std::int64_t, int> read_for_;  // job and its restarts
  std::shared_ptr<const JobData> data_;
};

}  // namespace fairline::training
