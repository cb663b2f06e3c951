#include "libs/models/manifest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libs/models/kinds/fields.hpp"

namespace fairline::models {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxModels = 128;
constexpr std::size_t kMaxFeatures = 65'536;

json ToJson(const ModelEntry& model) {
  return json{{"name", model.name},
              {"kind", model.kind},
              {"serve", model.serve},
              {"anchored", model.anchored},
              {"features", model.inputs.features},
              {"columns", model.inputs.columns},
              {"members", model.inputs.members},
              {"anchor", model.inputs.anchor},
              {"file", model.file},
              {"sha256", model.sha256},
              {"bytes", model.bytes},
              {"trained_matches", model.trained_matches},
              {"trained_from", FormatDay(model.trained_from)},
              {"trained_to", FormatDay(model.trained_to)}};
}

absl::StatusOr<ModelEntry> EntryFromJson(const json& value, const Manifest& manifest) {
  ModelEntry model;
  std::string from;
  std::string to;
  RETURN_IF_ERROR(Fields(value, "manifest.models.")
                      .Required("name", model.name)
                      .Required("kind", model.kind)
                      .Required("serve", model.serve)
                      .Required("anchored", model.anchored)
                      .Required("features", model.inputs.features)
                      .Required("columns", model.inputs.columns)
                      .Required("members", model.inputs.members)
                      .Required("anchor", model.inputs.anchor)
                      .Required("file", model.file)
                      .Required("sha256", model.sha256)
                      .Required("bytes", model.bytes)
                      .Required("trained_matches", model.trained_matches)
                      .Required("trained_from", from)
                      .Required("trained_to", to)
                      .Finish());
  ASSIGN_OR_RETURN(model.trained_from, ParseDay(from));
  ASSIGN_OR_RETURN(model.trained_to, ParseDay(to));
  const auto refuse = [&](std::string_view why) {
    return InvalidField("manifest", fmt::format("{}: {}", model.name, why));
  };
  if (!IsModelName(model.name) || model.name == kMarketLine) return refuse("is no model's name");
  if (manifest.Find(model.name) != nullptr) return refuse("is listed twice");
  if (model.inputs.features.size() != model.inputs.columns.size()) {
    return refuse("features and columns differ");
  }
  for (const std::uint32_t column : model.inputs.columns) {
    if (column >= manifest.catalogue_size) return refuse("a column beyond the catalogue");
  }
  for (const std::string& read : model.inputs.Forecasts()) {
    if (read != kMarketLine && manifest.Find(read) == nullptr) {
      return refuse(read + " is not listed before it");
    }
  }
  if (!IsModelName(model.file)) return refuse("its file must lie beside the manifest");
  return model;
}

}  // namespace

const ModelEntry* Manifest::Find(std::string_view model) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const ModelEntry& entry) { return entry.name == model; });
  return found == models.end() ? nullptr : &*found;
}

const ModelEntry* Manifest::Serving(std::string_view information) const {
  const auto found = std::find_if(models.begin(), models.end(), [&](const ModelEntry& entry) {
    return entry.serve == information;
  });
  return found == models.end() ? nullptr : &*found;
}

std::string ManifestToJson(const Manifest& manifest) {
  json models = json::array();
  for (const ModelEntry& model : manifest.models) models.push_back(ToJson(model));
  const json value = {{"format_version", kBundleFormatVersion},
                      {"sport", manifest.sport},
                      {"outcomes", manifest.outcomes},
                      {"catalogue_hash", manifest.catalogue_hash},
                      {"catalogue_size", manifest.catalogue_size},
                      {"recipe", json::parse(manifest.recipe_json, nullptr, false)},
                      {"seed", manifest.seed},
                      {"code_version", manifest.code_version},
                      {"data_hash", manifest.data_hash},
                      {"models", std::move(models)},
                      {"metrics", manifest.metrics}};
  return value.dump(1, ' ', true, json::error_handler_t::replace);
}

absl::StatusOr<Manifest> ManifestFromJson(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  int format = 0;
  if (value.is_object() && value.contains("format_version") &&
      value["format_version"].is_number_integer()) {
    format = value["format_version"].get<int>();
  }
  if (format != kBundleFormatVersion) {
    return InvalidField("manifest", fmt::format("a bundle of format {}; this program reads format "
                                                "{}: train a new version",
                                                format, kBundleFormatVersion));
  }
  Manifest manifest;
  json recipe;
  json metrics;
  std::vector<json> models;
  RETURN_IF_ERROR(
      Fields(value, "manifest.")
          .Required("format_version", format)
          .Required("sport", manifest.sport)
          .Required("outcomes", manifest.outcomes)
          .Required("catalogue_hash", manifest.catalogue_hash)
          .Required("catalogue_size", manifest.catalogue_size)
          .Required("recipe", recipe)
          .Required("seed", manifest.seed)
          .Required("code_version", manifest.code_version)
          .Required("data_hash", manifest.data_hash)
          .Required("models", models)
          .Required("metrics", metrics)
          .Check(manifest.outcomes >= 2 && manifest.outcomes <= 16, "outcomes", "must be 2 to 16")
          .Check(manifest.catalogue_size <= kMaxFeatures, "catalogue_size", "is too large")
          .Check(models.size() <= kMaxModels, "models", "are too many")
          .Check(metrics.is_object(), "metrics", "must be an object")
          .Finish());
  manifest.recipe_json = recipe.dump();
  for (const auto& [key, metric] : metrics.items()) {
    if (!metric.is_number()) return InvalidField("manifest.metrics." + key, "must be a number");
    manifest.metrics.emplace(key, metric.get<double>());
  }
  for (const json& entry : models) {
    ASSIGN_OR_RETURN(ModelEntry model, EntryFromJson(entry, manifest));
    manifest.models.push_back(std::move(model));
  }
  return manifest;
}

}  // namespace fairline::models
