#include "services/prediction/storage/lake_model_loader.hpp"

#include <string>

#include <fmt/format.h>

#include "libs/models/bundle.hpp"
#include "services/prediction/app/forecast/bundle_model.hpp"

namespace fairline::prediction {

absl::StatusOr<std::shared_ptr<const ForecastModel>> LakeModelLoader::Load(
    const ProductionVersion& version) {
  const std::string folder = version.bundle_path.substr(0, version.bundle_path.rfind('/') + 1);
  const auto read = [&](std::string_view file, std::size_t max_bytes) {
    return lake_.Get(folder + std::string(file), max_bytes);
  };
  auto bundle = models::Bundle::Load(version.bundle_sha256, read);
  if (!bundle.ok()) {
    return WithContext(bundle.status(),
                       fmt::format("version {} of model {}", version.version, version.model));
  }
  const models::Manifest& manifest = (*bundle)->manifest();
  if (manifest.sport != version.model || manifest.catalogue_hash != version.catalogue_hash) {
    return absl::FailedPreconditionError(
        fmt::format("version {} of model {}: its bundle is of {} on catalogue {}", version.version,
                    version.model, manifest.sport, manifest.catalogue_hash));
  }
  if ((*bundle)->Serving(models::kNoOdds).empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "version {} of model {} cannot forecast without odds", version.version, version.model));
  }
  return std::make_shared<const BundleModel>(*std::move(bundle));
}

}  // namespace fairline::prediction
