#pragma once

#include "libs/lake/lake.hpp"
#include "services/training/app/fit/ports.hpp"

namespace fairline::training {

// Bundles under models/<sha256>/ of the lake. The manifest is written last: where it is, all is.
class LakeBundles final : public BundleStore {
 public:
  explicit LakeBundles(lake::Lake& lake) : lake_(lake) {}

  absl::Status Put(const models::BundleFiles& bundle) override;
  absl::StatusOr<models::Manifest> ReadManifest(std::string_view sha256) override;

 private:
  lake::Lake& lake_;
};

}  // namespace fairline::training
