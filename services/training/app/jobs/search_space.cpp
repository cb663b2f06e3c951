#include "services/training/app/jobs/search_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::training {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

absl::Status RefuseUnknown(const json& object, const std::set<std::string>& known,
                           std::string_view where) {
  for (const auto& entry : object.items()) {
    if (!known.contains(entry.key())) {
      return InvalidField(fmt::format("search.{}{}", where, entry.key()), "unknown");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ParameterRange> ParseRange(const std::string& name, const json& value) {
  RETURN_IF_ERROR(RefuseUnknown(value, {"scale", "low", "high"}, "spaces.parameters."));
  ParameterRange range;
  range.name = name;
  ASSIGN_OR_RETURN(range.scale, ParseScale(value.at("scale").get<std::string>()));
  range.low = value.at("low").get<double>();
  range.high = value.at("high").get<double>();
  const std::string field = fmt::format("search.spaces.parameters.{}", name);
  if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.low > range.high) {
    return InvalidField(field, "low must not be above high");
  }
  if (range.scale == Scale::kLog && range.low <= 0.0) {
    return InvalidField(field, "low must be positive on a logarithmic scale");
  }
  if (range.scale == Scale::kInteger &&
      (range.low != std::floor(range.low) || range.high != std::floor(range.high))) {
    return InvalidField(field, "low and high must be whole numbers");
  }
  return range;
}

absl::StatusOr<SearchSpace> ParseSpace(const json& value) {
  RETURN_IF_ERROR(RefuseUnknown(value, {"model", "parameters"}, "spaces."));
  SearchSpace space;
  space.model = value.at("model").get<std::string>();
  for (const auto& entry : value.at("parameters").items()) {
    ASSIGN_OR_RETURN(ParameterRange range, ParseRange(entry.key(), entry.value()));
    space.ranges.push_back(std::move(range));
  }
  if (space.ranges.empty()) {
    return InvalidField("search.spaces.parameters",
                        fmt::format("of {} must not be empty", space.model));
  }
  return space;
}

template <typename Json>
Json* FindEntry(Json& recipe, std::string_view model) {
  for (Json& entry : recipe.at("models")) {
    if (entry.at("name").template get<std::string>() == model) return &entry;
  }
  return nullptr;
}

absl::Status NoSuchEntry(std::string_view model) {
  return InvalidField("model", fmt::format("the recipe has no {}", model));
}

}  // namespace

std::string_view ScaleName(Scale scale) {
  switch (scale) {
    case Scale::kLinear:
      return "linear";
    case Scale::kLog:
      return "log";
    case Scale::kInteger:
      return "integer";
  }
  return "";
}

absl::StatusOr<Scale> ParseScale(std::string_view name) {
  for (const Scale scale : {Scale::kLinear, Scale::kLog, Scale::kInteger}) {
    if (name == ScaleName(scale)) return scale;
  }
  return InvalidField("search.spaces.parameters.scale", "must be linear, log or integer");
}

const SearchSpace* SearchSpaces::Find(std::string_view model) const {
  const auto found = std::find_if(spaces.begin(), spaces.end(),
                                  [&](const SearchSpace& space) { return space.model == model; });
  return found == spaces.end() ? nullptr : &*found;
}

absl::StatusOr<SearchSpaces> ParseSearchSpaces(std::string_view text) {
  SearchSpaces spaces;
  try {
    const json value = json::parse(text);
    RETURN_IF_ERROR(RefuseUnknown(value, {"sport", "spaces"}, ""));
    spaces.sport = value.at("sport").get<std::string>();
    for (const json& entry : value.at("spaces")) {
      ASSIGN_OR_RETURN(SearchSpace space, ParseSpace(entry));
      if (spaces.Find(space.model) != nullptr) {
        return InvalidField("search.spaces.model", fmt::format("{} is there twice", space.model));
      }
      spaces.spaces.push_back(std::move(space));
    }
  } catch (const json::exception& error) {
    return InvalidField("search", error.what());
  }
  return spaces;
}

absl::StatusOr<std::string> WithParameters(std::string_view recipe, std::string_view model,
                                           const std::vector<ParameterRange>& ranges,
                                           const ParameterValues& values) {
  try {
    ordered_json changed = ordered_json::parse(recipe);
    ordered_json* const entry = FindEntry(changed, model);
    if (entry == nullptr) return NoSuchEntry(model);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      ordered_json& parameter = (*entry)["parameters"][ranges[i].name];
      if (ranges[i].scale == Scale::kInteger) {
        parameter = static_cast<std::int64_t>(values[i]);
      } else {
        parameter = values[i];
      }
    }
    return changed.dump();
  } catch (const json::exception& error) {
    return InvalidField("recipe", error.what());
  }
}

absl::StatusOr<std::string> EntryOf(std::string_view recipe, std::string_view model) {
  try {
    ordered_json value = ordered_json::parse(recipe);
    const ordered_json* const entry = FindEntry(value, model);
    if (entry == nullptr) return NoSuchEntry(model);
    return entry->dump(2);
  } catch (const json::exception& error) {
    return InvalidField("recipe", error.what());
  }
}

absl::StatusOr<ParameterValues> PresentValues(std::string_view recipe, std::string_view model,
                                              const std::vector<ParameterRange>& ranges) {
  try {
    json value = json::parse(recipe);
    const json* const entry = FindEntry(value, model);
    if (entry == nullptr) return NoSuchEntry(model);
    const json parameters = entry->value("parameters", json::object());
    ParameterValues values;
    for (const ParameterRange& range : ranges) {
      const auto found = parameters.find(range.name);
      values.push_back(found != parameters.end() && found->is_number()
                           ? found->get<double>()
                           : std::numeric_limits<double>::quiet_NaN());
    }
    return values;
  } catch (const json::exception& error) {
    return InvalidField("recipe", error.what());
  }
}

}  // namespace fairline::training
