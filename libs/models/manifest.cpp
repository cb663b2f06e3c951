#include "libs/models/manifest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairline::models {
namespace {

using nlohmann::json;

json ToJson(const ModelEntry& model) {
  return json{
      {"name", model.name},
      {"anchored", model.anchored},
      {"features", model.features},
      {"columns", model.columns},
      {"calibration", {{"slope", model.calibration.slope}, {"biases", model.calibration.biases}}},
      {"file", model.file},
      {"sha256", model.sha256},
      {"bytes", model.bytes},
      {"trained_matches", model.trained_matches},
      {"trained_from", FormatDay(model.trained_from)},
      {"trained_to", FormatDay(model.trained_to)}};
}

absl::StatusOr<ModelEntry> EntryFromJson(const json& value) {
  ModelEntry model;
  try {
    model.name = value.at("name").get<std::string>();
    model.anchored = value.at("anchored").get<bool>();
    model.features = value.at("features").get<std::vector<std::string>>();
    model.columns = value.at("columns").get<std::vector<std::uint32_t>>();
    model.calibration.slope = value.at("calibration").at("slope").get<double>();
    model.calibration.biases = value.at("calibration").at("biases").get<std::vector<double>>();
    model.file = value.at("file").get<std::string>();
    model.sha256 = value.at("sha256").get<std::string>();
    model.bytes = value.at("bytes").get<std::size_t>();
    model.trained_matches = value.at("trained_matches").get<std::int64_t>();
    ASSIGN_OR_RETURN(model.trained_from, ParseDay(value.at("trained_from").get<std::string>()));
    ASSIGN_OR_RETURN(model.trained_to, ParseDay(value.at("trained_to").get<std::string>()));
  } catch (const json::exception& error) {
    return InvalidField("manifest", error.what());
  }
  if (model.features.size() != model.columns.size()) {
    return InvalidField("manifest", fmt::format("{}: features and columns differ", model.name));
  }
  if (model.file.empty() || model.file.find('/') != std::string::npos) {
    return InvalidField("manifest", fmt::format("{}: a file beside the manifest", model.name));
  }
  return model;
}

}  // namespace

const ModelEntry* Manifest::Find(std::string_view name) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const ModelEntry& model) { return model.name == name; });
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
  Manifest manifest;
  try {
    const json value = json::parse(text);
    const int format = value.at("format_version").get<int>();
    if (format != kBundleFormatVersion) {
      return InvalidField("manifest", fmt::format("format {}, this program reads {}", format,
                                                  kBundleFormatVersion));
    }
    manifest.sport = value.at("sport").get<std::string>();
    manifest.outcomes = value.at("outcomes").get<std::size_t>();
    manifest.catalogue_hash = value.at("catalogue_hash").get<std::string>();
    manifest.catalogue_size = value.at("catalogue_size").get<std::size_t>();
    manifest.recipe_json = value.at("recipe").dump();
    manifest.seed = value.at("seed").get<std::uint32_t>();
    manifest.code_version = value.at("code_version").get<std::string>();
    manifest.data_hash = value.at("data_hash").get<std::string>();
    for (const json& entry : value.at("models")) {
      ASSIGN_OR_RETURN(ModelEntry model, EntryFromJson(entry));
      manifest.models.push_back(std::move(model));
    }
    manifest.metrics = value.at("metrics").get<std::map<std::string, double>>();
  } catch (const json::exception& error) {
    return InvalidField("manifest", error.what());
  }
  return manifest;
}

}  // namespace fairline::models
