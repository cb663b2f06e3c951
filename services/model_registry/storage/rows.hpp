#pragma once
// Shared by the two halves of PgRegistryStore.

#include <optional>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "libs/core/date.hpp"
#include "libs/storage/values.hpp"
#include "services/model_registry/app/model.hpp"

namespace fairline::model_registry {

inline std::optional<std::int32_t> AsOptionalVersion(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(field.as<std::int32_t>());
}

// Columns key, value.
inline std::vector<Tag> AsTags(const pqxx::result& rows) {
  std::vector<Tag> tags;
  for (const pqxx::row& row : rows) {
    tags.push_back({row[0].as<std::string>(), row[1].as<std::string>()});
  }
  return tags;
}

// Columns key, value, step.
inline std::vector<Metric> AsMetrics(const pqxx::result& rows) {
  std::vector<Metric> metrics;
  for (const pqxx::row& row : rows) {
    metrics.push_back({row[0].as<std::string>(), row[1].as<double>(), row[2].as<std::int64_t>()});
  }
  return metrics;
}

}  // namespace fairline::model_registry
