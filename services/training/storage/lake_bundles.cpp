#include "services/training/storage/lake_bundles.hpp"

#include "libs/core/sha256.hpp"

namespace fairline::training {

absl::Status LakeBundles::Put(const models::BundleFiles& bundle) {
  // The manifest names the other files by their hashes, and the bundle is named by the manifest's.
  for (const auto& [file, bytes] : bundle.files) {
    if (file == models::kManifestFile) continue;
    RETURN_IF_ERROR(lake_.Mend(models::BundlePath(bundle.sha256, file), bytes));
  }
  const auto manifest = bundle.files.find(models::kManifestFile);
  if (manifest == bundle.files.end()) return InvalidField("bundle", "has no manifest");
  return lake_.Put(models::BundlePath(bundle.sha256, models::kManifestFile), manifest->second);
}

absl::StatusOr<models::Manifest> LakeBundles::ReadManifest(std::string_view sha256) {
  ASSIGN_OR_RETURN(const std::string json,
                   lake_.Get(models::BundlePath(sha256, models::kManifestFile),
                             models::Bundle::kMaxManifestBytes));
  if (Sha256Hex(json) != sha256) return InvalidField("manifest", "its SHA-256 is another");
  return models::ManifestFromJson(json);
}

}  // namespace fairline::training
