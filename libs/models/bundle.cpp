#include "libs/models/bundle.hpp"

#include <utility>

#include <fmt/format.h>

#include "libs/core/sha256.hpp"

namespace fairline::models {
namespace {

absl::StatusOr<OutcomeModel> LoadModel(const ModelEntry& entry, std::size_t outcomes,
                                       const BundleFileReader& read) {
  if (entry.bytes > Booster::kMaxModelBytes) {
    return InvalidField(
        entry.file, fmt::format("{} bytes is more than {}", entry.bytes, Booster::kMaxModelBytes));
  }
  ASSIGN_OR_RETURN(const std::string bytes, read(entry.file, entry.bytes));
  if (bytes.size() != entry.bytes) {
    return InvalidField(entry.file,
                        fmt::format("{} bytes, the manifest says {}", bytes.size(), entry.bytes));
  }
  if (Sha256Hex(bytes) != entry.sha256) {
    return InvalidField(entry.file, "its SHA-256 is not the manifest's");
  }
  ASSIGN_OR_RETURN(Booster booster, Booster::Load(bytes, entry.columns.size(), outcomes));
  return OutcomeModel::Make(std::move(booster), entry.columns, entry.anchored, entry.calibration);
}

}  // namespace

std::string BundlePath(std::string_view sha256, std::string_view file) {
  return fmt::format("models/{}/{}", sha256, file);
}

absl::StatusOr<BundleFiles> PackBundle(
    Manifest manifest, const std::map<std::string, const OutcomeModel*, std::less<>>& models) {
  BundleFiles bundle;
  for (ModelEntry& entry : manifest.models) {
    const auto model = models.find(entry.name);
    if (model == models.end()) return InvalidField("models", entry.name + " is missing");
    ASSIGN_OR_RETURN(std::string bytes, model->second->booster().Save());
    entry.anchored = model->second->anchored();
    entry.columns = model->second->columns();
    entry.calibration = model->second->calibration();
    entry.file = entry.name + ".ubj";
    entry.bytes = bytes.size();
    entry.sha256 = Sha256Hex(bytes);
    bundle.files.emplace(entry.file, std::move(bytes));
  }
  std::string json = ManifestToJson(manifest);
  bundle.sha256 = Sha256Hex(json);
  bundle.files.emplace(kManifestFile, std::move(json));
  return bundle;
}

absl::StatusOr<std::shared_ptr<const Bundle>> Bundle::Load(std::string_view expected_sha256,
                                                           const BundleFileReader& read) {
  ASSIGN_OR_RETURN(const std::string json, read(kManifestFile, kMaxManifestBytes));
  if (json.size() > kMaxManifestBytes || Sha256Hex(json) != expected_sha256) {
    return InvalidField(kManifestFile, "its SHA-256 is not the expected one");
  }
  ASSIGN_OR_RETURN(Manifest manifest, ManifestFromJson(json));
  const std::shared_ptr<Bundle> bundle(
      new Bundle(std::move(manifest), std::string(expected_sha256)));
  for (const ModelEntry& entry : bundle->manifest_.models) {
    ASSIGN_OR_RETURN(OutcomeModel model, LoadModel(entry, bundle->manifest_.outcomes, read));
    bundle->models_.emplace(entry.name, std::move(model));
  }
  return std::shared_ptr<const Bundle>(bundle);
}

absl::StatusOr<Forecasts> Bundle::Forecast(std::string_view model, FeatureMatrix catalogue_rows,
                                           const Forecasts* market) const {
  const auto found = models_.find(model);
  if (found == models_.end()) {
    return absl::FailedPreconditionError(fmt::format("the bundle has no model {}", model));
  }
  if (catalogue_rows.columns != manifest_.catalogue_size) {
    return InvalidField("features", fmt::format("rows of {} values; the catalogue has {}",
                                                catalogue_rows.columns, manifest_.catalogue_size));
  }
  return found->second.Forecast(catalogue_rows, market);
}

absl::StatusOr<Forecasts> Bundle::ForecastNoOdds(FeatureMatrix catalogue_rows) const {
  return Forecast(kNoOddsModel, catalogue_rows, nullptr);
}

absl::StatusOr<Forecasts> Bundle::ForecastWithOdds(FeatureMatrix catalogue_rows,
                                                   const Forecasts& market) const {
  return Forecast(kWithOddsModel, catalogue_rows, &market);
}

}  // namespace fairline::models
