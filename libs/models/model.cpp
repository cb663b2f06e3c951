#include "libs/models/model.hpp"

#include <algorithm>
#include <numeric>

#include "libs/models/conditional_logit.hpp"

namespace fairline::models {

std::vector<std::string> ModelInputs::Forecasts() const {
  std::vector<std::string> read;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(read.begin(), read.end(), name) == read.end()) {
      read.push_back(name);
    }
  };
  for (const std::string& member : members) add(member);
  add(anchor);
  return read;
}

bool IsModelName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '.' || name.back() == '.') return false;
  return name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

std::vector<double> LogOdds(std::span<const double> probabilities) {
  std::vector<double> logs;
  logs.reserve(probabilities.size());
  for (const double p : probabilities) logs.push_back(SafeLog(p));
  Centre(logs);
  return logs;
}

void Centre(std::span<double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (double& value : values) value -= mean;
}

}  // namespace fairline::models
