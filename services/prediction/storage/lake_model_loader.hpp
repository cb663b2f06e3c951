#pragma once
// Model bundles from the lake.

#include "libs/lake/lake.hpp"
#include "services/prediction/app/serving/ports.hpp"

namespace fairline::prediction {

class LakeModelLoader final : public ModelLoader {
 public:
  // `lake` outlives the loader.
  explicit LakeModelLoader(const lake::Lake& lake) : lake_(lake) {}

  absl::StatusOr<std::shared_ptr<const ForecastModel>> Load(
      const ProductionVersion& version) override;

 private:
  const lake::Lake& lake_;
};

}  // namespace fairline::prediction
